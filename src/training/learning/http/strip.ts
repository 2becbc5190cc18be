import type { Activity } from "../../../standards/curriculum/index.js";
import { activityState, minutesLeft, nextActivity, type ActivityState } from "../rules.js";
import { activityPath, type Scene } from "./scene.js";

export interface Tile {
  readonly number: number;
  readonly title: string;
  readonly kind: Activity["kind"];
  readonly minutes: number;
  readonly state: ActivityState;
  /** What stands on the tile: a sign, else its number. */
  readonly sign: string;
  readonly href: string;
  /** The page that is shown, or on the module's own page where to go on. */
  readonly here: boolean;
  /** False: something before it is to be done first. */
  readonly open: boolean;
}

/** Where one is in a scenario. `most`: the decisions made and the most that are still to come. */
export interface DecisionStrip {
  readonly title: string;
  readonly number: number;
  readonly most: number;
  readonly tiles: readonly { readonly sign: string; readonly state: "done" | "here" | "new" }[];
}

/** The one line of chrome that a page has. */
export interface Strip {
  readonly title: string;
  readonly home: string;
  readonly privacy: string;
  /** Where the visit came to a course: its page. */
  readonly course?: string;
  readonly tiles: readonly Tile[];
  readonly done: number;
  /** Absent where nobody is under way: before the beginning and in previews. */
  readonly minutesLeft?: number;
  /** On the page of a decision: tiles of the decisions stand in the place of the activities'. */
  readonly decisions?: DecisionStrip;
}

const signs: Readonly<Record<ActivityState, string | undefined>> = {
  done: "✓",
  retry: "↻",
  half: undefined,
  new: undefined,
};

/** @param here the activity whose page is shown */
export function tilesOf(scene: Scene, here?: string): Tile[] {
  const attempt = scene.attempt ?? { activities: {} };
  const next = scene.attempt && nextActivity(attempt, scene.module)?.id;
  return scene.module.activities.map((activity, index) => {
    const state = activityState(attempt, activity);
    return {
      number: index + 1,
      title: titleOf(scene, activity),
      kind: activity.kind,
      minutes: activity.minutes,
      state,
      sign: signs[state] ?? String(index + 1),
      href: scene.href(activityPath(activity)),
      here: activity.id === here,
      open: state === "done" || activity.id === next || scene.visit.role !== "trainee",
    };
  });
}

export function stripOf(scene: Scene, here?: string): Strip {
  const begun = scene.attempt !== undefined;
  const tiles = begun || scene.visit.role !== "trainee" ? tilesOf(scene, here) : [];
  return {
    title: scene.module.title,
    home: scene.href("/"),
    privacy: scene.href("/privacy"),
    ...(scene.course === undefined ? {} : { course: scene.course }),
    tiles,
    done: tiles.filter(({ state }) => state === "done").length,
    ...(scene.attempt ? { minutesLeft: minutesLeft(scene.attempt, scene.module) } : {}),
  };
}

/** @param number of the decision at hand, 1 for the first */
export function decisionStrip(title: string, number: number, most: number): DecisionStrip {
  const tiles = Array.from({ length: most }, (_, index) => {
    const own = index + 1;
    const state = own < number ? "done" : own === number ? "here" : "new";
    return { state, sign: state === "done" ? "✓" : String(own) } as const;
  });
  return { title, number, most, tiles };
}

export function titleOf({ language }: Scene, activity: Activity): string {
  return titleIn(language, activity);
}

export function titleIn(wanted: string, activity: Activity): string {
  const titles: readonly { readonly language: string; readonly title: string }[] = activity.texts;
  return (titles.find(({ language }) => language === wanted) ?? activity.texts[0]).title;
}
