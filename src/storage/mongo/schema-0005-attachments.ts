import type { Connection } from "mongoose";
import { statementAttachments } from "./statement-attachments.js";

/** Migration 5: what came along with statements, once a content and tenant. */
export async function attachmentIndexes(connection: Connection): Promise<void> {
  await statementAttachments(connection).createIndexes([
    { key: { academyId: 1, jurisdictionId: 1, sha2: 1 }, unique: true },
  ]);
}
