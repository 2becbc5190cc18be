import { z } from "zod";
import { minutes } from "../../foundation/kernel/index.js";
import { statusBit, VcError, type JsonObject } from "../../standards/vc/index.js";
import { changeAuthority, authorityBySlug, didOfAuthority } from "./authorities.js";
import { mandateDocument, mandateType, type MandateTerms } from "./credential.js";
import type { RecognitionDeps } from "./deps.js";
import { RecognitionError } from "./errors.js";
import { loggedAt, logMandate } from "./mandate-log.js";
import { issuerOf, jsonOf, moment, objectOf, signedBy, textOf, textsOf } from "./reading.js";
import type { AuthorityRecord, CheckedMandate } from "./recognition-store.js";

export type MandateDeps = Pick<RecognitionDeps, "outside" | "trustRoots" | "clock" | "log" | "origin">;
type ExamineDeps = Pick<MandateDeps, "outside" | "log" | "origin">;

/** Of whom a mandate must speak. */
export interface Mandated {
  readonly did: string;
  readonly jurisdictionId: string;
}

/** How long an answer about mandates holds, so that a page of answers asks for a root's keys once. */
const remembered = minutes(5);

export interface Mandates {
  /** Those of these texts that a root which this installation trusts signed, that hold, and that speak of this one. */
  checked(texts: readonly string[], of: Mandated): Promise<CheckedMandate[]>;
}

export function createMandates(deps: MandateDeps): Mandates {
  const known = new Map<string, { readonly at: number; readonly mandate: CheckedMandate | undefined }>();
  return {
    checked: async (texts, of) => {
      const roots = await deps.trustRoots();
      const found: CheckedMandate[] = [];
      for (const text of texts.slice(0, 10)) {
        if (known.size > 1000) known.clear();
        const key = `${of.did} ${of.jurisdictionId} ${text}`;
        const last = known.get(key);
        const isFresh = last !== undefined && deps.clock.now() - last.at < remembered;
        const mandate = isFresh ? last.mandate : await examineMandate(text, of, deps);
        if (!isFresh) known.set(key, { at: deps.clock.now(), mandate });
        if (mandate && roots.includes(mandate.root)) found.push(mandate);
      }
      return found;
    },
  };
}

/** Whether one of these mandates holds at that moment (UTC milliseconds). */
export function holdsAt(mandates: readonly CheckedMandate[], on: number): boolean {
  return mandates.some(({ from, until }) => from <= on && (until === undefined || on < until));
}

/** As much of a mandate as is read. */
const mandateShape = z.object({
  type: z.array(z.string()).refine((types) => types.includes(mandateType)),
  validFrom: moment,
  validUntil: moment.optional(),
  credentialSubject: z.object({
    id: z.string(),
    jurisdiction: z.string(),
    mandatedTo: z.literal("recognise"),
  }),
});

/** A mandate whose signatures hold, that its root did not end, and that speaks of this authority and jurisdiction. */
async function examineMandate(
  text: string,
  { did, jurisdictionId }: Mandated,
  deps: ExamineDeps,
): Promise<CheckedMandate | undefined> {
  const document = jsonOf(text);
  const root = document && issuerOf(document);
  const read = mandateShape.safeParse(document);
  if (!document || root === undefined || !read.success) return undefined;
  const { validFrom: from, validUntil: until, credentialSubject: subject } = read.data;
  // Nobody mandates himself.
  if (subject.id !== did || subject.jurisdiction !== jurisdictionId || root === did) return undefined;
  const holds = (await isSigned(document, root, deps)) && (await isClear(document, root, deps.outside));
  return holds ? { root, from, ...(until === undefined ? {} : { until }) } : undefined;
}

/** By a key in force, or by one that was retired after the mandate stood in the log of the root's own installation. */
async function isSigned(document: JsonObject, root: string, deps: ExamineDeps): Promise<boolean> {
  if ((await signedBy(root, document, deps.outside)) === "yes") return true;
  const at = await loggedAt(document, root, deps);
  return at !== undefined && (await signedBy(root, document, deps.outside, { loggedAt: at })) === "yes";
}

