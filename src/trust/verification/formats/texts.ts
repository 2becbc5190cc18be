import { TextDecoder } from "node:util";
import { VerificationError } from "../errors.js";
import { mostTextBytes } from "./bounds.js";

/** What a certificate may be brought in. */
export type Carrier = "PNG" | "SVG" | "PDF";

/** A compact JWS (RFC 7515 §7.1) whose header is a JSON object. */
const compactJws = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

export const isJwt = (text: string): boolean => compactJws.test(text);

/** Bytes as UTF-8 without its mark and the white space around it; `undefined` when they are no UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch {
    return undefined;
  }
}

/** A text that was found in a file, if it is not too long. @throws VerificationError */
export function foundText(text: string | undefined, format: Carrier): string {
  if (text === undefined) throw new VerificationError("verification_file_damaged", { format });
  if (Buffer.byteLength(text) > mostTextBytes) throw new VerificationError("verification_too_large");
  if (text === "") throw new VerificationError("verification_nothing_inside", { format });
  return text;
}
