import { VerificationError } from "../errors.js";
import { mostTextBytes } from "./bounds.js";
import { foundText } from "./texts.js";

const prefixed = "openbadges:credential";

/**
 * The text of the first `<openbadges:credential>` (OB 3.0 §5.3.2.2): its `verify` attribute, else its content, as CDATA
 * or as escaped text. It is read sign by sign, without a document being built: a DOCTYPE's own declarations, and any
 * entity but XML's own five and numbers, are refused, so nothing can be made to grow; nothing is ever fetched.
 * @throws VerificationError
 */
export function credentialOfSvg(text: string): string {
  const reader: Reader = { text, at: 0, left: mostPieces };
  for (;;) {
    const piece = nextPiece(reader);
    if (piece === undefined) throw new VerificationError("verification_nothing_inside", { format: "SVG" });
    if (piece.kind !== "tag" || piece.name !== prefixed) continue;
    const verify = unescaped(piece.verify ?? "").trim();
    if (verify !== "") return foundText(verify, "SVG");
    return foundText(piece.empty ? "" : contentOf(reader), "SVG");
  }
}

/** Tags, attributes and texts. A drawing has some thousands; a picture within it is one attribute, however long. */
const mostPieces = 100_000;

interface Reader {
  readonly text: string;
  at: number;
  /** How many pieces may still come. */
  left: number;
}

function count(reader: Reader): void {
  reader.left -= 1;
  if (reader.left < 0) throw new VerificationError("verification_too_large");
}

type Piece =
  | { readonly kind: "text"; readonly text: string; readonly isEscaped: boolean }
  | {
      readonly kind: "tag";
      readonly name: string;
      /** Of its attributes the only one that is read. */
      readonly verify: string | undefined;
      readonly empty: boolean;
    }
  | { readonly kind: "end"; readonly name: string }
  | { readonly kind: "nothing" };

const nothing: Piece = { kind: "nothing" };

/** The next piece of markup; `undefined` at the end. */
function nextPiece(reader: Reader): Piece | undefined {
  const { text, at } = reader;
  if (at >= text.length) return undefined;
  count(reader);
  if (text[at] !== "<") {
    const end = text.indexOf("<", at);
    reader.at = end < 0 ? text.length : end;
    return { kind: "text", text: text.slice(at, reader.at), isEscaped: true };
  }
  if (text.startsWith("<!--", at)) return skipTo(reader, "-->");
  if (text.startsWith("<?", at)) return skipTo(reader, "?>");
  if (text.startsWith("<![CDATA[", at)) {
    skipTo(reader, "]]>");
    return { kind: "text", text: text.slice(at + 9, reader.at - 3), isEscaped: false };
  }
  if (text.startsWith("<!", at)) return doctype(reader);
  if (text.startsWith("</", at)) {
    skipTo(reader, ">");
    return { kind: "end", name: text.slice(at + 2, reader.at - 1).trim() };
  }
  return openingTag(reader);
}

const plainDoctype = /<!DOCTYPE\s[^<>[\]]{1,500}>/iy;

/** Drawing programs write one that names SVG's own; one that declares something is refused. */
function doctype(reader: Reader): Piece {
  if (!take(reader, plainDoctype)) throw new VerificationError("verification_file_unsafe", { format: "SVG" });
  return nothing;
}

function skipTo(reader: Reader, end: string): Piece {
  const found = reader.text.indexOf(end, reader.at);
  if (found < 0) throw damaged();
  reader.at = found + end.length;
  return nothing;
}

const tagName = /<([\w.:-]{1,100})/y;
const attribute = /\s+([\w.:-]{1,100})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEnd = /\s*(\/?)>/y;

function openingTag(reader: Reader): Piece {
  const name = take(reader, tagName)?.[1];
  if (name === undefined) throw damaged();
  let verify: string | undefined;
  for (let found = take(reader, attribute); found; found = take(reader, attribute)) {
    const [, key = "", double, single] = found;
    count(reader);
    if (key === "verify") verify = double ?? single ?? "";
  }
  const end = take(reader, tagEnd);
  if (!end) throw damaged();
  return { kind: "tag", name, verify, empty: end[1] === "/" };
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (!found) return undefined;
  reader.at = pattern.lastIndex;
  return found;
}

/** Up to its closing tag; there is nothing but text in it. */
function contentOf(reader: Reader): string {
  const parts: string[] = [];
  for (;;) {
    const piece = nextPiece(reader);
    if (piece === undefined || piece.kind === "tag") throw damaged();
    if (piece.kind === "end") return parts.join("").trim();
    if (piece.kind === "text") parts.push(piece.isEscaped ? unescaped(piece.text) : piece.text);
  }
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescaped(text: string): string {
  // Escaped, a certificate is longer, and not by that much.
  if (text.length > 2 * mostTextBytes) throw new VerificationError("verification_too_large");
  return text.replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|\w{1,30});/gi, (_whole, name: string) => {
    const sign = name.startsWith("#") ? numbered(name.slice(1).toLowerCase()) : named[name];
    if (sign === undefined) throw new VerificationError("verification_file_unsafe", { format: "SVG" });
    return sign;
  });
}

function numbered(number: string): string | undefined {
  const code = number.startsWith("x") ? parseInt(number.slice(1), 16) : parseInt(number, 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

const damaged = (): VerificationError =>
  new VerificationError("verification_file_damaged", { format: "SVG" });
