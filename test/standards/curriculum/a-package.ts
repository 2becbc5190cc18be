import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The smallest package that has one of everything. Tests name its lines, so a change here moves them. */
export const smallPackage: Readonly<Record<string, string>> = {
  "core/curriculum.yaml": `version: "1.2.3"
languages: [en]
competencies:
  - id: foundations
    title: Foundations
    level: 1
    statement: Explains the tests.
    instruments: ["CODE:1"]
modules:
  - id: M01
    title: First things
    minutes: 30
    outcomes:
      - id: M01-O1
        text: Applies the tests
        competency: foundations
        level: 1
        assessment: quiz
        instruments: ["CODE:all"]
  - id: M02
    title: Planned
    minutes: 30
    outcomes:
      - id: M02-O1
        text: Comes later
        competency: foundations
        level: 2
        assessment: scenario
        externalEvaluator: true
        instruments: ["CODE:2-3"]
programmes:
  - id: basic
    title: Basic
    modules: [M01]
    validMonths: 24
  - id: further
    title: Further
    modules:
      - M02
    requires: basic
    validMonths: 36
changed: 2026-01-31
`,
  "core/instruments.yaml": `instruments:
  - code: CODE
    title: A code
    identifier: A/1
    url: https://example.org/code
    check: { title: checked, provisions: unchecked, confirmed: ["5-7"] }
  - code: UNNUMBERED
    title: A code without known numbers
    identifier: A/2
    check: { title: checked, provisions: none }
`,
  "core/modules/M01/module.yaml": `activities:
  - id: tests
    kind: lesson
    outcome: M01-O1
    minutes: 5
  - id: tests-quiz
    kind: quiz
    outcome: M01-O1
    minutes: 5
    rules:
      pass: 0.8
      draw: 2
      retake: after-lesson
      shuffle: true
`,
  "core/modules/M01/lessons/tests.en.md": `---
title: The tests
sources:
  - code: CODE
    provisions: "1, 6"
    note: What it says
  - code: UNNUMBERED
    note: The same
words:
  - term: Ground
    meaning: A fact
---

It is late. See [the quiz](tests-quiz) or [the code](https://example.org/code).

## Which rule?

Ask *first*.

::: local search
:::

## Which rule?

- One
- Two
`,
  "core/modules/M01/quizzes/tests-quiz.en.yaml": `title: A quiz
items:
  - id: first
    kind: choice
    stem: Which?
    options:
      - { id: a, text: A, right: true, why: Holds. }
      - { id: b, text: B, why: Overlooks. }
    explanation: So.
    sources: [{ code: CODE, provisions: "6", note: Rule }]
  - id: second
    kind: multiple
    stem: Which ones?
    options:
      - { id: a, text: A, right: true, why: Holds. }
      - { id: b, text: B, right: true, why: Holds. }
      - { id: c, text: C, why: Overlooks. }
    explanation: So.
    sources: [{ code: CODE, note: Rule }]
`,
  "overlays/XA/overlay.yaml": `jurisdiction: XA
name: Arvenia
version: "0.1.0"
core: "1.2.3"
invented: true
`,
  "overlays/XA/modules/M01/lessons/tests.en.md": `::: local search
A search needs **a ground**.
:::
`,
  "reviews.yaml": "reviews: []\n",
};

/** path → a whole new text, a replacement of one part of the text, or `null` to leave the file out. */
export type Changes = Readonly<
  Record<string, string | Uint8Array | readonly [from: string, to: string] | null>
>;

const made: string[] = [];

/** Writes the small package, changed, into a folder of its own; its path. */
export async function aPackage(changes: Changes = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tessera-curriculum-"));
  made.push(directory);
  for (const path of new Set([...Object.keys(smallPackage), ...Object.keys(changes)])) {
    const content = changed(path, changes[path]);
    if (content === null) continue;
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

export async function removePackages(): Promise<void> {
  await Promise.all(made.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
}

function changed(path: string, change: Changes[string] | undefined): string | Uint8Array | null {
  if (change === null || typeof change === "string" || change instanceof Uint8Array) return change;
  const text = smallPackage[path] ?? "";
  if (change === undefined) return text;
  if (!text.includes(change[0])) throw new Error(`${path} does not hold ${change[0]}`);
  return text.replace(change[0], change[1]);
}
