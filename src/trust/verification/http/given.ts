import express, { type NextFunction, type Request, type RequestHandler, type Response } from "express";
import { field, queryParameter, readForm } from "../../../foundation/web/index.js";
import type { JsonObject } from "../../../standards/vc/index.js";
import { VerificationError } from "../errors.js";
import { extractCredential, mostFileBytes, mostTextBytes } from "../formats/index.js";
import { jsonOf, memberOf, textOf } from "../reading.js";
import { readUpload } from "./upload.js";

/** What somebody wants to know about, an address or the text itself, and of which day. */
export type Given = ({ readonly url: string } | { readonly text: string }) & { readonly on: string };

// Percent-encoding makes text up to three times as long.
const form = readForm({ limit: String(3 * mostTextBytes + 4096) });

const fileTypes = [
  ...["application/vc", "application/vp", "application/ld+json", "application/vc+ld+json"],
  ...["application/jwt", "application/vc+jwt", "image/png", "image/svg+xml", "application/pdf"],
];
/** Whether a program sent it: what stands in its body has a media type of its own, as nothing in a form has. */
export const isFromProgram = (req: Request): boolean => Boolean(req.is(["application/json", ...fileTypes]));

const jsonBody = express.raw({ limit: mostTextBytes, type: "application/json" });
const fileBody = express.raw({ limit: mostFileBytes, type: fileTypes });

/**
 * What was posted: by the form, one file, an address, or pasted text; by a program, the certificate itself under its
 * media type, or `{"url": …}` or `{"certificate": …}` as JSON, each with `on`. An address that was pasted as text counts
 * as one.
 * @throws VerificationError
 */
async function readGiven(req: Request, res: Response): Promise<Given> {
  if (req.is("application/json")) return fromJson(await bodyOf(req, res, jsonBody), req);
  if (req.is(fileTypes) !== false) {
    return { text: await textIn(await bodyOf(req, res, fileBody)), on: queryParameter(req, "on") ?? "" };
  }
  return fromParts(req.is("multipart/form-data") ? await fromUpload(req) : await fromForm(req, res));
}

/** For all bodies that are being read at a time: each is held in memory until it is whole. */
const mostUnderWay = 64 * 1024 * 1024;
/** Shorter ones are not counted, so that whoever sends a certificate as such never has to wait for large files. */
const short = 64 * 1024;

/**
 * `readGiven`, for a bounded number of bytes at a time, by what each sender announces; who announces nothing may send the
 * most. Beyond that it refuses with `verification_busy`.
 */
export function createReading(): typeof readGiven {
  let underWay = 0;
  return async (req, res) => {
    const bytes = announced(req);
    if (underWay + bytes > mostUnderWay) throw new VerificationError("verification_busy");
    underWay += bytes;
    try {
      return await readGiven(req, res);
    } finally {
      underWay -= bytes;
    }
  };
}

function announced(req: Request): number {
  const { "content-length": length, "content-encoding": encoding } = req.headers;
  if (length === undefined || encoding !== undefined) return mostFileBytes;
  return Number(length) <= short ? 0 : Math.min(Number(length), mostFileBytes);
}

async function fromParts({ url, text, file, on }: Parts): Promise<Given> {
  const given = [url, text, file].filter((one) => one !== "");
  if (given.length > 1) throw new VerificationError("verification_several_given");
  if (url !== "") return { url, on };
  const [content] = given;
  if (content === undefined) throw new VerificationError("verification_nothing_given");
  if (text !== "" && /^https?:\/\/\S+$/.test(text)) return { url: text, on };
  return { text: await textIn(Buffer.from(content)), on };
}

const textIn = async (bytes: Uint8Array): Promise<string> => (await extractCredential(bytes)).text;

async function fromJson(body: Uint8Array, req: Request): Promise<Given> {
  if (Buffer.from(body).toString("utf8").trim() === "")
    throw new VerificationError("verification_nothing_given");
  const request = jsonOf(Buffer.from(body).toString("utf8").trim());
  const on = textOf(memberOf(request, "on")) ?? queryParameter(req, "on") ?? "";
  // A certificate has a type; a request has none. What can't be read is said by who reads certificates.
  return !request || request.type !== undefined
    ? { text: await textIn(body), on }
    : { ...fromRequest(request), on };
}

function fromRequest(request: JsonObject): { url: string } | { text: string } {
  const { url: address, certificate } = request;
  const url = textOf(address)?.trim();
  if (url !== undefined && certificate !== undefined)
    throw new VerificationError("verification_several_given");
  if (url !== undefined) return { url };
  if (certificate !== undefined) return { text: textOf(certificate) ?? JSON.stringify(certificate) };
  const isEmpty = Object.keys(request).length === 0;
  throw new VerificationError(isEmpty ? "verification_nothing_given" : "verification_no_certificate");
}

interface Parts {
  readonly url: string;
  readonly text: string;
  /** The certificate that was found in a file. */
  readonly file: string;
  readonly on: string;
}

async function fromUpload(req: Request): Promise<Parts> {
  const { fields, file } = await readUpload(req);
  const part = (name: string): string => (fields.get(name) ?? "").trim();
  const content = file === undefined ? "" : await textIn(file);
  return { url: part("url"), text: part("text"), file: content, on: part("on") };
}

async function fromForm(req: Request, res: Response): Promise<Parts> {
  await through(form, req, res);
  const part = (name: string): string => (field(req, name) ?? "").trim();
  return { url: part("url"), text: part("text"), file: "", on: part("on") };
}

async function bodyOf(req: Request, res: Response, reader: RequestHandler): Promise<Uint8Array> {
  await through(reader, req, res);
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

function through(reader: RequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void reader(req, res, ((error?: unknown) => {
      if (error === undefined) resolve();
      else reject(refusalOf(error));
    }) as NextFunction);
  });
}

function refusalOf(error: unknown): VerificationError {
  const tooLarge = Object(error).status === 413; // eslint-disable-line @typescript-eslint/no-unsafe-member-access
  const code = tooLarge ? "verification_too_large" : "verification_form_malformed";
  return new VerificationError(code, {}, { cause: error });
}
