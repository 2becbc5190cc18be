import type { Clock } from "../../foundation/kernel/index.js";
import type { Log, LogEntry } from "../../foundation/log/index.js";
import type { Issuing } from "../../standards/issuing/index.js";
import type { Json, JsonObject } from "../../standards/vc/index.js";
import type { Certificates } from "../certificates/index.js";
import type { JurisdictionAnswer, RecognitionSource } from "../recognition/index.js";
import { bundleType } from "./bundle.js";
import { readCertificate, type StatedCertificate } from "./certificate.js";
import { readDocument } from "./document.js";
import { documentUrl } from "./keys.js";
import { jsonOf, memberOf, objectsOf, textOf } from "./reading.js";
import type { Lookup, Resolver } from "./resolver.js";

export interface BundlingDeps {
  readonly certificates: Pick<Certificates, "factsOf">;
  readonly issuing: Pick<Issuing, "find" | "sealManifest" | "keyHistory">;
  readonly log: Pick<Log, "byKey" | "newest" | "head" | "inclusion">;
  readonly resolver: Resolver;
  readonly recognition?: RecognitionSource;
  /** The mandates of a recognising authority, as text. */
  readonly mandatesOf?: (did: string) => Promise<readonly string[]>;
  readonly clock: Clock;
}

/**
 * Everything that a verifier without a network needs about a certificate of this installation, sealed by its issuer:
 * `undefined` when there is no such certificate. docs/verification.md has its form.
 */
export async function makeBundle(id: string, deps: BundlingDeps): Promise<string | undefined> {
  const [facts, record] = await Promise.all([deps.certificates.factsOf(id), deps.issuing.find(id)]);
  if (!facts || !record) return undefined;
  const now = deps.clock.now();
  const lookup = deps.resolver.begin();
  const stated = readCertificate(readDocument(facts.text));
  const recognitions = await recognitionsOf(stated, now, deps);
  const documents = await collect(stated, recognitions, lookup);
  const document: JsonObject = {
    type: bundleType,
    version: 1,
    madeAt: new Date(now).toISOString(),
    issuer: stated.issuerId,
    certificate: { url: facts.url, text: facts.text },
    documents,
    recognitions: recognitions.map(asJson),
    keyHistory: (await deps.issuing.keyHistory(stated.issuerId)).map((key) => ({ ...key })),
    log: await logPart(facts.url, documents, recognitions, deps),
  };
  return JSON.stringify(await deps.issuing.sealManifest(record, document));
}

type BundledAnswer = JurisdictionAnswer & { readonly mandates: readonly string[] };

async function recognitionsOf(
  { achievementId, issuerId, id }: StatedCertificate,
  now: number,
  { recognition, mandatesOf }: BundlingDeps,
): Promise<BundledAnswer[]> {
  if (!recognition || achievementId === undefined) return [];
  const query = { achievementId, issuerDid: issuerId, on: now, asKnownAt: now };
  const answers = await recognition.about({ ...query, ...(id === undefined ? {} : { certificateId: id }) });
  return Promise.all(
    answers.map(async (answer) => ({
      ...answer,
      mandates: answer.authority && mandatesOf ? await mandatesOf(answer.authority.did) : [],
    })),
  );
}

function asJson({
  jurisdiction,
  name,
  authority,
  answer,
  reason,
  credential,
  mandates,
  asOf,
}: BundledAnswer): JsonObject {
  return {
    ...{ jurisdiction, name, answer, reason, asOf, mandates: [...mandates] },
    ...(authority ? { authority: { ...authority } } : {}),
    ...(credential ? { credential: { ...credential } } : {}),
  };
}

/** DID documents and status lists of all who signed something in it, and the manifest; what can't be had is left out. */
async function collect(
  stated: StatedCertificate,
  recognitions: readonly BundledAnswer[],
  lookup: Lookup,
): Promise<{ url: string; text: string; asOf: number }[]> {
  const texts = recognitions.flatMap(({ credential, mandates }) => [credential?.text ?? "", ...mandates]);
  const signed = texts.map(jsonOf).filter((one) => one !== undefined);
  const urls = new Set([
    ...didUrls([stated.issuerId, ...signed.map(issuerIn)], lookup),
    ...[...stated.status, ...signed.flatMap((one) => objectsOf(one.credentialStatus))].flatMap(
      ({ statusListCredential: url }) => (typeof url === "string" ? [url] : []),
    ),
    ...stated.evidence.map(({ id }) => id),
  ]);
  const found = await Promise.all(
    [...urls].map(async (url) => {
      const fetched = await lookup.text(url);
      return "text" in fetched ? [{ url, text: fetched.text, asOf: fetched.at }] : [];
    }),
  );
  return found.flat();
}

const issuerIn = ({ issuer }: JsonObject): string => textOf(issuer) ?? textOf(memberOf(issuer, "id")) ?? "";

function didUrls(dids: readonly string[], lookup: Lookup): string[] {
  return dids.filter((did) => did.startsWith("did:web:")).map((did) => documentUrl(did, lookup));
}

/** What of it is in the log, each with its proof, under the newest head. */
async function logPart(
  url: string,
  documents: readonly { text: string }[],
  recognitions: readonly BundledAnswer[],
  { log }: BundlingDeps,
): Promise<JsonObject> {
  const head = await log.head();
  const always = Number.MAX_SAFE_INTEGER;
  const subjects = documents.map(({ text }) => textOf(jsonOf(text)?.id) ?? "");
  const entries = await Promise.all([
    log.byKey(`credential ${url}`),
    ...subjects.map((subject) => log.newest("did-document", subject, always)),
    ...subjects.map((subject) => log.newest("status-list", subject, always)),
    // Those of authorities and roots elsewhere are in another log.
    ...signedKeys(recognitions).map((key) => log.byKey(key)),
  ]);
  const inTree = entries.filter((entry): entry is LogEntry => entry !== undefined && entry.index < head.size);
  const leaves = await Promise.all(
    inTree.map(async (entry): Promise<Json> => ({
      ...entry,
      proof: await log.inclusion(entry.index, head.size),
    })),
  );
  return { head: head.text, leaves };
}

/** Under which keys recognitions and their mandates stand in the log of whoever signed them, each once. */
function signedKeys(recognitions: readonly BundledAnswer[]): string[] {
  const keyOf = (kind: "recognition" | "mandate", text: string): string =>
    `${kind} ${textOf(jsonOf(text)?.id) ?? ""}`;
  const keys = recognitions.flatMap(({ credential, mandates }) => [
    ...(credential ? [keyOf("recognition", credential.text)] : []),
    ...mandates.map((text) => keyOf("mandate", text)),
  ]);
  return [...new Set(keys)];
}
