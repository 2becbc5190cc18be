import type { Request, Response } from "express";
import { digest, randomToken } from "../kernel/index.js";

// The __Host- prefix binds it to this host and path; Partitioned (CHIPS) lets a frame on another site keep it where
// third-party cookies are blocked.
const cookieName = "__Host-tessera-browser";
const attributes = "Path=/; Secure; HttpOnly; SameSite=None; Partitioned";
const secretShape = /^[\w-]{43}$/;

/**
 * The hash of the secret that names this browser (within this partition), if it sent one: in its cookie; or, where
 * cookies are blocked, in the `Authorization` header, which only the script that carries our pages sets.
 */
export function browserHash(req: Request): string | undefined {
  const secret = carriedSecret(req) ?? cookieSecret(req);
  return secret !== undefined && secretShape.test(secret) ? digest(secret) : undefined;
}

/** Whether a script sent this request with the browser's secret, and no form or link did. */
export function carriesSecret(req: Request): boolean {
  return carriedSecret(req) !== undefined;
}

/** As `browserHash`, and gives the browser a new secret if it sent none; `kept` is false until it has sent one back. */
export function ensureBrowser(req: Request, res: Response): { hash: string; kept: boolean } {
  const known = browserHash(req);
  if (known) return { hash: known, kept: true };
  const secret = randomToken(32);
  res.append("Set-Cookie", `${cookieName}=${secret}; ${attributes}`);
  return { hash: digest(secret), kept: false };
}

function carriedSecret(req: Request): string | undefined {
  return /^Bearer ([\w-]{43})$/i.exec(req.headers.authorization ?? "")?.[1];
}

function cookieSecret(req: Request): string | undefined {
  const prefix = `${cookieName}=`;
  const pair = (req.headers.cookie ?? "").split(/; */).find((part) => part.startsWith(prefix));
  return pair?.slice(prefix.length);
}
