import type { Direction } from "./bidi.js";
import { shaped, type Weight } from "./fonts.js";
import { colours, mark } from "./look.js";
import { qrPath } from "./qr.js";
import type { Sheet } from "./sheet.js";
import { setLines, type Line } from "./typesetting.js";

const side = 512;
const margin = 40;
const measure = side - 2 * margin;
const qrSide = 116;
/** The QR code keeps a margin of four modules (ISO/IEC 18004 §9.1). */
const qrTop = side - margin - qrSide + 4;
const marksHeight = 38;
const lowestMarks = qrTop - 14 - marksHeight;

/**
 * A certificate's badge: the mark, what it attests, by whom, from when to when, and its address as a QR code. All text
 * is drawn as outlines, so that it looks the same wherever it is opened, and said in `<title>` and `<desc>` for ears.
 */
export function drawBadge(sheet: Sheet): string {
  const { title, academy, dates, direction } = sheet;
  const marks = sheet.marks.map(({ short }) => short);
  const paper = new Paper(direction);
  paper.text(sheet.kicker, { size: 20, weight: 600, colour: colours.shared, y: 70, inset: 72 });
  let y = paper.text(title, { size: titleSize(title), weight: 600, y: 138 });
  y = paper.text(academy, { size: 21, y: y + 12 });
  if (marks.length > 0) paper.marks(marks.join(" · "), Math.min(y + 2, lowestMarks));
  const column = measure - qrSide - 24;
  dates.forEach((date, place) =>
    paper.text(date, { size: 18, colour: colours.muted, y: 428 + 30 * place, measure: column }),
  );
  const size = String(side);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}" role="img" aria-labelledby="title desc" xml:lang="${sheet.locale}">`,
    `<title id="title">${escaped(`${sheet.kicker}: ${title}`)}</title>`,
    `<desc id="desc">${escaped([...marks, academy, ...dates, sheet.url].join(". "))}</desc>`,
    ...[frame, markAt(direction), qrAt(sheet.url, direction), ...paper.parts],
    "</svg>\n",
  ].join("");
}

/** Long titles are smaller, so that four lines are enough. */
const titleSize = (title: string): number => (title.length > 90 ? 24 : title.length > 50 ? 29 : 36);

const frame =
  `<rect width="${String(side)}" height="${String(side)}" fill="${colours.paper}"/>` +
  `<rect x="8" y="8" width="${String(side - 16)}" height="${String(side - 16)}" rx="12" fill="none" stroke="${colours.shared}" stroke-width="3"/>`;

function markAt(direction: Direction): string {
  const x = direction === "rtl" ? side - margin - 56 : margin;
  const place = `transform="translate(${String(x)} 34) scale(2.3333)"`;
  return `<g ${place}><path fill="${colours.shared}" d="${mark.shared}"/><path fill="${colours.own}" d="${mark.own}"/></g>`;
}

function qrAt(url: string, direction: Direction): string {
  const { path, size } = qrPath(url);
  const x = direction === "rtl" ? margin : side - margin - qrSide;
  const place = `transform="translate(${String(x)} ${String(qrTop)}) scale(${decimal(qrSide / size)})"`;
  return `<path ${place} fill="${colours.ink}" shape-rendering="crispEdges" d="${path}"/>`;
}

interface TextLook {
  readonly size: number;
  /** Of the first line's base. */
  readonly y: number;
  readonly weight?: Weight;
  readonly colour?: string;
  readonly measure?: number;
  /** Further in than the margin, where lines begin. */
  readonly inset?: number;
}

/** Where text is put, line by line. */
class Paper {
  readonly parts: string[] = [];
  readonly #direction: Direction;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  /** @returns the base of the line that would come next */
  text(text: string, look: TextLook): number {
    const { size, weight = 400, inset = 0, colour = colours.ink } = look;
    const room = (look.measure ?? measure) - inset;
    const lines = setLines(text, { size, weight, measure: room, direction: this.#direction });
    lines.forEach((line, place) => {
      const x = this.#direction === "rtl" ? side - margin - inset - line.width : margin + inset;
      this.parts.push(outlines(line, { x, y: look.y + place * size * 1.22, size, colour }));
    });
    return look.y + lines.length * size * 1.22;
  }

  marks(marks: string, top: number): void {
    this.parts.push(
      `<rect x="${String(margin)}" y="${decimal(top)}" width="${String(measure)}" height="${String(marksHeight)}" rx="6" fill="${colours.ownWash}"/>`,
    );
    this.text(marks, { size: 19, weight: 600, colour: colours.own, y: top + 26, inset: 14 });
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: string;
}

function outlines({ runs }: Line, { x, y, size, colour }: Place): string {
  const paths = runs.flatMap(({ text, face, x: inLine }) => {
    const scale = size / face.font.unitsPerEm;
    const { glyphs, positions } = shaped(face, text);
    let pen = x + inLine;
    return glyphs.map(({ path }, place) => {
      const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[place] ?? {};
      const [left, base] = [pen + xOffset * scale, y - yOffset * scale];
      pen += xAdvance * scale;
      return path.scale(scale, -scale).translate(left, base).toSVG();
    });
  });
  return `<path fill="${colour}" d="${paths.join("")}"/>`;
}

const decimal = (value: number): string => String(Math.round(value * 1000) / 1000);

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
