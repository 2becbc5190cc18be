import type { Connection } from "mongoose";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { NewAttachment } from "../../standards/lrs/index.js";
import { isDuplicate } from "./errors.js";
import { ownedBy } from "./statement-rows.js";

interface AttachmentDocument extends Tenant {
  /** The digest that statements name, in lower case. */
  readonly sha2: string;
  readonly content: Buffer | { readonly buffer: Uint8Array };
}

export const statementAttachments = (connection: Connection) =>
  connection.collection<AttachmentDocument>("statement_attachments");

type Attachments = ReturnType<typeof statementAttachments>;

/**
 * Keeps each content once. It is done before the statements are stored, so that none is ever without what it names; a
 * content whose statements were refused stays, named by nothing.
 */
export async function keepAttachments(
  attachments: Attachments,
  tenant: Tenant,
  contents: readonly NewAttachment[],
): Promise<void> {
  for (const { sha2, content } of contents) {
    const key = { ...ownedBy(tenant), sha2 };
    try {
      await attachments.updateOne(key, { $setOnInsert: { content: Buffer.from(content) } }, { upsert: true });
    } catch (error) {
      // Somebody else was quicker with the same content.
      if (!isDuplicate(error)) throw error;
    }
  }
}

export async function findAttachment(
  attachments: Attachments,
  tenant: Tenant,
  sha2: string,
): Promise<Uint8Array | undefined> {
  const found = await attachments.findOne({ ...ownedBy(tenant), sha2 });
  if (found === null) return undefined;
  return found.content instanceof Uint8Array ? found.content : found.content.buffer;
}
