import type { DomainEvent } from "../../foundation/events/index.js";
import type { CredentialRecord } from "../../standards/issuing/index.js";
import { certifiedStatementId } from "../../training/evidence/index.js";
import { aboutOf, type CertificateAbout, type SignedParts } from "./about.js";
import type { Deps } from "./deps.js";
import { CertificatesError, EntitlementError } from "./errors.js";
import { certificateContext, certificateLane } from "./mint.js";
import { pendingNotice } from "./steps.js";

type Renewed = DomainEvent<"programme.renewed">;
type Place = Pick<CertificateAbout, "registration" | "cycle" | "renews" | "renewal">;

interface Earlier {
  readonly record: CredentialRecord;
  readonly about: CertificateAbout & { readonly signed: SignedParts };
}

export const entitlementCause = (entitlementId: string): string => `entitlements/${entitlementId}`;

/**
 * Where a renewal stands among the person's certificates of the programme. It goes on with the cycle of the one before it
 * (profile §4.3, `certified-renewal`) when a refresher renewed it and that cycle is open; else it opens one: after the late
 * window, after a revocation, or when modules were repeated.
 * @throws CertificatesError `certificate_being_made` while an earlier one is: try again later; EntitlementError
 *   `renewal_out_of_force`
 */
export async function placeOfRenewal({ data, ...event }: Renewed, deps: Deps): Promise<Place> {
  const earlier = await earlierOf({ ...event, data }, deps);
  const { registration: cycle, refresher } = data;
  const before = earlier.findLast(({ about }) => cycleOf(about) === cycle);
  const renews = earlier.at(-1)?.record.id;
  refuseOutOfForce(earlier.at(-1), refresher !== undefined);
  const link = renews === undefined ? {} : { renews };
  if (!before) return { registration: cycle, ...link };
  const { registration } = before.about;
  if (refresher && !hasEnded(earlier, registration)) {
    const renewal = { moduleId: refresher.moduleId, before: statementOf(before) };
    return { registration, cycle, ...link, renewal };
  }
  return { registration: deps.randomId(), cycle, ...link };
}

/**
 * A refresher renews what is in force. What was revoked has to be earned again, and nothing is renewed while it is open
 * whether the one before it stands.
 */
function refuseOutOfForce(newest: Earlier | undefined, isRefresher: boolean): void {
  if (!newest) return;
  const { state } = newest.record;
  const isOpen = state === "suspended" || pendingNotice(newest.record) !== undefined;
  if (isOpen || (isRefresher && state === "revoked"))
    throw new EntitlementError("renewal_out_of_force", { id: newest.record.id, state });
}

/** The person's certificates of the programme that were awarded before, the oldest first, without those superseded. */
async function earlierOf({ data, at, ...tenant }: Renewed, { issuing }: Deps): Promise<Earlier[]> {
  const first = await issuing.findByCause(tenant, entitlementCause(data.entitlementId));
  if (!first) throw new CertificatesError("certificate_being_made");
  const owned = await issuing.ownedBy(tenant, data.personId);
  const earlier = ofProgramme(owned, data.programmeId).filter(({ about }) => about.awardedAt < at);
  if (earlier.some(({ record }) => record.state === "reserved"))
    throw new CertificatesError("certificate_being_made");
  return earlier.flatMap(signedOnly);
}

function ofProgramme(records: readonly CredentialRecord[], programmeId: string) {
  return records
    .flatMap((record) => {
      const about = aboutOf(record);
      return about?.programmeId === programmeId && record.state !== "superseded" ? [{ record, about }] : [];
    })
    .toSorted((one, other) => one.about.awardedAt - other.about.awardedAt);
}

function signedOnly({ record, about }: { record: CredentialRecord; about: CertificateAbout }): Earlier[] {
  return about.signed ? [{ record, about: { ...about, signed: about.signed } }] : [];
}

const cycleOf = ({ cycle, registration }: CertificateAbout): string => cycle ?? registration;

/** A revocation, or the end of the late window, ends what is said under a registration (profile, `credential-cycle`). */
function hasEnded(all: readonly Earlier[], registration: string): boolean {
  return all.some(
    ({ record, about }) =>
      about.registration === registration &&
      record.life.some(({ step }) => step === "revoked" || step === "expired"),
  );
}

function statementOf({ about }: Earlier): string {
  return certifiedStatementId(about.signed.issuedEventId, about.renewal !== undefined);
}

/** Tells, once, that nothing renewed the last certificate of a cycle, unless a revocation had ended that. */
export async function endCycle(
  { data, ...event }: DomainEvent<"programme.expired">,
  deps: Deps,
): Promise<void> {
  const owned = await deps.issuing.ownedBy(event, data.personId);
  const signed = ofProgramme(owned, data.programmeId).flatMap(signedOnly);
  const last = signed.findLast(({ about }) => cycleOf(about) === data.registration);
  if (!last || hasEnded(signed, last.about.registration)) return;
  await deps.issuing.note(last.record.id, (record) => {
    if (record.state === "revoked" || record.life.some(({ step }) => step === "expired")) return undefined;
    const expired: DomainEvent<"certificate.expired"> = {
      ...certificateLane(record, 1),
      id: deps.newId(),
      type: "certificate.expired",
      at: data.at,
      data: {
        ...certificateContext(record, last.about, deps.origin),
        issuedEventId: last.about.signed.issuedEventId,
        ...(last.about.renewal ? { renewal: true as const } : {}),
      },
    };
    return { steps: [{ step: "expired", at: data.at }], events: [expired] };
  });
}
