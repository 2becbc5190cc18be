import { crc32 } from "node:zlib";
import { VerificationError } from "../errors.js";
import { inflated } from "./inflating.js";
import { foundText, utf8 } from "./texts.js";

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The keyword of a baked badge's chunk (OB 3.0 §5.3.1). */
const keyword = Buffer.from("openbadgecredential\0", "latin1");
const textTypes = ["iTXt", "tEXt", "zTXt"];
/** A picture has a few; every one costs a look. */
const mostChunks = 65_536;

/**
 * The text of the first chunk that holds a credential (OB 3.0 §5.3.1.2). Its checksum must hold; compressed text, which
 * the standard forbids and some bakers write, is read too. Nothing of the picture itself is decoded.
 * @throws VerificationError
 */
export async function credentialOfPng(file: Buffer): Promise<string> {
  for (const { type, data, sum } of chunksOf(file)) {
    if (!textTypes.includes(type) || !data.subarray(0, keyword.length).equals(keyword)) continue;
    if (crc32(data, crc32(type)) !== sum) throw damaged();
    return foundText(await textOf(type, data.subarray(keyword.length)), "PNG");
  }
  throw new VerificationError("verification_nothing_inside", { format: "PNG" });
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  readonly sum: number;
}

/** The chunks up to the end, whatever is in them (PNG §5.3). */
function* chunksOf(file: Buffer): Generator<Chunk> {
  let at = pngSignature.length;
  for (let count = 0; at + 12 <= file.length; count += 1) {
    if (count >= mostChunks) throw damaged();
    const length = file.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > file.length) throw damaged();
    const type = file.toString("latin1", at + 4, at + 8);
    yield { type, data: file.subarray(at + 8, end), sum: file.readUInt32BE(end) };
    if (type === "IEND") return;
    at = end + 4;
  }
  throw damaged();
}

/** What stands behind the keyword (PNG §11.3.3). */
async function textOf(type: string, rest: Buffer): Promise<string | undefined> {
  // Latin-1 by its definition; what bakers put there is UTF-8 all the same.
  if (type === "tEXt") return utf8(rest) ?? rest.toString("latin1").trim();
  if (type === "zTXt") return utf8(await inflated(rest.subarray(1), "PNG"));
  const [compressed] = rest;
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const text = rest.subarray(translated + 1);
  return utf8(compressed === 1 ? await inflated(text, "PNG") : text);
}

const damaged = (): VerificationError =>
  new VerificationError("verification_file_damaged", { format: "PNG" });
