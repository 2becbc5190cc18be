import { createHmac, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import { WebError } from "./errors.js";
import { field } from "./forms.js";

/** The token that the forms of one page's owner carry: a keyed hash of what only this browser's pages belong to. */
export function formToken(csrfKey: Buffer, owner: string): string {
  return createHmac("sha256", csrfKey).update(owner).digest("base64url");
}

/** Refuses a posted form whose field `token` is another. @throws WebError `form_expired` */
export function checkFormToken(req: Request, expected: string): void {
  const [sent, due] = [Buffer.from(field(req, "token") ?? ""), Buffer.from(expected)];
  if (sent.length !== due.length || !timingSafeEqual(sent, due)) throw new WebError("form_expired");
}
