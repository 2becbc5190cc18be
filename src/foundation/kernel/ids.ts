import { createHash, hash, randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "./clock.js";

/** Makes ids. UUIDv7 (RFC 9562 §5.7): sortable by the time of their making. */
export type NewId = () => string;

/**
 * A maker of UUIDv7s that rise strictly within this process: 48 bits of milliseconds, a 12-bit counter in `rand_a`
 * (RFC 9562 §6.2, method 1), 62 random bits. When the counter is full the timestamp runs one millisecond ahead.
 */
export function createNewId(clock: Clock): NewId {
  let last = 0;
  let counter = 0;
  return () => {
    // Whole milliseconds: within one, a clock with fractions would restart the counter.
    const now = Math.max(Math.floor(clock.now()), last);
    // randomUUID draws from a pool: a call of its own for each id would cost more than the rest of it.
    const random = randomUUID();
    if (now > last) counter = Number.parseInt(random.slice(0, 3), 16) & 0x3ff;
    else counter += 1;
    last = counter > 0xfff ? now + 1 : now;
    if (counter > 0xfff) counter = 0;
    const time = last.toString(16).padStart(12, "0");
    const count = counter.toString(16).padStart(3, "0");
    // What follows in a UUIDv4, the variant and 62 random bits, is the same in a UUIDv7.
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${random.slice(19)}`;
  };
}

/** UUIDv5 (RFC 9562 §5.5): the same namespace (a UUID, else TypeError) and name always give the same id. */
export function uuidV5(namespace: string, name: string): string {
  // Buffer.from(…, "hex") would stop at the first odd character without a word.
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(namespace)) throw new TypeError("no UUID");
  const bytes = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatUuid(bytes);
}

/** An unguessable token: `bytes` random bytes in base64url. */
export function randomToken(bytes = 32): string {
  if (bytes > poolBytes) return randomBytes(bytes).toString("base64url");
  if (drawn + bytes > pool.length) {
    pool = randomBytes(poolBytes);
    drawn = 0;
  }
  const token = pool.toString("base64url", drawn, drawn + bytes);
  // What was given out does not stay behind, and can't be given out again.
  pool.fill(0, drawn, drawn + bytes);
  drawn += bytes;
  return token;
}

/** Randomness is drawn ahead, as `randomUUID` does: a call of its own for each token would cost more than the rest. */
const poolBytes = 4096;
let pool = Buffer.alloc(0);
let drawn = 0;

/** SHA-256 in base64url: how a secret is kept when it only has to be recognised again. */
export function digest(text: string): string {
  return hash("sha256", text, "base64url");
}

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
