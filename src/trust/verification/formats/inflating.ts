import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { VerificationError } from "../errors.js";
import { mostTextBytes } from "./bounds.js";
import type { Carrier } from "./texts.js";

const inflating = promisify(inflate);

/**
 * A zlib stream (RFC 1950) of a stranger, no more than a certificate may have: a bomb ends at the first byte beyond.
 * @throws VerificationError `verification_too_large`, `verification_file_damaged`
 */
export async function inflated(bytes: Uint8Array, format: Carrier): Promise<Uint8Array> {
  try {
    return await inflating(bytes, { maxOutputLength: mostTextBytes });
  } catch (cause) {
    const isBomb = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    if (isBomb) throw new VerificationError("verification_too_large", {}, { cause });
    throw new VerificationError("verification_file_damaged", { format }, { cause });
  }
}
