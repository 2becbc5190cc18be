import { VerificationError } from "../errors.js";
import { mostFileBytes, mostTextBytes } from "./bounds.js";
import { credentialOfPdf, pdfHeader } from "./pdf.js";
import { credentialOfPng, pngSignature } from "./png.js";
import { credentialOfSvg } from "./svg.js";
import { isJwt, utf8 } from "./texts.js";

export { mostFileBytes, mostTextBytes } from "./bounds.js";

export interface Extracted {
  /** What the certificate was brought in; a signed token is "JWT" wherever it stood. */
  readonly format: "JSON" | "PNG" | "SVG" | "PDF" | "JWT";
  /** The certificate's own text, byte for byte as it stood there, without white space around it. */
  readonly text: string;
}

/**
 * Finds the certificate in a file of a stranger: JSON, a compact JWS, a baked PNG or SVG (OB 3.0 §5.3), or a PDF that it
 * is attached to. A file has 8 MiB at most and a certificate 512 KiB, inflated as well; the work grows with the length
 * alone. Whether the text is JSON, and a certificate, is for the reader of it to find out.
 * @throws VerificationError `verification_too_large`, `verification_other_format`, `verification_nothing_inside`,
 * `verification_file_damaged`, `verification_file_unsafe`, `verification_not_json`
 */
export async function extractCredential(bytes: Uint8Array): Promise<Extracted> {
  if (bytes.byteLength > mostFileBytes) throw new VerificationError("verification_too_large");
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(file, pngSignature)) return found("PNG", await credentialOfPng(file));
  if (file.subarray(0, 1024).includes(pdfHeader)) return found("PDF", await credentialOfPdf(file));
  refuseOthers(file);
  const text = utf8(file);
  if (text === undefined || text === "") throw new VerificationError("verification_not_json");
  if (isSvg(text)) return found("SVG", credentialOfSvg(text));
  if (file.length > mostTextBytes) throw new VerificationError("verification_too_large");
  return found("JSON", text);
}

function found(format: "JSON" | "PNG" | "SVG" | "PDF", text: string): Extracted {
  return { format: isJwt(text) ? "JWT" : format, text };
}

const others: readonly (readonly [format: string, start: Buffer])[] = [
  ["JPEG", Buffer.from([0xff, 0xd8, 0xff])],
  ["GIF", Buffer.from("GIF8")],
  ["WebP", Buffer.from("RIFF")],
  ["ZIP", Buffer.from("PK\u0003\u0004")],
  ["GZIP", Buffer.from([0x1f, 0x8b])],
];

function refuseOthers(file: Buffer): void {
  const [format] = others.find(([, start]) => startsWith(file, start)) ?? [];
  if (format !== undefined) throw new VerificationError("verification_other_format", { format });
}

const startsWith = (file: Buffer, start: Buffer): boolean => file.subarray(0, start.length).equals(start);

/** Markup that begins as SVG does: a declaration, a comment, a DOCTYPE (which is then refused) or its first tag. */
function isSvg(text: string): boolean {
  return /^<(\?xml|!--|!DOCTYPE|svg|[\w-]{1,20}:svg)/i.test(text.slice(0, 100));
}
