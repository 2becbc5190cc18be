import { createHash } from "node:crypto";
import {
  bundledContexts,
  didKeyPublicKey,
  isJsonObject,
  presentationFault,
  VcError,
  type Json,
  type JsonObject,
  type ProofExpectation,
  type RuleFault,
} from "../../vc/index.js";
import { IssuingError } from "../errors.js";
import { testCredentialFault, testIntegrity } from "./issuer.js";

/** What a presentation must have been made for, where that was said. */
export type Agreed = Pick<ProofExpectation, "challenge" | "domain">;

/**
 * Holds when a credential is one by the data model, in its dates, and each of its proofs is its issuer's.
 * @throws IssuingError `vc_api_document_refused`, `vc_api_not_verified`; VcError
 */
export async function mustVerifyCredential(credential: JsonObject, now: number): Promise<void> {
  refuse(testCredentialFault(credential));
  const { validFrom, validUntil } = credential;
  if (typeof validFrom === "string" && Date.parse(validFrom) > now) fail("not_valid_yet");
  if (typeof validUntil === "string" && Date.parse(validUntil) <= now) fail("expired");
  mustBePinned(credential);
  const issuer = isJsonObject(credential.issuer) ? credential.issuer.id : credential.issuer;
  const methods = await mustProve(credential, { purpose: "assertionMethod", at: now });
  if (!methods.every((method) => didOf(method) === issuer)) fail("issuer_wrong");
}

/**
 * Holds when a presentation is one by the data model, its proofs (if it has any) are made for what was agreed on, and
 * each credential in it holds. @throws as `mustVerifyCredential`
 */
export async function mustVerifyPresentation(
  presentation: JsonObject,
  agreed: Agreed,
  now: number,
): Promise<void> {
  refuse(presentationFault(presentation));
  const { verifiableCredential = [], proof } = presentation;
  const presented = Array.isArray(verifiableCredential) ? verifiableCredential : [verifiableCredential];
  if (proof !== undefined) await mustProve(presentation, { purpose: "authentication", ...agreed, at: now });
  for (const credential of presented as readonly Json[]) {
    if (!isJsonObject(credential) || credential.type === "EnvelopedVerifiableCredential") fail("enveloped");
    await mustVerifyCredential(credential, now);
  }
}

/** The verification methods of a document's proofs, each of which is valid; there is one at least. */
async function mustProve(document: JsonObject, expected: ProofExpectation): Promise<string[]> {
  const keyOf = (method: string): Promise<Uint8Array | undefined> => Promise.resolve(keyInItself(method));
  const verdicts = await testIntegrity.verifyProofs(document, keyOf, expected);
  if (verdicts.length === 0) fail("no_proof");
  const flaw = verdicts.find(({ verdict }) => verdict !== "valid");
  if (flaw) fail(flaw.reason ?? "signature_wrong");
  return verdicts.map(({ verificationMethod }) => verificationMethod);
}

const didOf = (method: string): string => method.split("#")[0] ?? "";

/** Only did:key, whose document needs no network (did:key §3.1.2). */
function keyInItself(method: string): Uint8Array | undefined {
  try {
    const did = didOf(method);
    const fits = method === `${did}#${did.slice("did:key:".length)}`;
    return fits ? didKeyPublicKey(did) : undefined;
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}

/** VCDM 2.0 §5.3, of those resources that are at hand: the bundled contexts. */
export function mustBePinned({ relatedResource = [] }: JsonObject): void {
  const resources = Array.isArray(relatedResource) ? relatedResource : [relatedResource];
  for (const resource of resources as readonly Json[]) {
    if (!isJsonObject(resource) || typeof resource.id !== "string") continue;
    const known = bundledContexts.get(resource.id);
    if (known) mustMatch(resource, `${JSON.stringify(known, null, 2)}\n`);
  }
}

function mustMatch({ digestSRI, digestMultibase }: JsonObject, text: string): void {
  const hash = (name: string): Buffer => createHash(name).update(text).digest();
  if (typeof digestSRI === "string") {
    const [, name = "", value] = /^(sha(?:256|384|512))-(.+)$/.exec(digestSRI) ?? [];
    if (name === "" || hash(name).toString("base64") !== value) fail("digest_wrong");
  }
  if (typeof digestMultibase === "string") {
    const bare = hash("sha256");
    const multihash = Buffer.concat([Uint8Array.of(0x12, 0x20), bare]);
    const fits = [bare, multihash].some((one) => `u${one.toString("base64url")}` === digestMultibase);
    if (!fits) fail("digest_wrong");
  }
}

function refuse(fault: RuleFault | undefined): void {
  if (fault) throw new IssuingError("vc_api_document_refused", { ...fault });
}

function fail(reason: string): never {
  throw new IssuingError("vc_api_not_verified", { reason });
}
