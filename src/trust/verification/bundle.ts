import { z } from "zod";
import { canonicalJson, type JsonObject } from "../../standards/vc/index.js";
import {
  entryHash,
  LogError,
  readHead,
  verifyHead,
  verifyInclusion,
  type LogEntry,
} from "../../foundation/log/index.js";
import { VerificationError } from "./errors.js";
import { isoMoment, jsonOf, textOf } from "./reading.js";

/** What a bundle says of itself in `type`. It stands in files that people keep: never renamed. */
export const bundleType = "TesseraCertificateBundle";

const moment = z.number().int().nonnegative();
const text = z.string().max(512 * 1024);
const shortText = z.string().max(2000);

const recognition = z.object({
  jurisdiction: shortText,
  name: shortText,
  authority: z.object({ did: shortText, name: shortText }).optional(),
  answer: z.enum(["yes", "no", "unknown"]),
  reason: z.enum([
    ...["recognised", "partial", "refused", "withdrawn", "expired", "not-yet", "none"],
    ...["mandate-missing", "stale", "unreachable", "unverified"],
  ] as const),
  credential: z.object({ url: shortText, text }).optional(),
  /** The mandates of its authority, as text. */
  mandates: z.array(text).max(8).optional(),
  asOf: moment,
});

const leaf = z.object({
  kind: z.enum(["did-document", "status-list", "credential", "recognition", "recognition-end", "mandate"]),
  subject: shortText,
  key: shortText,
  at: moment,
  content: text,
  index: moment,
  loggedAt: moment,
  /** RFC 9162 §2.1.3, base64. */
  proof: z.array(z.string().max(64)).max(64),
});

const shape = z.object({
  type: z.literal(bundleType),
  version: z.literal(1),
  /** ISO 8601. */
  madeAt: z.string().max(40),
  issuer: shortText,
  certificate: z.object({ url: shortText, text }),
  /** What stood at an address, and when: DID documents, status lists, the manifest. */
  documents: z.array(z.object({ url: shortText, text, asOf: moment })).max(64),
  recognitions: z.array(recognition).max(64),
  keyHistory: z
    .array(z.object({ verificationMethod: shortText, createdAt: moment, retiredAt: moment.optional() }))
    .max(200),
  log: z.object({ head: text, leaves: z.array(leaf).max(256) }).optional(),
  proof: z.unknown(),
});

/** Everything that was known of a certificate when it was made, to be verified where there is no network. */
export type BundleContent = z.infer<typeof shape>;
export type BundledRecognition = BundleContent["recognitions"][number];

export interface Bundle extends Omit<BundleContent, "madeAt"> {
  /** UTC milliseconds. */
  readonly madeAt: number;
  readonly document: JsonObject;
}

export const isBundle = (document: JsonObject): boolean => document.type === bundleType;

/** Only its form is looked at. @throws VerificationError `verification_no_certificate` */
export function readBundle(document: JsonObject): Bundle {
  const read = shape.safeParse(document);
  const madeAt = read.success ? isoMoment(read.data.madeAt) : undefined;
  if (!read.success || typeof madeAt !== "number") throw new VerificationError("verification_no_certificate");
  return { ...read.data, madeAt, document };
}

/** Whom a verifier trusts before it reads anything. What a bundle brings is worth only what this vouches for. */
export interface Trust {
  /** DIDs that may mandate recognising authorities. */
  readonly roots: readonly string[];
  /** DID documents that were got in another way, by their DIDs. */
  readonly documents: ReadonlyMap<string, JsonObject>;
  /** Verifier keys of logs and of their witnesses (C2SP signed-note). */
  readonly logs: readonly string[];
}

export const noTrust: Trust = { roots: [], documents: new Map(), logs: [] };

/** The leaves of a bundle that are proven to stand in a log whose head a trusted key signed. */
export function provenLeaves({ log }: Pick<Bundle, "log">, { logs }: Trust): LogEntry[] {
  if (!log || logs.length === 0) return [];
  try {
    if (verifyHead(log.head, logs).length === 0) return [];
    const { size, root } = readHead(log.head);
    return log.leaves.filter((one) =>
      verifyInclusion({ leafHash: entryHash(one), index: one.index, size, root }, one.proof),
    );
  } catch (error) {
    if (error instanceof LogError) return [];
    throw error;
  }
}

/** What a leaf has to tell of. */
interface Published extends Pick<LogEntry, "kind"> {
  /** Its URL; what has none is in no log. */
  readonly subject: string | undefined;
  /** Multibase. */
  readonly digest: string;
}

/** When exactly this value was written into the log of these leaves, UTC milliseconds. */
export function loggedIn(
  leaves: readonly LogEntry[],
  { kind, subject, digest }: Published,
): number | undefined {
  const isIt = (one: LogEntry): boolean =>
    one.kind === kind && one.subject === subject && jsonOf(one.content)?.digestMultibase === digest;
  return leaves.find(isIt)?.loggedAt;
}

/** Whether a DID document is vouched for: pinned by the verifier, or the newest of this DID in a trusted log. */
export function isVouchedFor(documentText: string, leaves: readonly LogEntry[], trust: Trust): boolean {
  const document = jsonOf(documentText);
  const did = textOf(document?.id);
  if (!document || did === undefined) return false;
  const value = canonicalJson(document);
  const pinned = trust.documents.get(did);
  if (pinned) return canonicalJson(pinned) === value;
  const [newest] = leaves
    .filter(({ kind, subject }) => kind === "did-document" && subject === did)
    .toSorted((one, other) => other.index - one.index);
  return newest?.content === value;
}
