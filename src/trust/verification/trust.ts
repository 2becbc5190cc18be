import { z } from "zod";
import { isJsonObject, parseJson, VcError, type JsonObject } from "../../standards/vc/index.js";
import type { Trust } from "./bundle.js";
import { VerificationError } from "./errors.js";
import { textOf } from "./reading.js";

const names = z.array(z.string().max(2000)).max(100);
const shape = z.object({
  roots: names.default([]),
  logs: names.default([]),
  documents: z.array(z.custom<JsonObject>(isJsonObject)).max(100).default([]),
});

/**
 * Whom a verifier trusts, as a file says it (docs/verification.md): a list of root DIDs, or `roots`, `logs` (verifier
 * keys) and `documents` (DID documents).
 * @throws VerificationError `verification_roots_malformed`
 */
export function readTrust(text: string): Trust {
  try {
    const given: unknown = JSON.parse(text);
    // A bare list is what TESSERA_TRUST_ROOTS names, too.
    const read = shape.safeParse(Array.isArray(given) ? { roots: given as unknown[] } : parseJson(text));
    if (!read.success) throw new VerificationError("verification_roots_malformed");
    const { roots, logs, documents } = read.data;
    return { roots, logs, documents: new Map(documents.map((one) => [textOf(one.id) ?? "", one])) };
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof VcError) {
      throw new VerificationError("verification_roots_malformed", {}, { cause });
    }
    throw cause;
  }
}
