import type { Findings } from "./findings.js";
import { renderMarkdown, type MarkdownOptions } from "./markdown.js";
import type { PackageFile } from "./package-files.js";
import { lessonHeadSchema, type LessonHead } from "./schemas.js";
import { readYaml, type YamlText } from "./yaml-text.js";

/** A piece of a lesson's or an overlay's file between directives; `line` from 1, of the first line of `text`. */
type Segment =
  | { readonly kind: "markdown"; readonly text: string; readonly line: number }
  | {
      readonly kind: "local";
      readonly slot: string;
      readonly text: string;
      readonly line: number;
      /** False: its end is missing, which is a finding already. */
      readonly closed: boolean;
    };

interface Split {
  /** The YAML between the two `---`, and the line of the file it begins after. */
  readonly head?: string;
  readonly body: string;
  readonly bodyLine: number;
}

/** A lesson's own file: what stands in it, with the local boxes as places that overlays fill. */
export interface LessonDraft {
  readonly head: YamlText<LessonHead>;
  readonly parts: readonly (
    | { readonly kind: "html"; readonly html: string }
    | { readonly kind: "slot"; readonly slot: string; readonly line: number }
  )[];
}

/** An overlay's file for one lesson: slot → the box's HTML. */
export type LocalBoxes = ReadonlyMap<string, { readonly html: string; readonly line: number }>;

const directive = /^:::/;
const opening = /^::: local ([a-z0-9]+(?:-[a-z0-9]+)*)\s*$/;
const closing = /^:::\s*$/;

/** Reads `lessons/<id>.<language>.md` of the core. `undefined` when its front matter can't be used. */
export function readLesson(
  file: PackageFile,
  activities: ReadonlySet<string>,
  findings: Findings,
): LessonDraft | undefined {
  const split = splitHead(file.text);
  if (split.head === undefined) {
    findings.add(
      file.path,
      1,
      "front-matter",
      "A lesson begins with its front matter between two lines of ---.",
    );
    return undefined;
  }
  const head = readYaml({ file: file.path, text: split.head, linesBefore: 1 }, lessonHeadSchema, findings);
  const slots = new Set<string>();
  const ids = new Set<string>();
  const parts = segments(split, file.path, findings).flatMap((segment): LessonDraft["parts"] => {
    if (segment.kind === "markdown") {
      const html = renderMarkdown(
        segment.text,
        optionsFor(file.path, segment.line, findings, { activities, ids, headings: true }),
      );
      return html === "" ? [] : [{ kind: "html", html }];
    }
    if (segment.closed && segment.text.trim() !== "") {
      findings.add(
        file.path,
        segment.line,
        "directive",
        "A local box is empty in the core; overlays hold its text.",
      );
    }
    reportTwice(slots, segment, file.path, findings);
    return [{ kind: "slot", slot: segment.slot, line: segment.line }];
  });
  return head && { head, parts };
}

/** Reads `lessons/<id>.<language>.md` of an overlay: nothing but local boxes. */
export function readLocalBoxes(
  file: PackageFile,
  activities: ReadonlySet<string>,
  findings: Findings,
): LocalBoxes {
  const boxes = new Map<string, { html: string; line: number }>();
  const slots = new Set<string>();
  for (const segment of segments({ body: file.text, bodyLine: 1 }, file.path, findings)) {
    if (segment.kind === "markdown") {
      if (segment.text.trim() === "") continue;
      const line = segment.line + leadingBlankLines(segment.text);
      findings.add(
        file.path,
        line,
        "directive",
        "An overlay's file holds local boxes only; this stands outside one.",
      );
      continue;
    }
    reportTwice(slots, segment, file.path, findings);
    const options = optionsFor(file.path, segment.line + 1, findings, {
      activities,
      ids: new Set(),
      headings: false,
    });
    boxes.set(segment.slot, { html: renderMarkdown(segment.text, options), line: segment.line });
    if (segment.closed && segment.text.trim() === "") {
      findings.add(file.path, segment.line, "directive", `The local box "${segment.slot}" has no text.`);
    }
  }
  return boxes;
}

function optionsFor(
  file: string,
  firstLine: number,
  findings: Findings,
  rest: Omit<MarkdownOptions, "refuse">,
): MarkdownOptions {
  return { ...rest, refuse: (line, rule, sentence) => findings.add(file, firstLine + line, rule, sentence) };
}

function reportTwice(
  slots: Set<string>,
  { slot, line }: { slot: string; line: number },
  file: string,
  findings: Findings,
) {
  if (slots.has(slot)) findings.add(file, line, "id-duplicate", `The local box "${slot}" stands here twice.`);
  slots.add(slot);
}

function splitHead(text: string): Split {
  const match = /^---\n([\s\S]*?\n)---[ \t]*(?:\n|$)/.exec(text);
  if (match?.[1] === undefined) return { body: text, bodyLine: 1 };
  return { head: match[1], body: text.slice(match[0].length), bodyLine: match[0].split("\n").length };
}

function segments({ body, bodyLine }: Split, file: string, findings: Findings): Segment[] {
  const result: Segment[] = [];
  let open: { slot?: string; line: number; text: string[] } = { line: bodyLine, text: [] };
  const close = (closed = true): void => {
    const { slot, line } = open;
    const text = open.text.join("\n");
    result.push(
      slot === undefined ? { kind: "markdown", text, line } : { kind: "local", slot, text, line, closed },
    );
  };
  body.split("\n").forEach((content, index) => {
    const line = bodyLine + index;
    const slot = opening.exec(content)?.[1];
    if (!directive.test(content)) open.text.push(content);
    else if (slot !== undefined && open.slot === undefined) {
      close();
      open = { slot, line, text: [] };
    } else if (closing.test(content) && open.slot !== undefined) {
      close();
      open = { line: line + 1, text: [] };
    } else {
      const sentence =
        'Only "::: local <box>" and, to end it, ":::" are known; boxes do not stand in each other.';
      findings.add(file, line, "directive", sentence);
    }
  });
  close(open.slot === undefined);
  if (open.slot !== undefined) {
    findings.add(file, open.line, "directive", `The local box "${open.slot}" has no ::: that ends it.`);
  }
  return result;
}

function leadingBlankLines(text: string): number {
  return text.split("\n").findIndex((line) => line.trim() !== "");
}
