import type { Direction } from "./bidi.js";
import { shaped, type Face, type Weight } from "./fonts.js";
import { colours, mark } from "./look.js";
import { qrPath } from "./qr.js";
import { setLines, type Line } from "./typesetting.js";

/** A4, in points. */
export const pageSize = { width: 595.28, height: 841.89 } as const;
const margin = 62;
const measure = pageSize.width - 2 * margin;
const leading = 1.36;
const labelWidth = 118;

export interface TextLook {
  readonly size: number;
  readonly weight?: Weight;
  readonly colour?: string;
  /** Free space below it. */
  readonly after: number;
  /** Further in than the margin, where lines begin. */
  readonly inset?: number;
}

/** Pages that are written from above to below, each thing with its tag (ISO 32000-2 §14.8) at once as it is drawn. */
export class Page {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #direction: Direction;
  readonly #root: PDFKit.PDFStructureElement;
  readonly #faces = new Set<string>();
  #y = margin;

  constructor(pdf: PDFKit.PDFDocument, direction: Direction) {
    this.#pdf = pdf;
    this.#direction = direction;
    this.#root = pdf.struct("Document");
    pdf.addStructure(this.#root);
  }

  /** A paragraph or heading; a new page begins where it would not fit. */
  text(tag: "P" | "H1" | "H2", text: string, look: TextLook): void {
    const lines = this.#lines(text, look, measure - (look.inset ?? 0));
    this.together(lines.length * look.size * leading);
    this.#root.add(this.#leaf(tag, {}, () => this.#draw(lines, look, this.#y)));
    this.#y += lines.length * look.size * leading + look.after;
  }

  /** An address, which leads there and is written from left to right in every language. */
  link(url: string, look: TextLook): void {
    const lines = this.#lines(url, look, measure - (look.inset ?? 0));
    const content = this.#leaf("Link", { alt: url }, () => this.#draw(lines, look, this.#y));
    const paragraph = this.#pdf.struct("P", {}, [content]);
    this.#root.add(paragraph);
    this.#y += lines.length * look.size * leading + look.after;
  }

  /** A label, and beside it what it is about. */
  row(label: string, values: readonly string[]): void {
    const look = { size: 11, after: 0 };
    const beside = { ...look, inset: labelWidth };
    const labelLines = this.#lines(label, look, labelWidth - 12);
    const lists = values.map((value) => this.#lines(value, beside, measure - labelWidth));
    const height = Math.max(labelLines.length, lists.flat().length) * look.size * leading;
    this.together(height);
    let y = this.#y;
    const title = this.#leaf("Lbl", {}, () => this.#draw(labelLines, { ...look, colour: colours.muted }, y));
    const bodies = lists.map((lines) => {
      const body = this.#leaf("P", {}, () => this.#draw(lines, beside, y));
      y += lines.length * look.size * leading;
      return body;
    });
    const item = this.#pdf.struct("LI", {}, [title, this.#pdf.struct("LBody", {}, bodies)]);
    this.#root.add(this.#pdf.struct("L", {}, [item]));
    this.#y += height + 7;
  }

  gap(height: number): void {
    this.#y += height;
  }

  /** What comes next stands on one page, if it is no higher than that. */
  together(height: number): void {
    if (this.#y + height <= pageSize.height - margin) return;
    this.#pdf.addPage();
    this.#y = margin;
  }

  rule(): void {
    this.#pdf.markContent("Artifact", { type: "Layout" });
    this.#pdf
      .moveTo(margin, this.#y)
      .lineTo(pageSize.width - margin, this.#y)
      .lineWidth(1)
      .stroke(colours.line);
    this.#pdf.endMarkedContent();
    this.#y += 20;
  }

  mark(alt: string): void {
    const x = this.#atStart(0, 34);
    const figure = this.#leaf("Figure", { alt, bbox: [x, this.#y - 8, x + 34, this.#y + 26] }, () => {
      this.#pdf
        .save()
        .translate(x - 3, this.#y - 11)
        .scale(1.6);
      this.#pdf.path(mark.shared).fill(colours.shared).path(mark.own).fill(colours.own).restore();
    });
    this.#root.add(figure);
  }

  /** Where lines begin, at the height of what comes next, which has to keep clear of it. */
  code(url: string, { alt, side }: { readonly alt: string; readonly side: number }): void {
    const x = this.#atStart(0, side);
    const { path, size } = qrPath(url);
    const figure = this.#leaf("Figure", { alt, bbox: [x, this.#y, x + side, this.#y + side] }, () => {
      this.#pdf
        .save()
        .translate(x, this.#y)
        .scale(side / size)
        .path(path)
        .fill(colours.ink)
        .restore();
    });
    this.#root.add(figure);
  }

  end(): void {
    this.#root.end();
    this.#pdf.end();
  }

  #leaf(tag: string, options: { alt?: string; bbox?: [number, number, number, number] }, draw: () => void) {
    const content = this.#pdf.markStructureContent(tag);
    draw();
    this.#pdf.endMarkedContent();
    return this.#pdf.struct(tag, options, [content]);
  }

  #lines(text: string, { size, weight = 400 }: TextLook, width: number): Line[] {
    return setLines(text, { size, weight, measure: width, direction: this.#direction });
  }

  #draw(lines: readonly Line[], { size, inset = 0, colour = colours.ink }: TextLook, top: number): void {
    this.#pdf.fillColor(colour).fontSize(size);
    lines.forEach((line, place) => {
      const left = this.#atStart(inset, line.width);
      const y = top + place * size * leading + size;
      for (const { text, face, x } of line.runs) {
        // With features named, even none, the run is shaped as a whole and not word by word.
        this.#use(face);
        this.#pdf.text(text, left + x, y, { lineBreak: false, baseline: "alphabetic", features: [] });
      }
    });
  }

  #use(face: Face): void {
    if (!this.#faces.has(face.name)) this.#pdf.registerFont(face.name, face.file);
    this.#pdf.font(face.name);
    if (!this.#faces.has(face.name)) shapeOnce(this.#pdf, face);
    this.#faces.add(face.name);
  }

  /** The left end of something that begins where lines begin. */
  #atStart(inset: number, width: number): number {
    return this.#direction === "rtl" ? pageSize.width - margin - inset - width : margin + inset;
  }
}

/**
 * Lets the document take the glyphs that were shaped for measuring: shaping is what costs most. Without pdfkit's inner
 * font, as in another version of it, each text would be shaped a second time, and nothing else would change.
 */
function shapeOnce(pdf: PDFKit.PDFDocument, face: Face): void {
  const { font } = (pdf as { _font?: { font?: { layout?: (text: string) => unknown } } })._font ?? {};
  if (!font?.layout) return;
  font.layout = (text) => {
    const run = shaped(face, text);
    // pdfkit scales the positions in their place.
    const positions = run.positions.map((position) => ({ ...position }));
    return Object.create(run, { positions: { value: positions } }) as unknown;
  };
}
