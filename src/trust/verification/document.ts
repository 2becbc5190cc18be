import { canonicalJson, parseJson, VcError, type JsonObject } from "../../standards/vc/index.js";
import { VerificationError } from "./errors.js";
import type { Lookup } from "./resolver.js";

/** @throws VerificationError `verification_too_large`, `…_too_deep`, `…_repeated_name`, `…_not_json` */
export function readDocument(text: string): JsonObject {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    throw new VerificationError(errorOf[error.code] ?? "verification_not_json", {}, { cause: error });
  }
}

const errorOf: Readonly<Record<string, VerificationError["code"]>> = {
  vc_json_too_large: "verification_too_large",
  vc_json_too_deep: "verification_too_deep",
  vc_json_repeated_key: "verification_repeated_name",
};

/** @throws VerificationError `verification_address_malformed`, `verification_not_reached` */
export async function fetchCertificate(url: string, lookup: Lookup): Promise<string> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new VerificationError("verification_address_malformed");
  }
  const fetched = await lookup.text(url);
  if ("text" in fetched) return fetched.text;
  throw new VerificationError("verification_not_reached", { host: new URL(url).host, why: fetched.failure });
}

export const sameValue = (one: JsonObject, other: JsonObject): boolean =>
  canonicalJson(one) === canonicalJson(other);

export function withoutProof(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== "proof"));
}
