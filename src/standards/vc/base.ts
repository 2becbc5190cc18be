import { hash } from "node:crypto";
import { base58 } from "@scure/base";

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** Six digits at a time: times 2^16 it is still a whole number that a double holds exactly. */
const digits = 6;
const radix = 58 ** digits;

/**
 * base58btc with its multibase prefix `z`. Written out for signatures and keys, which are short: the library goes byte by
 * byte and digit by digit.
 */
export function toBase58(bytes: Uint8Array): string {
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros += 1;
  /** The number in base `radix`, its last place first. */
  const places: number[] = [];
  const odd = bytes.length % 2;
  if (odd === 1) addTo(places, bytes[0] ?? 0);
  for (let at = odd; at < bytes.length; at += 2) addTo(places, (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0));
  return `z${"1".repeat(zeros)}${textOf(places)}`;
}

/** Times 2^16, plus a number of 16 bits. */
function addTo(places: number[], word: number): void {
  let carry = word;
  for (let place = 0; place < places.length; place += 1) {
    const sum = (places[place] ?? 0) * 65_536 + carry;
    carry = Math.floor(sum / radix);
    places[place] = sum - carry * radix;
  }
  if (carry > 0) places.push(carry);
}

/** Two digits at once. */
const pairs = Array.from(alphabet).flatMap((high) => Array.from(alphabet, (low) => high + low));
const pair = 58 ** 2;

function textOf(places: readonly number[]): string {
  let text = "";
  for (let at = places.length - 1; at >= 0; at -= 1) {
    const place = places[at] ?? 0;
    const upper = Math.floor(place / pair);
    const first = Math.floor(upper / pair);
    text += (pairs[first] ?? "") + (pairs[upper - first * pair] ?? "") + (pairs[place - upper * pair] ?? "");
  }
  let start = 0;
  while (text[start] === "1") start += 1;
  return text.slice(start);
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
