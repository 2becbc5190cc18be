import type { Connection } from "mongoose";
import { randomToken, type Tenant } from "../../foundation/kernel/index.js";
import type { StatementBatch } from "../../standards/lrs/index.js";
import { isDuplicate } from "./errors.js";
import { ownedBy } from "./statement-rows.js";

interface AttachmentDocument extends Tenant {
  /** The digest that statements name, in lower case. */
  readonly sha2: string;
  readonly content: Buffer | { readonly buffer: Uint8Array };
  /** When the batch with which it last came along was stored, UTC milliseconds. */
  readonly keptAt?: number;
  /** Another one each time that it is kept. */
  readonly mark?: string;
}

export const statementAttachments = (connection: Connection) =>
  connection.collection<AttachmentDocument>("statement_attachments");

export type Attachments = ReturnType<typeof statementAttachments>;

/**
 * Keeps each content once, and notes when it came. It is done before the statements are stored, so that none is ever
 * without what it names, and again behind them, in case it was taken for one that nothing names in between
 * (`statement-orphans.ts`); a content whose statements were refused stays until it is found to be one.
 */
export async function keepAttachments(attachments: Attachments, batch: StatementBatch): Promise<void> {
  for (const { sha2, content } of batch.attachments ?? []) {
    const key = { ...ownedBy(batch), sha2 };
    const kept = () =>
      attachments.updateOne(
        key,
        {
          $setOnInsert: { content: Buffer.from(content) },
          $set: { keptAt: batch.storedAt, mark: randomToken(9) },
        },
        { upsert: true },
      );
    try {
      await kept();
    } catch (error) {
      // Somebody else was quicker with the same content.
      if (!isDuplicate(error)) throw error;
      await kept();
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
