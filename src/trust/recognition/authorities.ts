import type { Clock, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { ProofKeyRing } from "../../foundation/keys/index.js";
import type { IssuerBook } from "../../standards/issuing/index.js";
import { didWeb } from "../../standards/vc/index.js";
import { authoritiesPath } from "./addresses.js";
import { RecognitionError } from "./errors.js";
import type { AuthorityRecord, ListedIssuer, RecognitionStore } from "./recognition-store.js";
import { plainLine } from "./terms.js";

export interface NewAuthority extends Pick<
  AuthorityRecord,
  "slug" | "name" | "jurisdictionName" | "demonstration"
> {
  readonly jurisdictionId: string;
  /** Default: `authority`. */
  readonly kind?: AuthorityRecord["kind"];
}

export interface AuthorityDeps {
  readonly store: RecognitionStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** One label as the DNS knows them; with `authorities--` before it, it is part of a status list's name. */
const slugShape = /^(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*$/;
/** How often a change is tried when others change the same record at the same time. */
export const tries = 10;

/** Whoever asks for an authority's keys, status lists and signatures finds them by this book. */
export function authorityBook(
  store: Pick<RecognitionStore, "authority" | "authorityBySlug">,
  keyRingOf: (tenant: Tenant) => ProofKeyRing,
): IssuerBook {
  return {
    path: authoritiesPath,
    keyRingOf,
    of: ({ academyId }) => store.authority(academyId),
    bySlug: (slug) => store.authorityBySlug(slug),
  };
}

export const didOfAuthority = (origin: string, slug: string): string => didWeb(origin, authoritiesPath, slug);

/**
 * The authority of this slug, made if there is none.
 * @throws RecognitionError `authority_slug_malformed`, `authority_slug_taken`, `recognition_malformed`
 */
export async function ensureAuthority(
  wanted: NewAuthority,
  { store, clock, newId }: AuthorityDeps,
): Promise<AuthorityRecord> {
  const { slug, jurisdictionId, demonstration, kind = "authority" } = wanted;
  if (!slugShape.test(slug)) throw new RecognitionError("authority_slug_malformed", { slug });
  await store.addAuthority({
    ...{ academyId: newId(), jurisdictionId, kind, slug, demonstration },
    name: plainLine(wanted.name, "name"),
    jurisdictionName: plainLine(wanted.jurisdictionName, "jurisdictionName"),
    ...{ createdAt: clock.now(), version: 1, mandates: [], issuers: [] },
  });
  const authority = await authorityBySlug(slug, store);
  if (authority.jurisdictionId !== jurisdictionId || authority.kind !== kind)
    throw new RecognitionError("authority_slug_taken", { slug });
  return authority;
}

/** @throws RecognitionError `authority_unknown` */
export async function authorityBySlug(
  slug: string,
  store: Pick<RecognitionStore, "authorityBySlug">,
): Promise<AuthorityRecord> {
  const authority = await store.authorityBySlug(slug);
  if (!authority) throw new RecognitionError("authority_unknown", { slug });
  return authority;
}

/**
 * Changes an authority; `change` is asked again when someone else changed it meanwhile, and `undefined` leaves it.
 * @throws RecognitionError `authority_unknown`, `recognition_busy`
 */
export async function changeAuthority(
  slug: string,
  change: (authority: AuthorityRecord) => Partial<AuthorityRecord> | undefined,
  store: RecognitionStore,
): Promise<AuthorityRecord> {
  for (let turn = 0; turn < tries; turn += 1) {
    const authority = await authorityBySlug(slug, store);
    const changed = change(authority);
    if (!changed) return authority;
    const next = { ...authority, ...changed, version: authority.version + 1 };
    if ((await store.saveAuthority(next, authority.version)) === "saved") return next;
  }
  throw new RecognitionError("recognition_busy");
}

/** Puts an issuer onto an authority's list, from a moment on; one that is on it stays as it is. */
export function listIssuer(
  slug: string,
  issuer: Pick<ListedIssuer, "did" | "name" | "from">,
  store: RecognitionStore,
): Promise<AuthorityRecord> {
  return changeAuthority(
    slug,
    ({ issuers }) =>
      isListed(issuers, issuer.did, issuer.from)
        ? undefined
        : { issuers: [...issuers, { ...issuer, name: plainLine(issuer.name, "name") }] },
    store,
  );
}

/** Takes an issuer off the list from a moment on; what was before stays known. */
export function unlistIssuer(
  slug: string,
  did: string,
  until: number,
  store: RecognitionStore,
): Promise<AuthorityRecord> {
  return changeAuthority(
    slug,
    ({ issuers }) =>
      isListed(issuers, did, until)
        ? { issuers: issuers.map((one) => (one.did === did && !one.until ? { ...one, until } : one)) }
        : undefined,
    store,
  );
}

/** Whether an issuer is on a list at that moment. */
export function isListed(issuers: readonly ListedIssuer[], did: string, on: number): boolean {
  return issuers.some(
    (one) => one.did === did && one.from <= on && (one.until === undefined || on < one.until),
  );
}
