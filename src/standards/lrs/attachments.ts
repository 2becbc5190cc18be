import { createHash } from "node:crypto";
import type { Attachment, Statement } from "../xapi/index.js";
import { LrsError } from "./errors.js";
import type { NewAttachment } from "./statement-store.js";

const algorithms: Readonly<Record<number, string>> = { 64: "sha256", 96: "sha384", 128: "sha512" };

/** The attachments of a statement and of its sub-statement. */
export function attachmentsOf({ attachments = [], object }: Statement): readonly Attachment[] {
  const inner = object.objectType === "SubStatement" ? (object.attachments ?? []) : [];
  return [...attachments, ...inner];
}

/**
 * Matches what came along with what the statements name (Data 2.4.11, Communication 1.5.2): each content is named by
 * one and has that digest, and each attachment without a fileUrl came along. Its `length` is not compared: clients
 * count it in their own ways, and the digest says more. Returns the contents by their digest.
 * Throws `lrs_attachment_missing`, `lrs_attachment_unexpected`, `lrs_attachment_differs`.
 */
export function matchAttachments(
  statements: readonly Statement[],
  received: readonly NewAttachment[],
): ReadonlyMap<string, Uint8Array> {
  const named = statements.flatMap(attachmentsOf);
  const digests = new Set(named.map(({ sha2 }) => sha2.toLowerCase()));
  const contents = new Map<string, Uint8Array>();
  for (const { sha2, content } of received) {
    if (!digests.has(sha2)) throw new LrsError("lrs_attachment_unexpected", { sha2: sha2.slice(0, 128) });
    const algorithm = algorithms[sha2.length] ?? "sha256";
    if (createHash(algorithm).update(content).digest("hex") !== sha2)
      throw new LrsError("lrs_attachment_differs", { sha2 });
    contents.set(sha2, content);
  }
  const missing = named.find(
    ({ fileUrl, sha2 }) => fileUrl === undefined && !contents.has(sha2.toLowerCase()),
  );
  if (missing !== undefined) throw new LrsError("lrs_attachment_missing", { sha2: missing.sha2 });
  return contents;
}
