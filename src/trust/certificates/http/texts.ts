import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import { sendProblem } from "../../../foundation/web/index.js";
import type { KnownError } from "../../../foundation/kernel/index.js";

/** What one may ask for beside the page. A certificate is all of them. */
export const dataTypes = ["application/vc", "application/ld+json", "application/json"] as const;
export type DataType = (typeof dataTypes)[number];

export type Wanted = "page" | DataType;

/**
 * Which of the two is wanted, by the Accept header: the page, or data of a type. Whoever takes anything is a program: a
 * browser always names HTML.
 */
export function wanted(req: Request, res: Response): Wanted {
  res.vary("Accept");
  const type = req.accepts([...dataTypes, "text/html"]);
  return dataTypes.find((one) => one === type) ?? "page";
}

/** Anyone may read it from anywhere, and search engines leave it alone. */
export function openToAll(res: Response): void {
  res.set({
    "Access-Control-Allow-Origin": "*",
    "X-Robots-Tag": "noindex",
    // Asked again each time: what it is compared by is in its ETag.
    "Cache-Control": "no-cache",
  });
}

/** Answers with exactly this text. */
export function sendText(res: Response, type: string, text: string, fileName?: string): void {
  // As bytes, so that no charset is added: these media types have none, and JSON is UTF-8.
  sendBytes(res, type, Buffer.from(text, "utf8"), fileName);
}

/** Answers with exactly these bytes. */
export function sendBytes(res: Response, type: string, bytes: Buffer, fileName?: string): void {
  res.set("ETag", `"${createHash("sha256").update(bytes).digest("base64url")}"`);
  if (fileName !== undefined) res.attachment(fileName);
  res.setHeader("Content-Type", type);
  res.send(bytes);
}

/** Answers with a page or a problem document, as it is wanted. */
export function refuse(res: Response, want: Wanted, error: KnownError): void {
  if (want === "page") throw error;
  sendProblem(res, error);
}
