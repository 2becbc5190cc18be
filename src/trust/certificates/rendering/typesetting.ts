import { turnedRound, visualOrder, type Direction } from "./bidi.js";
import { faceFor, shaped, type Face, type Weight } from "./fonts.js";

/** A stretch of one line in one face, as it stands on paper. */
export interface Run {
  readonly text: string;
  readonly face: Face;
  /** From the line's left end, and how wide it is. */
  readonly x: number;
  readonly width: number;
}

export interface Line {
  readonly runs: readonly Run[];
  readonly width: number;
}

export interface Setting {
  readonly weight: Weight;
  /** Of an em, in the unit that all widths are in. */
  readonly size: number;
  /** How wide a line may be. */
  readonly measure: number;
  readonly direction: Direction;
}

/** Breaks a text into lines at its spaces, and within a word only where the word alone is too wide. */
export function setLines(text: string, setting: Setting): Line[] {
  const space = setLine(" ", setting).width;
  const lines: { text: string; width: number }[] = [];
  for (const word of text
    .split(/\s+/u)
    .filter(Boolean)
    .flatMap((one) => fitting(one, setting))) {
    const { width } = setLine(word, setting);
    const last = lines.at(-1);
    if (last && last.width + space + width <= setting.measure) {
      last.text += ` ${word}`;
      last.width += space + width;
    } else lines.push({ text: word, width });
  }
  return lines.map((line) => setLine(line.text, setting));
}

/** A text on one line, however wide. */
function setLine(text: string, { weight, size, direction }: Omit<Setting, "measure">): Line {
  const runs: Run[] = [];
  let x = 0;
  for (const stretch of visualOrder(text, direction)) {
    const parts = byFace(stretch.text, weight);
    const isTurned = stretch.direction === "rtl";
    for (const { face, text: written } of isTurned ? parts.reverse() : parts) {
      const part = isTurned ? turnedRound(written) : written;
      const width = (shaped(face, part).advanceWidth / face.font.unitsPerEm) * size;
      runs.push({ text: part, face, x, width });
      x += width;
    }
  }
  return { runs, width: x };
}

/** A space or a full stop stays with the face of its neighbour, so that words are shaped whole. */
function byFace(text: string, weight: Weight): { text: string; face: Face }[] {
  const parts: { text: string; face: Face }[] = [];
  for (const sign of text) {
    const last = parts.at(-1);
    const fits = last?.face.font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0);
    if (last && fits) last.text += sign;
    else parts.push({ text: sign, face: faceFor(sign, weight) });
  }
  return parts;
}

/** A word in pieces that fit. */
function fitting(word: string, setting: Setting): string[] {
  if (setLine(word, setting).width <= setting.measure) return [word];
  const pieces: string[] = [];
  for (const sign of word) {
    const longer = (pieces.at(-1) ?? "") + sign;
    if (pieces.length > 0 && setLine(longer, setting).width <= setting.measure)
      pieces[pieces.length - 1] = longer;
    else pieces.push(sign);
  }
  return pieces;
}
