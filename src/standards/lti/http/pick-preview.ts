import type { Response } from "express";
import { sendPage, WebError } from "../../../foundation/web/index.js";
import {
  textIn,
  walkScenario,
  type Activity,
  type LessonPart,
  type QuizActivity,
  type ScenarioActivity,
} from "../../curriculum/index.js";
import { titleOf, type Entry } from "../deep-linking/catalogue.js";
import { idOf } from "../deep-linking/content-items.js";
import type { Offered } from "../offered.js";
import type { PickerPage } from "./pick-page.js";
import { entryWords, type EntryWords, type PickScene } from "./pick-scene.js";
import type { PickState } from "./pick-state.js";

interface PreviewModel extends PickerPage {
  readonly draft: boolean;
  readonly entry: EntryWords;
  readonly outcomes: readonly string[];
  /** Of a module or a programme: what is in it. */
  readonly parts: readonly { readonly title: string; readonly about: string; readonly href: string }[];
  readonly lesson?: { readonly language: string; readonly html: string; readonly more: boolean };
  readonly quiz?: Quiz;
  readonly scenario?: Scenario;
  readonly chosen: boolean;
  readonly multiple: boolean;
  /** The list, with this entry as it is, picked, and not picked. */
  readonly back: string;
  readonly choose: string;
  readonly leave: string;
}

interface Quiz {
  readonly language: string;
  readonly items: number;
  readonly pool: number;
  readonly needed: number;
  /** Whether the lesson is read again before a retake. */
  readonly afterLesson: boolean;
  /** One question of those that there are, its key not told. */
  readonly example: { readonly stem: string; readonly options: readonly string[] };
}

interface Scenario {
  readonly language: string;
  readonly most: number;
  /** Whole percent. */
  readonly needed: number;
  readonly setting: readonly string[];
  readonly scene: readonly string[];
  readonly question: string;
  readonly options: readonly string[];
}

/**
 * What trainees get to see of an entry, as far as it does not give away what they are to find out by themselves.
 * @throws WebError `not_found` when there is no such entry
 */
export function sendPickPreview(res: Response, scene: PickScene, state: PickState, id: string): void {
  const { words, entries, multiple } = scene;
  const entry = entries.find((one) => one.id === id);
  if (!entry) throw new WebError("not_found");
  const [{ module, activity } = {} as Partial<Offered>] = entry.links;
  const others = multiple ? state.picks.filter((pick) => pick !== id) : [];
  const inside =
    module && entry.kind === "module" ? partsOf(module.activities, entry) : entry.links.map(idOf);
  sendPage<PreviewModel>(res, "lti/pick-preview", {
    pageTitle: `${entry.title} · ${words.t("lti.pick.place")}`,
    heading: entry.title,
    ...{ place: words.t("lti.pick.place"), base: "", multiple, outcomes: entry.outcomes },
    draft: !entry.reviewed,
    entry: entryWords(entry, scene),
    parts: activity
      ? []
      : entries
          .filter((one) => inside.includes(one.id))
          .map((one) => ({
            ...{ title: one.title, about: entryWords(one, scene).about },
            href: scene.href(state, "/preview", { of: one.id }),
          })),
    ...(activity ? contentOf(activity, words.locale) : {}),
    chosen: state.picks.includes(id),
    back: scene.href(state),
    choose: scene.href({ ...state, picks: [...others, id] }),
    leave: scene.href({ ...state, picks: state.picks.filter((pick) => pick !== id) }),
  });
}

function partsOf(activities: readonly Activity[], { id }: Entry): string[] {
  return activities.map((activity) => `${id}/${activity.id}`);
}

function contentOf(activity: Activity, language: string): Pick<PreviewModel, "lesson" | "quiz" | "scenario"> {
  switch (activity.kind) {
    case "lesson": {
      const lesson = textIn(activity.texts, language);
      return { lesson: { language: lesson.language, ...beginningOf(lesson.body) } };
    }
    case "quiz":
      return { quiz: quizOf(activity, language) };
    case "scenario":
      return { scenario: openingOf(activity, language) };
  }
}

/** A lesson's text up to its first local box. Its links lead to activities, which this visit can't open. */
function beginningOf(body: readonly LessonPart[]): { html: string; more: boolean } {
  const first = body.findIndex(({ kind }) => kind === "html");
  const html = body[first]?.html ?? "";
  return { html: html.replaceAll(/<\/?a\b[^>]*>/g, ""), more: body.length > first + 1 };
}

function quizOf({ texts }: QuizActivity, language: string): Quiz {
  const quiz = textIn(texts, language);
  const items = Math.min(quiz.draw, quiz.items.length);
  const [example] = quiz.items;
  return {
    language: quiz.language,
    ...{ items, pool: quiz.items.length, afterLesson: quiz.retake === "after-lesson" },
    // 0.8 × 10 must be 8 and not 9, whatever binary fractions say.
    needed: Math.ceil(quiz.pass * items - 1e-9),
    example: { stem: example?.stem ?? "", options: (example?.options ?? []).map(({ text }) => text) },
  };
}

function openingOf({ texts }: ScenarioActivity, language: string): Scenario {
  const scenario = textIn(texts, language);
  const { at, decisionsLeft } = walkScenario(scenario, []);
  const opening =
    at.kind === "decision"
      ? { scene: paragraphs(at.scene), question: at.question, options: at.options.map(({ text }) => text) }
      : { scene: [], question: "", options: [] };
  return {
    language: scenario.language,
    most: decisionsLeft,
    needed: Math.ceil(scenario.pass * 100 - 1e-7),
    setting: paragraphs(scenario.setting),
    ...opening,
  };
}

function paragraphs(text: string): string[] {
  return text
    .split(/\n+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** What a link is called in the course, and what is said about it there. */
export function linkWords(
  { module, activity }: Offered,
  { words, entries }: Pick<PickScene, "words" | "entries">,
): { title: string; text: string } {
  const title = activity ? titleOf(activity, words.locale) : module.title;
  const entry = entries.find(({ id }) => id === idOf({ module, ...(activity ? { activity } : {}) }));
  return {
    title,
    text: words.t("lti.pick.item", {
      ...{ kind: entry?.kind ?? "", minutes: entry?.minutes ?? 0 },
      outcomes: (entry?.outcomes ?? []).join("; "),
    }),
  };
}
