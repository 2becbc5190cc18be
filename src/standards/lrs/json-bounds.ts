import { LrsError } from "./errors.js";

/** Deeper nesting than this is no honest statement; it bounds every recursion over a body. */
export const deepest = 64;

/** What a body may hold: a parser takes seconds over a few hundred thousand different names. */
const most = { names: 5000, parts: 250_000 };

/** One property of an object: its decoded name and where its value stands in the text. */
export interface Member {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** An object of the outermost level, or of the outermost list: `text.slice(start, end)`. */
export interface ObjectSpan {
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

interface Outline {
  /** The outermost object, or the objects in the outermost list. Means something for well-formed text only. */
  readonly spans: readonly ObjectSpan[];
  /** How many names of properties there are, in all objects together. */
  readonly names: number;
}

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

/**
 * Looks at a text before it is parsed, whether it is well-formed or not: how deep it goes, how many names one object
 * has, and how many parts there are; and where the properties of its statements stand. One pass, over everything once.
 * Throws `lrs_json_too_deep`, `lrs_json_too_large`.
 */
export function outlineJson(text: string): Outline {
  const outliner = new Outliner(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = outliner.string(at);
    else if (code === openBrace || code === openBracket) outliner.open(at, code);
    else if (code === closeBrace || code === closeBracket) outliner.close(at);
    else if (code === comma) outliner.comma(at);
    else if (code === colon) outliner.colon(at);
  }
  return outliner;
}

class Outliner implements Outline {
  readonly spans: ObjectSpan[] = [];
  names = 0;
  readonly #text: string;
  /** By depth. The place of a list of statements, and of a value in the deepest object, is given beside. */
  readonly #namesAt = new Uint32Array(deepest + 3);
  #depth = 0;
  #parts = 0;
  /** How deep the statements are: 2 in a list. */
  #level = 1;
  #start = 0;
  #members: Member[] = [];
  /** The last string at the statements' own depth: where its quotes are. */
  #string: readonly [number, number] = [0, 0];
  #value = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns where it ends. */
  string(at: number): number {
    const end = endOfString(this.#text, at);
    if (this.#depth === this.#level && this.#value < 0) this.#string = [at, end];
    return end;
  }

  open(at: number, code: number): void {
    this.#depth += 1;
    if (this.#depth >= this.#namesAt.length) throw new LrsError("lrs_json_too_deep", { deepest });
    this.#namesAt[this.#depth] = 0;
    if (this.#depth === 1 && code === openBracket) this.#level = 2;
    if (this.#depth !== this.#level) return;
    this.#start = at;
    this.#members = [];
    this.#value = -1;
  }

  close(at: number): void {
    if (this.#depth === this.#level) {
      this.#endMember(at);
      this.spans.push({ start: this.#start, end: at + 1, members: this.#members });
    }
    this.#depth = Math.max(0, this.#depth - 1);
  }

  comma(at: number): void {
    this.#part();
    if (this.#depth === this.#level) this.#endMember(at);
  }

  colon(at: number): void {
    this.#part();
    this.names += 1;
    const here = (this.#namesAt[this.#depth] ?? 0) + 1;
    this.#namesAt[this.#depth] = here;
    if (here > most.names) throw new LrsError("lrs_json_too_large", most);
    if (this.#depth === this.#level) this.#value = at + 1;
  }

  #part(): void {
    this.#parts += 1;
    if (this.#parts > most.parts) throw new LrsError("lrs_json_too_large", most);
  }

  #endMember(at: number): void {
    if (this.#value < 0) return;
    let [start, end] = [this.#value, at];
    while (isSpace(this.#text.charCodeAt(start))) start += 1;
    while (end > start && isSpace(this.#text.charCodeAt(end - 1))) end -= 1;
    this.#members.push({ name: nameOf(this.#text.slice(this.#string[0] + 1, this.#string[1])), start, end });
    this.#value = -1;
  }
}

const isSpace = (code: number): boolean => code <= 32;

/** The text may be anything yet: what can't be read as a name is none that matters. */
function nameOf(raw: string): string {
  if (!raw.includes("\\")) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** Where the string ends that begins here; the text's end for one that never does. */
function endOfString(text: string, start: number): number {
  // Most of a body is within strings: the engine's own search goes through them many times faster than a loop.
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes stands before it; each is read once, as a quote lies between two runs. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
}
