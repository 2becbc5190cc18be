import { gunzipSync, gzipSync } from "node:zlib";
import { VcError } from "./errors.js";

/** The least number of entries, so that one holder hides among many (Bitstring Status List 1.0 §6.1): 16 KiB. */
export const leastStatusListLength = 131_072;
const maxListBytes = 2 * 1024 * 1024;
const maxEncodedLength = 4 * 1024 * 1024;

/**
 * A list as `encodedList` (Bitstring Status List 1.0 §3.2, §4.3): multibase `u`, base64url, gzip; index 0 is the
 * left-most, most significant bit. `length` counts entries, a multiple of 8.
 * @throws VcError `vc_status_index_out_of_range`, `vc_status_list_malformed`
 */
export function encodeStatusList(
  setIndices: Iterable<number>,
  length: number = leastStatusListLength,
): string {
  if (!Number.isInteger(length / 8) || length < leastStatusListLength || length / 8 > maxListBytes) {
    throw new VcError("vc_status_list_malformed", { length });
  }
  const bits = Buffer.alloc(length / 8);
  for (const index of setIndices) {
    const { byte, mask } = place(index, length);
    bits[byte] = (bits[byte] ?? 0) | mask;
  }
  return `u${gzipSync(bits).toString("base64url")}`;
}

/**
 * One bit of an `encodedList` (§3.2, §4.4): true is set. What is inflated is bounded, 2 MiB, whatever stands in it.
 * @throws VcError `vc_status_list_malformed`, `vc_status_index_out_of_range`
 */
export function statusBit(encodedList: string, index: number): boolean {
  const bits = inflate(encodedList);
  const { byte, mask } = place(index, bits.length * 8);
  return ((bits[byte] ?? 0) & mask) !== 0;
}

function inflate(encodedList: string): Buffer {
  if (encodedList.length > maxEncodedLength || !/^u[A-Za-z0-9_-]+$/.test(encodedList)) {
    throw new VcError("vc_status_list_malformed", { reason: "encoding" });
  }
  const zipped = Buffer.from(encodedList.slice(1), "base64url");
  if (zipped.toString("base64url") !== encodedList.slice(1)) {
    throw new VcError("vc_status_list_malformed", { reason: "encoding" });
  }
  const bits = unzip(zipped);
  if (bits.length * 8 < leastStatusListLength) {
    throw new VcError("vc_status_list_malformed", { reason: "length", length: bits.length * 8 });
  }
  return bits;
}

function unzip(zipped: Buffer): Buffer {
  try {
    // Node's types leave `info` out: with it, the engine says how many bytes it read.
    const { buffer, engine } = gunzipSync(zipped, {
      maxOutputLength: maxListBytes,
      info: true,
    }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten === zipped.length) return buffer;
  } catch (cause) {
    throw new VcError("vc_status_list_malformed", { reason: "gzip" }, { cause });
  }
  throw new VcError("vc_status_list_malformed", { reason: "gzip" });
}

function place(index: number, length: number): { byte: number; mask: number } {
  if (!Number.isSafeInteger(index) || index < 0 || index >= length) {
    throw new VcError("vc_status_index_out_of_range", { length });
  }
  return { byte: index >> 3, mask: 0x80 >> (index & 7) };
}
