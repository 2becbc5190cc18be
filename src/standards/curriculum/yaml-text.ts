import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
} from "yaml";
import type { z } from "zod";
import type { Findings, Rule } from "./findings.js";

type Path = readonly PropertyKey[];

/** A YAML text that was read: its data, and where in the file each part of it stands. */
export interface YamlText<T> {
  readonly file: string;
  readonly data: T;
  /** The line of the key or list entry at `path`, or of the nearest one above it that exists. */
  lineAt(path: Path): number;
}

interface Origin {
  readonly file: string;
  readonly text: string;
  /** Lines of the file before `text` begins. */
  readonly linesBefore?: number;
}

/**
 * Parses and checks a YAML text. Answers `undefined` when there is anything to put right; it then stands in `findings`.
 * Anchors and aliases are refused: a few lines of them can stand for gigabytes.
 */
export function readYaml<S extends z.ZodType>(
  { file, text, linesBefore = 0 }: Origin,
  schema: S,
  findings: Findings,
): YamlText<z.output<S>> | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: "core" });
  const lineOf = (offset: number): number => linesBefore + Math.max(1, lines.linePos(offset).line);
  const lineAt = (path: Path): number => lineOf(offsetAt(document, path));
  const faults = [...document.errors, ...document.warnings];
  // One fault often draws others after it on the same line; the first one says what to do.
  new Map(faults.toReversed().map((fault) => [lineOf(fault.pos[0]), fault])).forEach((fault, line) => {
    findings.add(file, line, "yaml-syntax", `The YAML can't be read: ${fault.message}.`);
  });
  if (faults.length > 0) return undefined;
  if (hasAlias(document, (offset) => reportAlias(file, lineOf(offset), findings))) return undefined;
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 0 }) as unknown);
  if (parsed.success) return { file, data: parsed.data, lineAt };
  for (const issue of parsed.error.issues) {
    for (const { path, rule, sentence } of describeIssue(issue, document)) {
      findings.add(file, lineAt(path), rule, sentence);
    }
  }
  return undefined;
}

function reportAlias(file: string, line: number, findings: Findings): void {
  findings.add(file, line, "yaml-alias", "Anchors and aliases (& and *) are not taken; write the text out.");
}

function hasAlias(document: Document, report: (offset: number) => void): boolean {
  let found = false;
  const refuse = (offset: number): void => {
    found = true;
    report(offset);
  };
  visit(document, {
    Alias: (_key, node) => refuse(node.range?.[0] ?? 0),
    Value: (_key, node) => {
      if (node.anchor !== undefined) refuse(node.range?.[0] ?? 0);
    },
  });
  return found;
}

function offsetAt(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const [marker, next] = stepInto(node, step);
    offset = startOf(marker) ?? offset;
    node = next;
  }
  return offset;
}

/** What marks the place of an entry (a mapping's key, a list's item), and the entry itself. */
function stepInto(node: unknown, step: PropertyKey): readonly [marker: unknown, next: unknown] {
  if (isMap(node)) {
    const pair = node.items.find((item) => keyOf(item) === String(step));
    return [pair?.key, pair?.value];
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined;
  return [item, item];
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

interface Described {
  readonly path: Path;
  readonly rule: Rule;
  readonly sentence: string;
}

/** A message of a schema that is itself the sentence of a rule: `rule: sentence`. */
export const idForm = (sentence: string): string => `id-form: ${sentence}`;

function describeIssue(issue: z.core.$ZodIssue, document: Document): Described[] {
  const { path } = issue;
  const name = path.length === 0 ? "The file" : `"${path.map(String).join(".")}"`;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      rule: "key-unknown",
      sentence: `"${key}" is not a key that is known here.`,
    }));
  }
  if (path.length > 0 && !document.hasIn(path)) {
    return [{ path, rule: "key-missing", sentence: `${name} is missing.` }];
  }
  const form = idForm("");
  if (issue.message.startsWith(form)) {
    return [{ path, rule: "id-form", sentence: `${name} ${issue.message.slice(form.length)}` }];
  }
  const hint = issue.message.endsWith("expected string, received number") ? " (put it in quotes)" : "";
  const reason = issue.message
    .replace(/^Invalid (input|option): /, "")
    .replace(/^(Too|Invalid)/, (word) => word.toLowerCase());
  return [{ path, rule: "value-wrong", sentence: `${name} is not as it should be: ${reason}${hint}.` }];
}
