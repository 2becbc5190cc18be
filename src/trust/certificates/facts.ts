import { uuidPattern, type Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord, CredentialState, LifeStep } from "../../standards/issuing/index.js";
import { aboutOf, type CertificateAbout, type SignedParts } from "./about.js";
import { certificateUrl } from "./addresses.js";
import type { Deps } from "./deps.js";
import type { Marks } from "./marks.js";
import { pendingNotice, publicSteps } from "./steps.js";
import { successorOf } from "./successors.js";

/** What the issuer itself knows of one of its certificates: for its page, and for the verifier. */
export interface CertificateFacts {
  readonly id: string;
  readonly url: string;
  readonly programmeId: string;
  readonly state: Exclude<CredentialState, "reserved">;
  /** When it came into that state, UTC milliseconds. */
  readonly since: number;
  /** Why, as a code, where someone decided it. */
  readonly reason?: string;
  /** Every step that changed what it is, oldest first: anyone may know these. */
  readonly life: readonly LifeStep[];
  /** All steps, with those between the academy and its holder. */
  readonly steps: readonly LifeStep[];
  /** The signed JSON, byte for byte. */
  readonly text: string;
  /** The sealed manifest of its evidence, byte for byte. */
  readonly manifest: string;
  readonly statementCount: number;
  readonly marks: Marks;
  readonly awardedAt: number;
  readonly validUntil: number;
  readonly academyName: string;
  /** The jurisdiction's name. */
  readonly jurisdiction: string;
  /** The URL of the certificate that took its place: after a lift, or after an appeal that was upheld. */
  readonly successor?: string;
  /** The URL of the certificate that it took the place of. */
  readonly predecessor?: string;
  /** The URL of the newer certificate that a refresher, or modules done again, gave. */
  readonly renewedBy?: string;
  /** Reads the statements again and compares them with what the certificate commits to. */
  checkSeal(): Promise<"whole" | "differs" | "missing">;
}

/** A certificate as its holder's own page lists it. */
export interface OwnCertificate {
  readonly programmeId: string;
  /** Its public page. */
  readonly href: string;
  /** Where a form asks for a one-time code, under the visit's path; it is refused when it is not in force. */
  readonly codeAction: string;
  /** Where the holder offers it to their wallet, under the visit's path. */
  readonly walletPath: string;
  /** Where the holder sees every step on record, under the visit's path. */
  readonly historyPath: string;
  /** When it was awarded, UTC milliseconds. */
  readonly issuedAt: number;
  /** UTC milliseconds. */
  readonly validUntil: number;
  readonly state: CredentialState;
  /** A revocation that was announced: it takes effect by itself. */
  readonly notice?: { readonly reason: string; readonly effectiveAt: number };
}

/** An issued certificate with what this room keeps with it. */
export interface Issued {
  readonly record: CredentialRecord & { readonly text: string };
  readonly about: CertificateAbout & { readonly signed: SignedParts };
}

/** The certificate of an id; "reserved" while it is being made, `undefined` when there is none. */
export async function findCertificate(
  id: string,
  { issuing }: Deps,
): Promise<Issued | "reserved" | undefined> {
  const record = uuidPattern.test(id) ? await issuing.find(id) : undefined;
  const about = record && aboutOf(record);
  if (!record || !about) return undefined;
  const { text } = record;
  const { signed } = about;
  if (text === undefined || !signed) return "reserved";
  return { record: { ...record, text }, about: { ...about, signed } };
}

export async function factsOf(id: string, deps: Deps): Promise<CertificateFacts | undefined> {
  const found = await findCertificate(id, deps);
  if (found === undefined || found === "reserved") return undefined;
  const { record, about } = found;
  const { state } = record;
  if (state === "reserved") return undefined;
  const [academy, jurisdictions] = await Promise.all([
    deps.directory.academy(record.academyId),
    deps.directory.jurisdictions(),
  ]);
  const jurisdiction = jurisdictions.find((one) => one.id === record.jurisdictionId);
  const links = await linksOf(found, deps);
  const life = publicSteps(record.life);
  const last = life.at(-1);
  return {
    ...{ id, state, life, steps: record.life, text: record.text, url: certificateUrl(deps.origin, id) },
    ...{ programmeId: about.programmeId, awardedAt: about.awardedAt, validUntil: about.validUntil },
    manifest: about.signed.manifest,
    statementCount: about.signed.seal.count,
    marks: about.signed.marks,
    academyName: academy.name,
    jurisdiction: jurisdiction?.name ?? record.jurisdictionId,
    since: last?.at ?? about.awardedAt,
    ...(last?.reason === undefined ? {} : { reason: last.reason }),
    ...links,
    checkSeal: () => deps.evidence.checkSeal(record, about.signed.seal),
  };
}

