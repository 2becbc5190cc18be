import type { Programme } from "./programme-model.js";
import type { Rubric } from "./rubric-model.js";

/** How far a competency goes: 1 aware, 2 applies, 3 leads. */
export type Level = 1 | 2 | 3;

/** A text of international or regional law or guidance that content may cite. */
export interface Instrument {
  /** `UN-COC` */
  readonly code: string;
  readonly title: string;
  /** Official symbol, series number or the like. */
  readonly identifier: string;
  readonly url?: string;
  /** Whether title, date and identifier were confirmed against a copy of the text. */
  readonly titleChecked: boolean;
  /** `none`: provision numbers of this text must not be cited. */
  readonly provisions: "checked" | "unchecked" | "none";
  /** The provisions whose text was confirmed although `provisions` as a whole is unchecked. */
  readonly confirmed: readonly string[];
}

/** A citation, resolved: what a page needs to show it, and whether its pinpoint was confirmed. */
export interface Source {
  readonly code: string;
  /** `1, 2` or `40`; empty when the whole text is meant. */
  readonly provisions: string;
  /** What the lesson takes from it, in our own words. */
  readonly note: string;
  /** The instrument's title. */
  readonly title: string;
  readonly url?: string;
  /** False: the provision numbers still need a legal check against the official text. */
  readonly checked: boolean;
}

export interface Competency {
  readonly id: string;
  readonly title: string;
  /** The highest level that the curriculum awards. */
  readonly level: Level;
  readonly statement: string;
  /** `CODE:provision`, or `CODE:all`. */
  readonly instruments: readonly string[];
}

export interface Outcome {
  /** `M01-O1` */
  readonly id: string;
  readonly text: string;
  readonly competency: string;
  readonly level: Level;
  readonly assessment: Assessment;
  readonly externalEvaluator: boolean;
  readonly instruments: readonly string[];
}

export const assessments = [
  "quiz",
  "scenario",
  "group-scenario",
  "reflective",
  "immersion-and-reflective",
  "debrief",
  "observed-teaching",
  "calibration",
] as const;
export type Assessment = (typeof assessments)[number];

/** A piece of a lesson's body, in the order of reading. `html` is safe to put into a page as it is. */
export type LessonPart =
  | { readonly kind: "html"; readonly html: string }
  | {
      readonly kind: "local";
      /** Which box of the lesson; every loaded jurisdiction has a part for it. */
      readonly slot: string;
      readonly jurisdiction: string;
      /** The jurisdiction's name, `Arvenia`. */
      readonly name: string;
      /** The page must say "invented law". */
      readonly invented: boolean;
      readonly html: string;
    };

/** A lesson in one language. */
export interface Lesson {
  readonly language: string;
  readonly title: string;
  readonly body: readonly LessonPart[];
  readonly sources: readonly Source[];
  /** Terms that the lesson explains. */
  readonly words: readonly { readonly term: string; readonly meaning: string }[];
}

export interface QuizOption {
  readonly id: string;
  readonly text: string;
  readonly right: boolean;
  /** Why it holds, or what it overlooks; shown after the run, whether it was chosen or not. */
  readonly why: string;
}

export interface QuizItem {
  readonly id: string;
  /** `choice` has exactly one right option; `multiple` has one or more, and all of them must be chosen. */
  readonly kind: "choice" | "multiple";
  readonly stem: string;
  readonly options: readonly QuizOption[];
  readonly explanation: string;
  readonly sources: readonly Source[];
}

export interface QuizRules {
  /** The share of right answers that passes, 0 to 1. */
  readonly pass: number;
  /** How many items a run shows. */
  readonly draw: number;
  /** `after-lesson`: after a failed run the lesson `retakeAfter` is opened again first. */
  readonly retake: "after-lesson" | "at-once";
  readonly shuffle: boolean;
  /** The activity id of the lesson on the same outcome; there when `retake` is `after-lesson`. */
  readonly retakeAfter?: string;
}

/** A quiz in one language, with the rules that hold for all of them. Texts are plain text, not HTML. */
export interface Quiz extends QuizRules {
  readonly id: string;
  readonly language: string;
  readonly title: string;
  readonly items: readonly QuizItem[];
}

/** The six tests of a lawful use of power. */
export const rightsTests = [
  "legality",
  "precaution",
  "necessity",
  "proportionality",
  "non-discrimination",
  "accountability",
] as const;
export type RightsTest = (typeof rightsTests)[number];

/** -2 a serious breach, 2 exemplary. */
export type Rating = -2 | -1 | 0 | 1 | 2;

/** One choice, made at a decision. */
export interface ScenarioChoice {
  readonly nodeId: string;
  readonly optionId: string;
}

