import type { Request, RequestHandler, Response } from "express";
import type { Authenticate, LrsClient } from "../client.js";
import type { XapiVersion } from "../../xapi/index.js";
import { LrsError } from "../errors.js";

/** The versions that are spoken, each under the newest number of its line (Communication 3.3). */
export const spokenVersions: readonly XapiVersion[] = ["1.0.3", "2.0.0"];

const lines: Readonly<Record<XapiVersion, RegExp>> = {
  "1.0.3": /^1\.0(?:\.\d{1,3})?$/,
  "2.0.0": /^2\.0(?:\.\d{1,3})?$/,
};

function spoken(asked: string | undefined): XapiVersion | undefined {
  return asked === undefined ? undefined : spokenVersions.find((version) => lines[version].test(asked));
}

/**
 * Says the version on every response, refusals included: the one that the request asks for, else the installation's.
 */
export function sayVersion(usual: XapiVersion): RequestHandler {
  return (req, res, next) => {
    const version = spoken(req.get("X-Experience-API-Version")) ?? usual;
    res.locals["xapiVersion"] = version;
    res.set("X-Experience-API-Version", version);
    // Evidence about persons, answered to whoever proved who they are: nothing for a cache.
    res.set("Cache-Control", "no-store");
    next();
  };
}

/** Communication 3.3: a request names a version that we speak. Throws `lrs_version_missing`, `lrs_version_unsupported`. */
export const askVersion: RequestHandler = (req, res, next) => {
  const asked = req.get("X-Experience-API-Version");
  if (asked === undefined) throw new LrsError("lrs_version_missing", { version: versionOf(res) });
  if (spoken(asked) === undefined)
    throw new LrsError("lrs_version_unsupported", { version: spokenVersions.join(", ") });
  next();
};

/** The version by whose rules this request is worked through. */
export function versionOf(res: Response): XapiVersion {
  const version = res.locals["xapiVersion"] as XapiVersion | undefined;
  return version ?? "1.0.3";
}

/** Finds out who asks, for `clientOf`. Throws `lrs_credentials_refused`. */
export function askCredentials(authenticate: Authenticate): RequestHandler {
  return async (req, res, next) => {
    const client = await authenticate(req.get("Authorization"));
    if (client === undefined) {
      res.set("WWW-Authenticate", challenges(req));
      throw new LrsError("lrs_credentials_refused");
    }
    res.locals["lrsClient"] = client;
    next();
  };
}

/** RFC 7617 §2, RFC 6750 §3: both ways in, and whether a token was the fault. */
function challenges(req: Request): string[] {
  const refused = /^bearer /i.test(req.get("Authorization") ?? "") ? ', error="invalid_token"' : "";
  return ['Basic realm="xAPI", charset="UTF-8"', `Bearer realm="xAPI"${refused}`];
}

export function clientOf(res: Response): LrsClient {
  const client = res.locals["lrsClient"] as LrsClient | undefined;
  if (client === undefined) throw new LrsError("lrs_credentials_refused");
  return client;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of a JSON body that `express.raw` read. Throws `lrs_content_type_unsupported`, `lrs_not_utf8`. */
export function jsonTextOf(req: Request): string {
  return jsonText(req.get("Content-Type"), req.body);
}

/** The same of any body or part of one. */
export function jsonText(contentType: string | undefined, body: unknown): string {
  const [type = "", ...parameters] = (contentType ?? "").toLowerCase().split(";");
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith("charset="));
  if (type.trim() !== "application/json") throw new LrsError("lrs_content_type_unsupported");
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset))
    throw new LrsError("lrs_content_type_unsupported");
  try {
    return utf8.decode(body instanceof Uint8Array ? body : new Uint8Array());
  } catch (cause) {
    throw new LrsError("lrs_not_utf8", {}, { cause });
  }
}

/** Where small pieces are put together until they are so long, characters: each write costs as much as some of them. */
const writeAtOnce = 64 * 1024;

/** Sends JSON that stands ready in pieces, without parsing them; a HEAD request gets the same headers. */
export function sendPieces(req: Request, res: Response, pieces: readonly string[]): void {
  const length = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  res.status(200).set({ "Content-Type": "application/json", "Content-Length": String(length) });
  let held = "";
  if (req.method !== "HEAD")
    for (const piece of pieces) {
      held += piece;
      if (held.length < writeAtOnce) continue;
      res.write(held);
      held = "";
    }
  res.end(held);
}
