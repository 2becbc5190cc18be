import type { Request } from "express";

export const mediaTypes = {
  lineItem: "application/vnd.ims.lis.v2.lineitem+json",
  lineItemContainer: "application/vnd.ims.lis.v2.lineitemcontainer+json",
  score: "application/vnd.ims.lis.v1.score+json",
  members: "application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
} as const;

/** As Moodle: no Accept, one with the wildcard in it, or exactly this one type; no list, no parameters. */
export function acceptsExactly(req: Request, type: string): boolean {
  const { accept } = req.headers;
  return accept === undefined || accept.includes("*/*") || accept === type;
}

/** As Moodle: exactly this type; parameters (a charset) are not looked at. */
export function sendsExactly(req: Request, type: string): boolean {
  const [sent = ""] = (req.headers["content-type"] ?? "").split(";");
  return sent.trim() === type;
}
