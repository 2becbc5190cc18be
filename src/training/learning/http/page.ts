import type { Response } from "express";
import { sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import type { Activity, Source } from "../../../standards/curriculum/index.js";
import type { Scene } from "./scene.js";
import { stripOf, titleOf, type DecisionStrip, type Strip } from "./strip.js";

/** A link that leads on, with the title of what it leads to. */
export interface Way {
  readonly href: string;
  readonly title: string;
}

export interface LearningPage extends PageModel {
  /** The h1: what the page found. */
  readonly heading: string;
  readonly strip: Strip;
  /** Something on this page was not reviewed by people yet. */
  readonly draft: boolean;
}

/** What a page says beyond what all of this room's pages do. */
export interface Page<Model extends object> {
  /** `views/learning/<view>.hbs` */
  readonly view: string;
  /** The page's title: a key of the catalogue with its values, or the text itself. */
  readonly title: string | readonly [key: string, values: Readonly<Record<string, string | number>>];
  /** For the browser's tab, where it says more than the title does. */
  readonly tab?: Page<Model>["title"];
  /** The activity whose tile is "here". */
  readonly here?: Activity;
  /** On the page of a decision: the strip is then the scenario's. */
  readonly decisions?: DecisionStrip;
  readonly status?: number;
  readonly model: Model;
}

export function sendLearningPage<Model extends object>(res: Response, scene: Scene, page: Page<Model>): void {
  const { view, title, tab = title, here, decisions, status = 200, model } = page;
  const say = (text: typeof title): string =>
    typeof text === "string" ? text : translatorOf(res).t(...text);
  const [heading, found] = [say(title), say(tab)];
  const reviewed = here ? here.reviewed : scene.module.reviewed;
  sendPage<LearningPage & Model>(
    res,
    `learning/${view}`,
    {
      ...model,
      heading,
      pageTitle: found === scene.module.title ? found : `${found} · ${scene.module.title}`,
      strip: { ...stripOf(scene, here?.id), ...(decisions ? { decisions } : {}) },
      draft: !reviewed,
    },
    status,
  );
}

export interface SourceModel {
  /** `UN-COC 1, 2` */
  readonly pinpoint: string;
  readonly title: string;
  readonly note: string;
  readonly url?: string;
  readonly checked: boolean;
}

export function sourceModel({ code, provisions, title, note, url, checked }: Source): SourceModel {
  const pinpoint = provisions === "" ? code : `${code} ${provisions}`;
  return { pinpoint, title, note, checked, ...(url === undefined ? {} : { url }) };
}

/** Where the kicker of an activity's page says one is: `Lesson 2 of 5, 12 minutes`. */
export interface Place {
  readonly kind: Activity["kind"];
  readonly number: number;
  readonly total: number;
  readonly minutes: number;
}

export function placeOf({ module }: Scene, activity: Activity): Place {
  const number = module.activities.indexOf(activity) + 1;
  return { kind: activity.kind, number, total: module.activities.length, minutes: activity.minutes };
}

export function wayTo(scene: Scene, activity: Activity): Way {
  return { href: scene.href(`/activities/${activity.id}`), title: titleOf(scene, activity) };
}

/** The link to the trainee's programme and certificate, for a page that ends the module. */
export function programmesOf(scene: Scene): { readonly programmes: string } {
  return { programmes: scene.programmes };
}
