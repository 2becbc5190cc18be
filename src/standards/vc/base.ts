import { hash } from "node:crypto";
import { base58 } from "@scure/base";

/** base58btc with its multibase prefix `z`. */
export function toBase58(bytes: Uint8Array): string {
  return `z${base58.encode(bytes)}`;
}

/** The bytes of a multibase base58btc text, when there are exactly so many. */
export function fromBase58(text: string, length: number): Uint8Array | undefined {
  // Decoding takes time in the square of the length.
  if (!text.startsWith("z") || text.length > length * 1.5 + 2) return undefined;
  try {
    const bytes = base58.decode(text.slice(1));
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined;
  }
}

export function sha256(data: string | Uint8Array): Buffer {
  return hash("sha256", data, "buffer");
}

/** Text (as UTF-8) or bytes as `digestMultibase`: `u`, then base64url of the SHA2-256 multihash (VCDM 2.0 §5.3). */
export function digestMultibase(data: string | Uint8Array): string {
  const multihash = Buffer.concat([Uint8Array.of(0x12, 0x20), sha256(data)]);
  return `u${multihash.toString("base64url")}`;
}
