import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import { randomToken } from "../../../foundation/kernel/index.js";
import type { Statement } from "../../xapi/index.js";
import { attachmentsOf } from "../attachments.js";

/** Finds an attachment's content by its digest in lower case. */
export type FindContent = (sha2: string) => Promise<Uint8Array | undefined>;

/**
 * Sends JSON that stands ready in pieces, and behind it each attachment that the statements name and that we have
 * (Communication 1.5.2, 2.1.3), each digest once. One content is in memory at a time.
 * @param texts the statements, as they are stored
 */
export async function sendMixed(
  req: Request,
  res: Response,
  pieces: readonly string[],
  { texts, find }: { readonly texts: readonly string[]; readonly find: FindContent },
): Promise<void> {
  const boundary = `tessera-${randomToken(24)}`;
  res.status(200).set("Content-Type", `multipart/mixed; boundary=${boundary}`);
  if (req.method === "HEAD") {
    res.end();
    return;
  }
  await pipeline(Readable.from(mixed(boundary, pieces, { texts, find })), res);
}

/** The body of such an answer, piece by piece. */
export async function* mixed(
  boundary: string,
  pieces: readonly string[],
  { texts, find }: { readonly texts: readonly string[]; readonly find: FindContent },
): AsyncGenerator<string | Uint8Array> {
  yield `--${boundary}\r\nContent-Type: application/json\r\n\r\n`;
  yield* pieces;
  for (const [sha2, contentType] of contentTypes(texts)) {
    const content = await find(sha2);
    if (content === undefined) continue;
    yield (
      `\r\n--${boundary}\r\nContent-Type: ${contentType}\r\n` +
      `Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha2}\r\n\r\n`
    );
    yield content;
  }
  yield `\r\n--${boundary}--\r\n`;
}

function contentTypes(texts: readonly string[]): Map<string, string> {
  const types = new Map<string, string>();
  for (const text of texts)
    for (const { sha2, contentType } of attachmentsOf(JSON.parse(text) as Statement))
      // A header is one line of plain characters, whatever a client wrote into its statement.
      types.set(sha2.toLowerCase(), contentType.replace(/[^\x20-\x7e]/g, " "));
  return types;
}
