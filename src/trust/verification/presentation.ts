import type { JsonObject, ListedKey } from "../../standards/vc/index.js";
import { no, unknown, yes, type Finding } from "./answers.js";
import type { Challenges } from "./challenges.js";
import { VerificationError } from "./errors.js";
import { keysOf } from "./keys.js";
import type { ProofCheck } from "./proof-check.js";
import { publicKeysOf, shortDid } from "./proofs.js";
import { memberOf, objectsOf, plainText, textOf, textsOf } from "./reading.js";
import type { Lookup } from "./resolver.js";

/** A certificate that its holder presents, under a signature made for this verifier (VCDM 2.0 §4.13). */
export interface Presentation {
  readonly document: JsonObject;
  readonly certificate: JsonObject;
}

export const isPresentation = (document: JsonObject): boolean =>
  textsOf(document.type).includes("VerifiablePresentation");

/** @throws VerificationError `verification_several_given`, `verification_no_certificate` */
export function readPresentation(document: JsonObject): Presentation {
  const [certificate, ...more] = objectsOf(document.verifiableCredential);
  if (more.length > 0) throw new VerificationError("verification_several_given");
  if (!certificate) throw new VerificationError("verification_no_certificate");
  return { document, certificate };
}

export interface PresentationDeps {
  readonly lookup: Lookup;
  readonly check: ProofCheck;
  readonly challenges: Challenges | undefined;
  readonly now: number;
}

/**
 * Is it this person? Whoever presents it signed the challenge of this verifier, once, by the key of whom the certificate
 * speaks of.
 */
export async function examinePresenter(
  { document }: Presentation,
  subjectId: string | undefined,
  deps: PresentationDeps,
): Promise<Finding> {
  const [proof, ...more] = objectsOf(document.proof);
  const method = textOf(proof?.verificationMethod);
  if (!proof || method === undefined || more.length > 0) return unknown("presentedUnsigned");
  const holder = method.slice(0, method.indexOf("#"));
  const stated = statedHolder(document) ?? holder;
  const values = { holder: shortDid(holder) };
  if (stated !== holder || holder !== subjectId) return no("presentedByOther", { values });
  const found = await keysOf(holder, deps.lookup);
  if ("failure" in found) return unknown("presenterUnknown", { values });
  const able = ableToSignIn(found.keys);
  if (!able.has(method)) return no("presenterKey", { values });
  if (!(await isSigned(document, proof, publicKeysOf(able), deps))) return no("presentedWrong");
  return (await challengeFault(proof, deps.challenges)) ?? yes("presented", { values, asOf: deps.now });
}

function statedHolder({ holder }: JsonObject): string | undefined {
  return textOf(holder) ?? textOf(memberOf(holder, "id"));
}

function ableToSignIn(keys: ReadonlyMap<string, ListedKey>): Map<string, ListedKey> {
  return new Map([...keys].filter(([, key]) => key.authenticates && key.retiredAt === undefined));
}

async function isSigned(
  document: JsonObject,
  proof: JsonObject,
  keys: ReadonlyMap<string, Uint8Array>,
  { check, now }: PresentationDeps,
): Promise<boolean> {
  const challenge = textOf(proof.challenge) ?? "";
  const verdicts = await check(document, keys, { purpose: "authentication", challenge, at: now });
  return !("code" in verdicts) && verdicts.every(({ verdict }) => verdict === "valid");
}

async function challengeFault(
  proof: JsonObject,
  challenges: Challenges | undefined,
): Promise<Finding | undefined> {
  const domains = textsOf(proof.domain);
  if (!challenges || !domains.includes(challenges.domain)) {
    return no("presentedElsewhere", { values: { domain: plainText(domains[0]) ?? "?" } });
  }
  const taken = await challenges.take(textOf(proof.challenge) ?? "");
  if (taken === "replayed") return no("replayed");
  return taken === "fresh" ? undefined : unknown("challengeUnknown");
}
