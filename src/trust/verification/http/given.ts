import { TextDecoder } from "node:util";
import type { NextFunction, Request, Response } from "express";
import { field, readForm } from "../../../foundation/web/index.js";
import { VerificationError } from "../errors.js";
import { maxFileBytes, readUpload } from "./upload.js";

/** What somebody wants to know about: an address, or the text itself. */
export type Given = { readonly url: string } | { readonly text: string };

// Percent-encoding makes text up to three times as long.
const form = readForm({ limit: String(3 * maxFileBytes + 4096) });

/**
 * What was posted, in any of the three ways: one file, an address, or pasted text. An address that was pasted as text
 * counts as one.
 * @throws VerificationError
 */
export async function readGiven(req: Request, res: Response): Promise<Given> {
  const { url, text, file } = req.is("multipart/form-data")
    ? await fromUpload(req)
    : await fromForm(req, res);
  const given = [url, text, file].filter((one) => one !== "");
  if (given.length > 1) throw new VerificationError("verification_several_given");
  if (url !== "") return { url };
  const [content] = given;
  if (content === undefined) throw new VerificationError("verification_nothing_given");
  if (text !== "" && /^https?:\/\/\S+$/.test(text)) return { url: text };
  if (Buffer.byteLength(content) > maxFileBytes) throw new VerificationError("verification_too_large");
  refuseOtherFormats(content);
  return { text: content };
}

interface Parts {
  readonly url: string;
  readonly text: string;
  readonly file: string;
}

async function fromUpload(req: Request): Promise<Parts> {
  const { fields, file } = await readUpload(req);
  const content = file && decode(file);
  if (content === "") throw new VerificationError("verification_not_json");
  return {
    url: (fields.get("url") ?? "").trim(),
    text: (fields.get("text") ?? "").trim(),
    file: content ?? "",
  };
}

async function fromForm(req: Request, res: Response): Promise<Parts> {
  await new Promise<void>((resolve, reject) => {
    void form(req, res, ((error?: unknown) => {
      if (error === undefined) resolve();
      else reject(refusalOf(error));
    }) as NextFunction);
  });
  return { url: (field(req, "url") ?? "").trim(), text: (field(req, "text") ?? "").trim(), file: "" };
}

function refusalOf(error: unknown): VerificationError {
  const tooLarge = Object(error).status === 413; // eslint-disable-line @typescript-eslint/no-unsafe-member-access
  const code = tooLarge ? "verification_too_large" : "verification_form_malformed";
  return new VerificationError(code, {}, { cause: error });
}

function decode(file: Buffer): string {
  refuseBinary(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file).trim();
  } catch (cause) {
    throw new VerificationError("verification_not_json", {}, { cause });
  }
}

const signatures: readonly (readonly [format: string, start: Buffer])[] = [
  ["PNG", Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ["JPEG", Buffer.from([0xff, 0xd8, 0xff])],
  ["PDF", Buffer.from("%PDF")],
  ["ZIP", Buffer.from("PK\u0003\u0004")],
];

function refuseBinary(file: Buffer): void {
  const [format] = signatures.find(([, start]) => file.subarray(0, start.length).equals(start)) ?? [];
  if (format !== undefined) throw new VerificationError("verification_other_format", { format });
}

function refuseOtherFormats(text: string): void {
  const start = text.slice(0, 1000);
  if (start.startsWith("%PDF")) throw new VerificationError("verification_other_format", { format: "PDF" });
  if (/^<(\?xml|svg|!DOCTYPE svg)/i.test(start) && /<svg/i.test(start)) {
    throw new VerificationError("verification_other_format", { format: "SVG" });
  }
  if (/^eyJ[\w-]+\.[\w-]+\./.test(start)) {
    throw new VerificationError("verification_other_format", { format: "JWT" });
  }
}
