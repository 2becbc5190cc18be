/** Files with a certificate in them as other software makes them, byte by byte: none of the tool's own makers is used. */
import { crc32, deflateSync } from "node:zlib";

export const credential = JSON.stringify({
  "@context": ["https://www.w3.org/ns/credentials/v2"],
  type: ["VerifiableCredential", "OpenBadgeCredential"],
  name: "Zürich ⟨]]>&lt;⟩ شهادة",
});
export const token = `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.e30.c2ln`;

export function chunk(type: string, data: Buffer, sum = crc32(data, crc32(type))): Buffer {
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(sum);
  return Buffer.concat([length, Buffer.from(type, "latin1"), data, check]);
}

/** A picture of one point with these chunks in it. */
export function png(...chunks: Buffer[]): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...chunks,
    chunk("IDAT", deflateSync(Buffer.from([0, 0]))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const keyword = "openbadgecredential\0";
export const iTXt = (text: string, compressed = false): Buffer =>
  chunk(
    "iTXt",
    Buffer.concat([
      Buffer.from(keyword),
      Buffer.from(compressed ? [1, 0, 0, 0] : [0, 0, 0, 0]),
      compressed ? deflateSync(Buffer.from(text)) : Buffer.from(text),
    ]),
  );
export const tEXt = (text: string): Buffer => chunk("tEXt", Buffer.from(keyword + text));
export const zTXt = (packed: Buffer): Buffer =>
  chunk("zTXt", Buffer.concat([Buffer.from(keyword), Buffer.from([0]), packed]));

/** @param head what stands before the credential's tag, within the first one */
export const svg = (tag: string, head = ""): string =>
  `${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" viewBox="0 0 1 1">${tag}<path d="M0 0"/></svg>`;

export interface Attached {
  readonly content: Buffer;
  readonly filter?: string;
  /** Default: the true one. */
  readonly length?: string;
  readonly type?: string;
}

/** A PDF with these files attached, and nothing to see. */
export function pdf(...files: Attached[]): Buffer {
  const objects = files.map(
    ({ content, filter, length = String(content.length), type = "/EmbeddedFile" }, place) =>
      Buffer.concat([
        Buffer.from(
          `${String(place + 9)} 0 obj\n<< /Type ${type} /Length ${length}${filter ? ` /Filter ${filter}` : ""} >>\nstream\n`,
        ),
        content,
        Buffer.from("\nendstream\nendobj\n"),
      ]),
  );
  const names = files.map((_file, place) => `(f${String(place)}) ${String(place + 40)} 0 R`).join(" ");
  return Buffer.concat([
    Buffer.from(
      `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Names << /EmbeddedFiles << /Names [${names}] >> >> >>\nendobj\n`,
    ),
    ...objects,
    Buffer.from("trailer << /Root 1 0 R >>\n%%EOF\n"),
  ]);
}
