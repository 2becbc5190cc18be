export type Direction = "ltr" | "rtl";

/** A stretch of text that is written in one direction. */
export interface Stretch {
  readonly text: string;
  readonly direction: Direction;
}

type Kind = "L" | "R" | "number" | "neutral";

const right = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const mirrored: Readonly<Record<string, string>> = {
  ...{ "(": ")", ")": "(", "[": "]", "]": "[", "<": ">", ">": "<" },
  ...{ "«": "»", "»": "«", "“": "”", "”": "“" },
};

/**
 * The stretches of one line in the order in which they stand on paper, from left to right: the part of the Unicode
 * Bidirectional Algorithm (UAX #9) that plain sentences, numbers and web addresses need. There are no embeddings.
 */
export function visualOrder(line: string, base: Direction): Stretch[] {
  const signs = Array.from(line);
  const levels = levelsOf(signs.map(kindOf), signs, base);
  const stretches: { text: string; level: number }[] = [];
  signs.forEach((sign, place) => {
    if (sign === toRight || sign === toLeft) return;
    const level = levels[place] ?? 0;
    const last = stretches.at(-1);
    if (last?.level === level) last.text += sign;
    else stretches.push({ text: sign, level });
  });
  return reordered(stretches).map(({ text, level }) => ({
    text,
    direction: level % 2 === 0 ? "ltr" : "rtl",
  }));
}

/** Marks without a width, which say where a sentence goes on (UAX #9 §2.6). */
const toRight = "\u200e";
const toLeft = "\u200f";

function kindOf(sign: string): Kind {
  if (sign === toRight) return "L";
  if (sign === toLeft) return "R";
  if (/\p{Nd}/u.test(sign)) return "number";
  if (right.test(sign) && /[\p{L}\p{M}]/u.test(sign)) return "R";
  return /\p{L}/u.test(sign) ? "L" : "neutral";
}

/** Even levels run to the right, odd ones to the left (UAX #9, rules W4, W7, N1, N2, I1 and I2). */
function levelsOf(kinds: Kind[], signs: readonly string[], base: Direction): number[] {
  const outer: Kind = base === "rtl" ? "R" : "L";
  joinNumbers(kinds, signs);
  let strong = outer;
  kinds.forEach((kind, place) => {
    if (kind === "number" && strong === "L") kinds[place] = "L";
    else if (kind === "L" || kind === "R") strong = kind;
  });
  const sideOf = (kind: Kind | undefined): Kind => (kind === "number" ? "R" : (kind ?? outer));
  for (let from = 0; from < kinds.length; from += 1) {
    if (kinds[from] !== "neutral") continue;
    let to = from;
    while (kinds[to] === "neutral") to += 1;
    const before = sideOf(kinds[from - 1]);
    kinds.fill(before === sideOf(kinds[to]) ? before : outer, from, to);
  }
  const lowest = base === "rtl" ? 1 : 0;
  return kinds.map((kind) => (kind === "R" ? 1 : kind === "number" ? 2 : 2 * lowest));
}

/** `0.2` and `12:30` are one number. */
function joinNumbers(kinds: Kind[], signs: readonly string[]): void {
  kinds.forEach((kind, place) => {
    const isBetween = kinds[place - 1] === "number" && kinds[place + 1] === "number";
    if (kind === "neutral" && isBetween && /[.,:/]/.test(signs[place] ?? "")) kinds[place] = "number";
  });
}

/** UAX #9, rule L2. */
function reordered<T extends { readonly level: number }>(stretches: readonly T[]): T[] {
  const result = [...stretches];
  for (let level = Math.max(0, ...result.map((one) => one.level)); level > 0; level -= 1) {
    for (let from = 0; from < result.length; from += 1) {
      let to = from;
      while ((result[to]?.level ?? -1) >= level) to += 1;
      result.splice(from, to - from, ...result.slice(from, to).reverse());
      from = Math.max(from, to);
    }
  }
  return result;
}

/**
 * A piece of a right-to-left stretch that has no letter of such a script, in the order of paper: fonts turn letters
 * round by themselves, and signs and spaces not.
 */
export function turnedRound(text: string): string {
  const signs = Array.from(text, (sign) => mirrored[sign] ?? sign);
  return signs.some((sign) => kindOf(sign) === "R") ? signs.join("") : signs.reverse().join("");
}
