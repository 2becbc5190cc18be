import { createHash } from "node:crypto";
import { readParts, type Part } from "../../../src/standards/lrs/http/multipart.js";
import { aStatement } from "./an-lrs.js";

export const sha2Of = (content: string | Uint8Array, algorithm = "sha256"): string =>
  createHash(algorithm).update(content).digest("hex");

export function anAttachment(content: string | Uint8Array, changes: object = {}): Record<string, unknown> {
  return {
    usageType: "http://example.org/usage",
    display: { en: "A file" },
    contentType: "text/plain",
    length: content.length,
    sha2: sha2Of(content),
    ...changes,
  };
}

export const withAttachment = (content: string | Uint8Array, changes: object = {}) =>
  aStatement({ attachments: [anAttachment(content)], ...changes });

interface SentPart {
  readonly head: readonly string[];
  readonly content: string | Uint8Array;
}

export const aPart = (content: string | Uint8Array, sha2 = sha2Of(content)): SentPart => ({
  head: ["Content-Type: text/plain", "Content-Transfer-Encoding: binary", `X-Experience-API-Hash: ${sha2}`],
  content,
});

interface Form {
  readonly boundary?: string;
  /** The Content-Type of the whole. */
  readonly header?: string;
}

export function multipart(statements: unknown, parts: readonly SentPart[], form: Form = {}): RequestInit {
  const { boundary = "abc" } = form;
  const { header = `multipart/mixed; boundary=${boundary}` } = form;
  const all = [{ head: ["Content-Type: application/json"], content: JSON.stringify(statements) }, ...parts];
  const pieces = all.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}\r\n${head.join("\r\n")}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ]);
  const body = new Uint8Array(Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]));
  return { method: "POST", body, headers: { "Content-Type": header } };
}

export async function partsOf(answer: Response): Promise<Part[]> {
  return readParts(answer.headers.get("content-type") ?? "", Buffer.from(await answer.arrayBuffer()));
}
