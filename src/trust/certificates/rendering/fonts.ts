import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, type Font, type GlyphRun } from "fontkit";

const require = createRequire(import.meta.url);
const filesOf = (name: string): string => join(dirname(require.resolve(`${name}/package.json`)), "files");

export type Weight = 400 | 600;

/** One font file: it has the signs of some scripts. */
export interface Face {
  /** Unique. */
  readonly name: string;
  readonly file: Buffer;
  readonly font: Font;
  readonly shaped: Map<string, GlyphRun>;
}

/** Words that come again in each certificate: so many are kept, a face. */
const mostKept = 1000;

const sans = "@fontsource/source-sans-3";
/** Which part of which package has a script's signs; what is first in the list is looked at first. */
const parts = [
  { packageName: sans, part: "latin", signs: /[\0-\u02ff\u2000-\u22ff]/ },
  { packageName: sans, part: "latin-ext", signs: /[\u0100-\u036f\u1e00-\u22ff]/ },
  { packageName: sans, part: "greek", signs: /\p{Script=Greek}/u },
  { packageName: sans, part: "cyrillic", signs: /\p{Script=Cyrillic}/u },
  { packageName: sans, part: "cyrillic-ext", signs: /\p{Script=Cyrillic}/u },
  { packageName: "@fontsource/noto-sans-arabic", part: "arabic", signs: /[\p{Script=Arabic}\u060c-\u061f]/u },
] as const;

const known = new Map<string, Face>();

/** Read once, when the first sign of it is needed. */
function face(packageName: string, part: string, weight: Weight): Face {
  const name = `${packageName.slice(packageName.indexOf("/") + 1)}-${part}-${String(weight)}-normal`;
  const opened = known.get(name) ?? open(name, join(filesOf(packageName), `${name}.woff`));
  known.set(name, opened);
  return opened;
}

function open(name: string, path: string): Face {
  const file = readFileSync(path);
  return { name, file, font: create(file), shaped: new Map() };
}

/** The face that has this sign; the first one, with its box for what is missing, when none has. */
export function faceFor(sign: string, weight: Weight): Face {
  const code = sign.codePointAt(0) ?? 0;
  for (const { packageName, part, signs } of parts) {
    if (!signs.test(sign)) continue;
    const found = face(packageName, part, weight);
    if (found.font.hasGlyphForCodePoint(code)) return found;
  }
  return face(sans, "latin", weight);
}

/** The glyphs of a stretch of text, in visual order. */
export function shaped(face: Face, text: string): GlyphRun {
  const found = face.shaped.get(text) ?? face.font.layout(text);
  if (face.shaped.size >= mostKept) face.shaped.clear();
  face.shaped.set(text, found);
  return found;
}