/** Whether the bit of its status entry is known to be unset, by a list of the same issuer that holds now. */
async function isClear(
  document: JsonObject,
  root: string,
  outside: MandateDeps["outside"],
): Promise<boolean> {
  const { statusListCredential, statusListIndex, statusPurpose } = objectOf(document.credentialStatus);
  const [url, index] = [textOf(statusListCredential), Number(textOf(statusListIndex) ?? Number.NaN)];
  if (url === undefined || statusPurpose !== "revocation" || !Number.isSafeInteger(index)) return false;
  const list = jsonOf(await outside.text(url));
  const { encodedList } = objectOf(list?.credentialSubject);
  if (list?.id !== url || typeof encodedList !== "string") return false;
  if ((await signedBy(root, list, outside)) !== "yes") return false;
  try {
    return !statusBit(encodedList, index);
  } catch (error) {
    if (error instanceof VcError) return false;
    throw error;
  }
}

export type GivingDeps = Pick<
  RecognitionDeps,
  "store" | "issuing" | "catalogues" | "origin" | "clock" | "outside" | "log"
>;

/**
 * Has a root of this installation say that an authority of it may recognise for its jurisdiction, once.
 * @throws RecognitionError `authority_unknown`, `recognition_busy`
 */
export async function giveMandate(
  rootSlug: string,
  authoritySlug: string,
  dates: Pick<MandateTerms, "from" | "until">,
  deps: GivingDeps,
): Promise<AuthorityRecord> {
  const { store, issuing, catalogues, origin } = deps;
  const root = await authorityBySlug(rootSlug, store);
  const authority = await authorityBySlug(authoritySlug, store);
  if (root.kind !== "root") throw new RecognitionError("authority_unknown", { slug: rootSlug });
  const did = didOfAuthority(origin, authority.slug);
  const about = { kind: "mandate", did };
  const { id } = await issuing.reserve(root, {
    ...{ cause: `mandates/${authority.academyId}/${dates.from}`, ownerId: authority.academyId, about },
  });
  const { name, jurisdictionId, jurisdictionName } = authority;
  const { text } = await issuing.issue(id, (place) => ({
    ...{ about, events: () => [] },
    document: mandateDocument(
      { origin, authority: root, place, words: catalogues.negotiate(["en"]) },
      { did, name, jurisdictionId, jurisdictionName, ...dates },
    ),
  }));
  await logMandate(text, deps);
  return keepMandate(authority, text, deps);
}

/**
 * Keeps a mandate that a root elsewhere signed.
 * @throws RecognitionError `authority_unknown`; `mandate_refused` when it does not hold or speaks of someone else
 */
export async function takeMandate(slug: string, text: string, deps: GivingDeps): Promise<AuthorityRecord> {
  const authority = await authorityBySlug(slug, deps.store);
  const of = { did: didOfAuthority(deps.origin, slug), jurisdictionId: authority.jurisdictionId };
  if (!(await examineMandate(text, of, deps))) throw new RecognitionError("mandate_refused", { slug });
  return keepMandate(authority, text, deps);
}

function keepMandate({ slug }: AuthorityRecord, text: string, deps: GivingDeps): Promise<AuthorityRecord> {
  return changeAuthority(
    slug,
    ({ mandates }) =>
      mandates.some((one) => one.text === text)
        ? undefined
        : { mandates: [...mandates, { text, addedAt: deps.clock.now() }] },
    deps.store,
  );
}

/**
 * The signed mandates of an authority, as text: of one here, or of a partner's as its newest list brought them. Whoever reads
 * them has to check them.
 */
export async function mandatesOf(
  did: string,
  { store, origin, clock }: Pick<RecognitionDeps, "store" | "origin" | "clock">,
): Promise<string[]> {
  const own = (await store.authorities()).find(({ slug }) => didOfAuthority(origin, slug) === did);
  if (own) return own.mandates.map(({ text }) => text);
  for (const { id } of await store.partners()) {
    const lists = await store.newestLists(id, clock.now());
    const pulled = lists.find(({ authority }) => authority.did === did);
    if (pulled) return textsOf(jsonOf(pulled.text)?.mandates);
  }
  return [];
}