export interface ScenarioOption {
  readonly id: string;
  readonly text: string;
  /** A few words, for the map and the table of the debrief. */
  readonly label: string;
  /** A test that does not apply is absent; one at least is there. A -2 makes the option critical: it fails the run. */
  readonly ratings: Readonly<Partial<Record<RightsTest, Rating>>>;
  /** What the choice weighed; said in the debrief only. */
  readonly why: string;
  readonly sources: readonly Source[];
  /** What happens at once: read at the head of what comes next. */
  readonly consequence: string;
  /** Ids of the facts that come to light. */
  readonly reveals: readonly string[];
  /** Where it leads: the first whose conditions all hold; the last has none. */
  readonly ways: readonly { readonly to: string; readonly after: readonly ScenarioChoice[] }[];
}

/** What an earlier choice brings about later. */
export interface ScenarioEcho {
  readonly after: ScenarioChoice;
  readonly text: string;
}

export interface ScenarioDecision {
  readonly kind: "decision";
  readonly id: string;
  /** A few words, for the map. */
  readonly label: string;
  readonly scene: string;
  readonly question: string;
  readonly echoes: readonly ScenarioEcho[];
  readonly options: readonly ScenarioOption[];
}

export interface ScenarioEnding {
  readonly kind: "ending";
  readonly id: string;
  /** How it ended, in a few words: “The boy is heard”. */
  readonly title: string;
  readonly text: string;
  readonly echoes: readonly ScenarioEcho[];
}

export type ScenarioNode = ScenarioDecision | ScenarioEnding;

/**
 * A branching scenario in one language: a graph without loops, in which every way goes over three to six decisions to
 * an ending. Texts are plain text, not HTML; a blank line divides paragraphs.
 */
export interface Scenario {
  readonly language: string;
  readonly title: string;
  /** What one is told before it begins. */
  readonly setting: string;
  /** The share that passes a run without a critical option, 0 to 1. */
  readonly pass: number;
  /** Id of the first decision. */
  readonly start: string;
  readonly facts: readonly { readonly id: string; readonly text: string; readonly known: boolean }[];
  readonly nodes: readonly ScenarioNode[];
}

/** The source language first. */
export type Texts<T> = readonly [T, ...T[]];

interface ActivityBase {
  /** Unique within its module. */
  readonly id: string;
  /** `M01-O1` */
  readonly outcome: string;
  readonly minutes: number;
  /** False: the page says "draft, not reviewed". */
  readonly reviewed: boolean;
}

export interface LessonActivity extends ActivityBase {
  readonly kind: "lesson";
  readonly texts: Texts<Lesson>;
}

export interface QuizActivity extends ActivityBase {
  readonly kind: "quiz";
  readonly texts: Texts<Quiz>;
}

/** A scenario with its debrief: done when a passed run is debriefed. */
export interface ScenarioActivity extends ActivityBase {
  readonly kind: "scenario";
  readonly texts: Texts<Scenario>;
}

/** What a trainee does; narrows by `kind`. More kinds come: switch exhaustively. */
export type Activity = LessonActivity | QuizActivity | ScenarioActivity;

export interface CurriculumModule {
  /** `M01` */
  readonly id: string;
  readonly title: string;
  /** The whole module's time as planned, also for activities that are not written yet. */
  readonly minutes: number;
  /** Of a refresher: the programme that it renews. Its activities are on that programme's outcomes. */
  readonly refresherOf?: string;
  /** None in a refresher. */
  readonly outcomes: readonly Outcome[];
  /** In the order of the way through; empty when the module is planned and not written yet. */
  readonly activities: readonly Activity[];
  /** There are activities, and every one is reviewed. */
  readonly reviewed: boolean;
}

/** A jurisdiction's local additions, as far as they are loaded. */
export interface Overlay {
  readonly jurisdiction: string;
  readonly name: string;
  /** Semantic version of the overlay. */
  readonly version: string;
  /** Fictional law, for demonstrations. */
  readonly invented: boolean;
}

export interface Curriculum {
  /** Semantic version of the core. */
  readonly version: string;
  /** The day on which that version was made, UTC milliseconds. */
  readonly changed: number;
  /** BCP 47 tags; the source language first. */
  readonly languages: Texts<string>;
  readonly competencies: readonly Competency[];
  readonly modules: readonly CurriculumModule[];
  readonly programmes: readonly Programme[];
  readonly instruments: readonly Instrument[];
  readonly rubrics: readonly Rubric[];
  readonly overlays: readonly Overlay[];
  /** Package path → SHA-256 (hex) of its text with LF line ends; what a review record names. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** The text in `language`, or in the source language where there is none. */
export function textIn<T extends { readonly language: string }>(texts: Texts<T>, language: string): T {
  return texts.find((text) => text.language === language) ?? texts[0];
}