type Links = Pick<CertificateFacts, "successor" | "predecessor" | "renewedBy">;

/** The certificates that stand before and after it. */
async function linksOf({ record, about }: Issued, deps: Deps): Promise<Links> {
  const { id, state } = record;
  const url = (other: string): string => certificateUrl(deps.origin, other);
  const kind = state === "superseded" ? "lifts" : state === "revoked" ? "appeals" : undefined;
  const successor = kind && (await successorOf(record, kind, deps));
  const renewedBy = state === "valid" ? await renewalOf([id, about.lifted?.id], record, deps) : undefined;
  return {
    ...(successor?.text === undefined ? {} : { successor: url(successor.id) }),
    ...(about.lifted ? { predecessor: url(about.lifted.id) } : {}),
    ...(renewedBy === undefined ? {} : { renewedBy: url(renewedBy) }),
  };
}

async function renewalOf(
  ids: readonly (string | undefined)[],
  record: CredentialRecord,
  { issuing }: Deps,
): Promise<string | undefined> {
  const owned = await issuing.ownedBy(record, record.ownerId);
  return owned.findLast((one) => {
    const renews = aboutOf(one)?.renews;
    return one.state === "valid" && renews !== undefined && ids.includes(renews);
  })?.id;
}

/** A person's certificates, the oldest first; one that a successor took the place of is left out. */
export async function ofPerson(tenant: Tenant, personId: string, deps: Deps): Promise<OwnCertificate[]> {
  const records = await deps.issuing.ownedBy(tenant, personId);
  return records.flatMap((record) => {
    const about = aboutOf(record);
    if (!about || record.state === "superseded") return [];
    return [
      {
        programmeId: about.programmeId,
        href: `/certificates/${record.id}`,
        codeAction: `/certificates/${record.id}/code`,
        walletPath: `/certificates/${record.id}/wallet`,
        historyPath: `/certificates/${record.id}`,
        ...{ issuedAt: about.awardedAt, validUntil: about.validUntil, state: record.state },
        ...noticeOf(record),
      },
    ];
  });
}

function noticeOf(record: CredentialRecord): Pick<OwnCertificate, "notice"> {
  const announced = pendingNotice(record)?.announced;
  if (!announced || record.state === "superseded") return {};
  return { notice: { reason: announced.reason ?? "", effectiveAt: announced.effectiveAt } };
}

/** What this room publishes at a URL of this installation, without the network: a certificate or its manifest. */
export async function published(url: string, deps: Deps): Promise<string | undefined> {
  const [, id = "", part] = /^\/certificates\/([^/]+)(\/evidence)?$/.exec(pathOf(url, deps)) ?? [];
  const found = await findCertificate(id, deps);
  if (found === undefined || found === "reserved") return undefined;
  return part === undefined ? found.record.text : found.about.signed.manifest;
}

/** The public key for tokens at a URL of this installation, as JSON text. */
export async function tokenKeyAt(
  url: string,
  deps: Deps,
  tokenKey: (slug: string, kid: string) => Promise<object | undefined>,
): Promise<string | undefined> {
  const [, slug, kid] = /^\/academies\/([\w-]+)\/keys\/([\w-]+)$/.exec(pathOf(url, deps)) ?? [];
  const key = slug !== undefined && kid !== undefined ? await tokenKey(slug, kid) : undefined;
  return key && JSON.stringify(key);
}

/** The certificate at a URL of this installation, which is its `id`. */
export async function factsAt(url: string, deps: Deps): Promise<CertificateFacts | undefined> {
  const [, id = ""] = /^\/certificates\/([^/]+)$/.exec(pathOf(url, deps)) ?? [];
  return factsOf(id, deps);
}

function pathOf(url: string, { origin }: Deps): string {
  return url.startsWith(`${origin}/`) ? url.slice(origin.length) : "";
}
