/** Every rule that a package is checked against; the codes are stable. */
export type Rule =
  | "file-missing"
  | "file-unknown"
  | "file-too-large"
  | "file-not-utf8"
  | "file-link"
  | "files-too-many"
  | "yaml-syntax"
  | "yaml-alias"
  | "key-unknown"
  | "key-missing"
  | "value-wrong"
  | "id-form"
  | "id-duplicate"
  | "reference-unknown"
  | "provisions-not-citable"
  | "language-missing"
  | "language-differs"
  | "module-outcomes"
  | "programme-refresher"
  | "programme-repeat"
  | "programme-external"
  | "programme-outcome"
  | "programme-pass-mark"
  | "rubric-level"
  | "outcome-without-quiz"
  | "outcome-without-scenario"
  | "quiz-no-right"
  | "quiz-several-right"
  | "quiz-draw"
  | "quiz-retake"
  | "scenario-options"
  | "scenario-rating"
  | "scenario-way-unknown"
  | "scenario-way-condition"
  | "scenario-way-never"
  | "scenario-loop"
  | "scenario-unreachable"
  | "scenario-length"
  | "scenario-paths"
  | "scenario-fact-unknown"
  | "scenario-fact-unrevealed"
  | "scenario-fact-known"
  | "scenario-choice-unknown"
  | "scenario-choice-impossible"
  | "scenario-no-pass"
  | "front-matter"
  | "directive"
  | "local-missing"
  | "local-unknown"
  | "markdown-html"
  | "markdown-image"
  | "markdown-link"
  | "markdown-heading"
  | "markdown-not-allowed"
  | "overlay-core"
  | "overlay-invented"
  | "not-reviewed";

/** One thing to put right, for the author of the package. */
export interface Finding {
  /** Path within the package, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly rule: Rule;
  /** One plain English sentence. */
  readonly sentence: string;
}

/** Collects findings, so that an author sees all of them at once. */
export class Findings {
  readonly #all: Finding[] = [];

  add(file: string, line: number, rule: Rule, sentence: string): void {
    this.#all.push({ file, line, rule, sentence });
  }

  get count(): number {
    return this.#all.length;
  }

  /** By file, then line. */
  sorted(): Finding[] {
    return this.#all.toSorted(
      (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule),
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
