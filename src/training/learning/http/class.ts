import type { Request, Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { queryParameter, translatorOf } from "../../../foundation/web/index.js";
import type { Activity } from "../../../standards/curriculum/index.js";
import {
  classRows,
  findingOf,
  sorted,
  sumsOf,
  type ClassOrder,
  type ClassRow,
  type ClassState,
  type LinkClass,
} from "../class.js";
import { activitiesOf } from "../course.js";
import { sendLearningPage, type Page } from "./page.js";
import { activityPath, sceneOf, type Deps, type Scene } from "./scene.js";
import { titleOf } from "./strip.js";

interface CellModel {
  readonly state: ClassState;
  readonly sign: string;
  readonly label: string;
}

interface ClassModel {
  readonly course?: string;
  readonly count: number;
  readonly sums: string;
  readonly legend: readonly CellModel[];
  readonly order: ClassOrder;
  readonly columns: readonly {
    readonly number: number;
    readonly title: string;
    readonly kind: Activity["kind"];
    readonly href: string;
    readonly done: number;
  }[];
  readonly rows: readonly {
    readonly name: string;
    readonly cells: readonly CellModel[];
    readonly done: number;
    readonly grade: string;
  }[];
  readonly total: number;
  /** Absent where the platform does not tell who is in the course. */
  readonly age?: string;
  readonly stale: boolean;
  readonly failures: readonly {
    readonly failure: LinkClass["failures"][number]["failure"];
    readonly count: number;
    readonly names: string;
  }[];
  /** Failed grades may be sent again by hand: some are not being tried anyway. */
  readonly mayAgain: boolean;
  /** What the button came to. */
  readonly again?: string;
  /** This page, for its other order. */
  readonly self: string;
  readonly back: string;
}

const signs: Readonly<Record<ClassState, string>> = { done: "✓", half: "", new: "" };

/**
 * For the instructors and administrators of the course: how far each trainee is, and which grades did not arrive. Nothing
 * of it is formative: no answers, no runs that were not passed, no times.
 */
export async function sendClass(req: Request, res: Response, deps: Deps): Promise<void> {
  const scene = await sceneOf(res, deps);
  const { visit, module } = scene;
  const words = translatorOf(res);
  const own = await deps.classOf(visit, scene.placementIds);
  const activities = activitiesOf(module, visit);
  const people = own.trainees.map(({ personId }) => personId);
  const attempts = await deps.attempts.findAttempts(visit, people, module.id);
  const rows = classRows(own.trainees, attempts, module, activities);
  const order: ClassOrder = queryParameter(req, "sort") === "progress" ? "progress" : "name";
  const sums = sumsOf(rows, activities.length);
  const cells = cellsOf(words);
  sendLearningPage<ClassModel>(res, scene, {
    view: "class",
    title: titleOfClass(rows, activities, scene),
    model: {
      ...(own.title === undefined ? {} : { course: own.title }),
      count: rows.length,
      sums: words.t("learning.class.sums", { ...sums }),
      legend: [cells.done, cells.half, cells.new],
      order,
      columns: activities.map((activity, index) => ({
        number: module.activities.indexOf(activity) + 1,
        title: titleOf(scene, activity),
        kind: activity.kind,
        href: scene.href(activityPath(activity)),
        done: rows.filter(({ states }) => states[index] === "done").length,
      })),
      rows: sorted(rows, order, words.locale).map((row) => ({
        name: nameOf(row, words),
        cells: row.states.map((state) => cells[state]),
        done: row.done,
        grade: row.grade === undefined ? "–" : words.t("learning.class.gradeValue", { grade: row.grade }),
      })),
      total: activities.length,
      ...(own.roster ? { age: ageOf(deps.clock.now() - own.roster.takenAt, words) } : {}),
      stale: own.roster?.stale === true,
      failures: failuresOf(own.failures, rows, words),
      mayAgain: own.failures.some(({ failure }) => failure !== "again"),
      ...againOf(req, words),
      self: scene.href("/class"),
      back: scene.href("/"),
    },
  });
}

/** Sends the grades once more that did not arrive, and says on the class's page of how many trainees. */
export async function sendGradesAgain(res: Response, deps: Deps): Promise<void> {
  const scene = await sceneOf(res, deps);
  const { sent, waiting } = await deps.sendAgain(scene.visit, scene.placementIds);
  deps.outbox.nudge();
  res.redirect(303, scene.href(`/class?sent=${String(sent)}&waiting=${String(waiting)}`));
}

function againOf(req: Request, words: Translator): Pick<ClassModel, "again"> {
  const [sent, waiting] = ["sent", "waiting"].map((name) => queryParameter(req, name) ?? "");
  if (![sent, waiting].every((count) => /^\d{1,5}$/.test(count ?? ""))) return {};
  return { again: words.t("learning.class.again", { sent: Number(sent), waiting: Number(waiting) }) };
}

function titleOfClass(
  rows: readonly ClassRow[],
  activities: readonly Activity[],
  scene: Scene,
): Page<ClassModel>["title"] {
  const finding = findingOf(rows, activities.length);
  const key = `learning.class.found.${finding.found}`;
  switch (finding.found) {
    case "someBegun":
      return [key, { begun: finding.begun, total: finding.total }];
    case "mostReached": {
      const activity = activities[finding.index];
      return [key, { kind: activity?.kind ?? "", title: activity ? titleOf(scene, activity) : "" }];
    }
    default:
      return [key, {}];
  }
}

/** Worked out once: a class has a thousand of them. */
function cellsOf(words: Translator): Readonly<Record<ClassState, CellModel>> {
  const cell = (state: ClassState): CellModel => ({
    ...{ state, sign: signs[state] },
    label: words.t("learning.class.state", { state }),
  });
  return { done: cell("done"), half: cell("half"), new: cell("new") };
}

function nameOf({ name, number }: Pick<ClassRow, "name" | "number">, words: Translator): string {
  return name ?? words.t("learning.class.unnamed", { number });
}

/** In whole minutes, hours or days. */
function ageOf(ms: number, words: Translator): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  const age = (unit: "now" | "minutes" | "hours" | "days", count: number): string =>
    words.t("learning.class.age", { unit, count });
  if (minutes < 1) return age("now", 0);
  if (hours < 1) return age("minutes", minutes);
  return hours < 48 ? age("hours", hours) : age("days", Math.floor(hours / 24));
}

/** One entry a kind of failure, with whose grades it is about. */
function failuresOf(
  failures: LinkClass["failures"],
  rows: readonly ClassRow[],
  words: Translator,
): ClassModel["failures"] {
  const numbers = new Map(rows.map(({ personId, number }) => [personId, number]));
  const list = new Intl.ListFormat(words.locale, { type: "conjunction" });
  return [...new Set(failures.map(({ failure }) => failure))].map((failure) => {
    const own = failures.filter((one) => one.failure === failure);
    const named = own.map(({ personId, name }) => {
      const number = numbers.get(personId);
      if (name === undefined && number === undefined) return words.t("learning.class.former");
      return nameOf({ number: number ?? 0, ...(name === undefined ? {} : { name }) }, words);
    });
    return { failure, count: own.length, names: list.format([...new Set(named)].sort()) };
  });
}
