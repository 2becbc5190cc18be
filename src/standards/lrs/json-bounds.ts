import { LrsError } from "./errors.js";

/** Deeper nesting than this is no honest statement; it bounds every recursion over a body. */
export const deepest = 64;

/** What a body may hold: a parser takes seconds over a few hundred thousand different names. */
const most = { names: 5000, parts: 250_000 };

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const opening = new Set([123, 91]);
const closing = new Set([125, 93]);

/**
 * Looks at a text before it is parsed, whether it is well-formed or not: how deep it goes, how many names one object
 * has, and how many parts there are. Throws `lrs_json_too_deep`, `lrs_json_too_large`.
 */
export function boundJson(text: string): void {
  // The place of a list of statements, and of a value in the deepest object, is given beside.
  const names = new Uint32Array(deepest + 3);
  let [depth, parts] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (opening.has(code)) {
      depth += 1;
      if (depth >= names.length) throw new LrsError("lrs_json_too_deep", { deepest });
      names[depth] = 0;
    } else if (closing.has(code)) depth = Math.max(0, depth - 1);
    else if (code === comma) parts += 1;
    else if (code === colon) {
      parts += 1;
      names[depth] = (names[depth] ?? 0) + 1;
      if ((names[depth] ?? 0) > most.names) throw new LrsError("lrs_json_too_large", most);
    }
    if (parts > most.parts) throw new LrsError("lrs_json_too_large", most);
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let code = text.charCodeAt(at); at < text.length && code !== quote; code = text.charCodeAt(at))
    at += code === backslash ? 2 : 1;
  return at;
}
