import type { Request } from "express";
import { LrsError } from "../errors.js";
import type { NewAttachment } from "../statement-store.js";
import { readParts, type Part } from "./multipart.js";
import { jsonText, jsonTextOf } from "./requests.js";

export interface StatementsBody {
  readonly text: string;
  readonly attachments: readonly NewAttachment[];
}

export const isMultipart = (contentType: string | undefined): boolean =>
  /^multipart\/mixed\s*(?:;|$)/i.test((contentType ?? "").trim());

/**
 * What a request to store statements brings (Communication 1.5): JSON; or multipart/mixed, with JSON first and then the
 * attachments, each under its digest. Throws `lrs_content_type_unsupported`, `lrs_not_utf8`, `lrs_multipart_malformed`.
 */
export function statementsBodyOf(req: Request): StatementsBody {
  const contentType = req.get("Content-Type");
  if (contentType === undefined || !isMultipart(contentType))
    return { text: jsonTextOf(req), attachments: [] };
  const [first, ...others] = readParts(contentType, Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
  if (first === undefined) throw new LrsError("lrs_multipart_malformed", { rule: "no_parts" });
  return {
    text: jsonText(first.headers.get("content-type"), first.content),
    attachments: others.map(attachmentOf),
  };
}

function attachmentOf({ headers, content }: Part): NewAttachment {
  const sha2 = headers.get("x-experience-api-hash");
  if (sha2 === undefined) throw new LrsError("lrs_multipart_malformed", { rule: "hash_missing" });
  const encoding = headers.get("content-transfer-encoding") ?? "binary";
  if (encoding.toLowerCase() !== "binary")
    throw new LrsError("lrs_multipart_malformed", { rule: "not_binary" });
  return { sha2: sha2.toLowerCase(), content };
}
