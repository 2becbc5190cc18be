import { VerificationError } from "../errors.js";
import { mostTextBytes } from "./bounds.js";
import { inflated } from "./inflating.js";
import { foundText, isJwt, utf8 } from "./texts.js";

/** A PDF's header may stand a little behind its beginning (ISO 32000-2 Annex I). */
export const pdfHeader = "%PDF-";

const mark = Buffer.from("/EmbeddedFile", "latin1");
/** Attached files that are looked into. */
const mostFiles = 32;
/** Places that are looked at: the mark may stand anywhere, in text as well. */
const mostPlaces = 4096;
/** A stream's dictionary is short: what is longer is none of ours. */
const reach = 4096;

/**
 * The first attached file that is a credential (ISO 32000-2 §7.11.4): stored as it is or by FlateDecode. The file is
 * searched for its embedded streams, which always stand in it openly; its tables of contents, which may say anything,
 * are not read, and nothing of its pages is.
 * @throws VerificationError
 */
export async function credentialOfPdf(file: Buffer): Promise<string> {
  let files = 0;
  let tooLarge = false;
  for (const stream of embeddedStreams(file)) {
    files += 1;
    if (files > mostFiles) break;
    const text = await textOf(stream);
    if (text === tooLong) tooLarge = true;
    else if (text !== undefined && isCredential(text)) return foundText(text, "PDF");
  }
  if (tooLarge) throw new VerificationError("verification_too_large");
  throw new VerificationError("verification_nothing_inside", { format: "PDF" });
}

interface Stream {
  readonly dictionary: string;
  readonly bytes: Buffer;
}

function* embeddedStreams(file: Buffer): Generator<Stream> {
  let places = 0;
  for (let at = file.indexOf(mark); at >= 0 && places < mostPlaces; places += 1) {
    const found = streamAt(file, at);
    if (found) yield found.stream;
    at = file.indexOf(mark, Math.max(at + mark.length, found?.end ?? 0));
  }
}

/** The stream whose dictionary has this place in it. */
function streamAt(file: Buffer, at: number): { readonly stream: Stream; readonly end: number } | undefined {
  // `/EmbeddedFiles` is the name of a list of them.
  if (/[\w#]/.test(String.fromCharCode(file[at + mark.length] ?? 0))) return undefined;
  const before = file.toString("latin1", Math.max(0, at - reach), at);
  const after = file.toString("latin1", at, at + reach);
  const opened = before.lastIndexOf(" obj");
  const [keyword] = /stream(\r\n|\n|\r)/.exec(after) ?? [];
  if (opened < 0 || keyword === undefined) return undefined;
  const dictionaryEnd = after.indexOf(keyword);
  const dictionary = before.slice(opened + 4) + after.slice(0, dictionaryEnd);
  if (/endobj|endstream/.test(dictionary)) return undefined;
  const start = at + dictionaryEnd + keyword.length;
  const end = endOf(file, start, dictionary);
  return { stream: { dictionary, bytes: file.subarray(start, end) }, end };
}

/** Where a stream ends: by its length if that is there and right, else at the next `endstream`. */
function endOf(file: Buffer, start: number, dictionary: string): number {
  const length = Number(/\/Length\s+(\d{1,9})(?!\s+\d+\s+R)\b/.exec(dictionary)?.[1] ?? NaN);
  const behind = file.toString("latin1", start + length, start + length + 12).trimStart();
  if (behind.startsWith("endstream")) return start + length;
  const found = file.indexOf("endstream", start, "latin1");
  return found < 0 ? file.length : found;
}

const tooLong = Symbol("longer than any certificate");

async function textOf({ dictionary, bytes }: Stream): Promise<string | typeof tooLong | undefined> {
  const filter = /\/Filter\s*(\[[^[\]]*\]|\/\w+)/.exec(dictionary)?.[1]?.replaceAll(/[[\]\s]/g, "");
  if (filter === undefined) return bytes.length > mostTextBytes ? tooLong : utf8(bytes);
  if (filter !== "/FlateDecode" && filter !== "/Fl") return undefined;
  try {
    return utf8(await inflated(bytes, "PDF"));
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return error.code === "verification_too_large" ? tooLong : undefined;
  }
}

function isCredential(text: string): boolean {
  return isJwt(text) || (text.startsWith("{") && text.includes('"VerifiableCredential"'));
}
