import type { DomainEvent, RevocationReason } from "../../foundation/events/index.js";
import { uuidPattern, type Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord, LifeStep, Withdrawal } from "../../standards/issuing/index.js";
import { aboutOf, type CertificateAbout } from "./about.js";
import { checkDecision, type Decision } from "./decisions.js";
import type { Deps } from "./deps.js";
import { CertificatesError } from "./errors.js";
import { certificateContext, certificateLane, mint } from "./mint.js";

/** What may be decided about a certificate once it is issued. Each may be said again and changes nothing then. */
export interface CertificateLife {
  /**
   * Ends it for good.
   * @throws CertificatesError `certificate_unknown`, `certificate_not_valid`, `certificate_superseded`,
   *   `reason_unknown`, `decision_maker_malformed`
   */
  revoke(tenant: Tenant, id: string, decision: Decision): Promise<CredentialRecord>;
  /** Takes it out of force for a time; a successor brings it back. @throws CertificatesError as `revoke` */
  suspend(tenant: Tenant, id: string, decision: Decision): Promise<CredentialRecord>;
  /**
   * Ends a suspension: a successor with the same evidence and dates is issued first, then the suspended one is marked as
   * superseded. Answers the successor.
   * @throws CertificatesError as `revoke`; EvidenceError `evidence_not_written`
   */
  lift(tenant: Tenant, id: string, decision: Decision): Promise<CredentialRecord>;
}

export function createLife(deps: Deps): CertificateLife {
  return {
    revoke: async (tenant, id, decision) => {
      const checked = checkDecision("revoke", decision);
      await ofTenant(tenant, id, deps);
      await finishLift(tenant, id, deps);
      const revoked = await deps.issuing.changeState(id, (record) => revocation(record, checked, deps));
      // A lift that ran at the same moment may have issued a successor of what is revoked now.
      await revokeSuccessor(revoked, checked, deps);
      return revoked;
    },
    suspend: async (tenant, id, decision) => {
      const { reason, decidedBy } = checkDecision("suspend", decision);
      await ofTenant(tenant, id, deps);
      return deps.issuing.changeState(id, (record) => {
        if (record.state === "suspended" && saidAlready(record, "suspended", reason)) return undefined;
        refuseUnless(record, ["valid"]);
        return { state: "suspended", step: step("suspended", { reason, decidedBy }, deps), events: [] };
      });
    },
    lift: async (tenant, id, decision) => {
      const checked = checkDecision("lift", decision);
      const record = await ofTenant(tenant, id, deps);
      if (record.state !== "superseded") refuseUnless(record, ["suspended"]);
      const successor = await mint(await reserveSuccessor(record, checked, deps), deps);
      const old = await supersede(successor, deps);
      if (old.state !== "revoked") return successor;
      const last = old.life.findLast((one) => one.step === "revoked");
      await revokeSuccessor(old, checkDecision("revoke", decisionOf(last)), deps);
      throw new CertificatesError("certificate_not_valid", { id, state: "revoked" });
    },
  };
}

export const successorCause = (id: string): string => `lifts/${id}`;

interface Checked {
  readonly reason: RevocationReason;
  readonly decidedBy: string;
}

async function ofTenant(tenant: Tenant, id: string, { issuing }: Deps): Promise<CredentialRecord> {
  const record = uuidPattern.test(id) ? await issuing.find(id) : undefined;
  const isTheirs = record?.academyId === tenant.academyId && record.jurisdictionId === tenant.jurisdictionId;
  if (!record || !isTheirs || !aboutOf(record)) throw new CertificatesError("certificate_unknown");
  return record;
}

function refuseUnless(record: CredentialRecord, states: readonly CredentialRecord["state"][]): void {
  const { id, state } = record;
  if (states.includes(state)) return;
  if (state === "superseded") throw new CertificatesError("certificate_superseded", { id });
  throw new CertificatesError("certificate_not_valid", { id, state });
}

function saidAlready({ life }: CredentialRecord, kind: LifeStep["step"], reason: string): boolean {
  return life.findLast((one) => one.step === kind)?.reason === reason;
}

function step(kind: LifeStep["step"], { reason, decidedBy }: Decision, { clock }: Deps): LifeStep {
  return { step: kind, at: clock.now(), reason, decidedBy };
}

function revocation(record: CredentialRecord, decision: Checked, deps: Deps): Withdrawal | undefined {
  if (record.state === "revoked" && saidAlready(record, "revoked", decision.reason)) return undefined;
  refuseUnless(record, ["valid", "suspended"]);
  const about = aboutOf(record);
  const issuedEventId = about?.signed?.issuedEventId;
  if (!about || issuedEventId === undefined) throw new CertificatesError("certificate_being_made");
  const taken = step("revoked", decision, deps);
  const event: DomainEvent<"certificate.revoked"> = {
    ...certificateLane(record, 1),
    id: deps.newId(),
    type: "certificate.revoked",
    at: taken.at,
    data: { ...certificateContext(record, about, deps.origin), reason: decision.reason, issuedEventId },
  };
  return { state: "revoked", step: taken, events: [event] };
}

/** Marks the one that an issued successor took the place of. Answers it, whatever it is then. */
async function supersede(successor: CredentialRecord, deps: Deps): Promise<CredentialRecord> {
  const lifted = aboutOf(successor)?.lifted;
  if (!lifted) throw new CertificatesError("certificate_unknown");
  // Superseded: an earlier run got to the end. Revoked: someone came in between, and the caller sees to it.
  return deps.issuing.changeState(lifted.id, ({ state }) =>
    state === "suspended"
      ? { state: "superseded", step: step("lifted", lifted, deps), events: [] }
      : undefined,
  );
}

async function reserveSuccessor(
  record: CredentialRecord,
  decision: Decision,
  deps: Deps,
): Promise<CredentialRecord> {
  const about = aboutOf(record);
  if (!about) throw new CertificatesError("certificate_unknown");
  const successor: CertificateAbout = {
    ...attestedBy(about),
    registration: deps.randomId(),
    lifted: { id: record.id, ...decision },
  };
  return deps.issuing.reserve(record, {
    cause: successorCause(record.id),
    ownerId: record.ownerId,
    about: { ...successor },
  });
}

/** What a successor has of the one before it. */
function attestedBy(about: CertificateAbout): Omit<CertificateAbout, "registration"> {
  const { kind, programmeId, title, curriculum, awardedAt, validUntil, competencies, evidence } = about;
  return { kind, programmeId, title, curriculum, awardedAt, validUntil, competencies, evidence };
}

/** A lift that was cut off after it issued the successor is brought to its end before anything else is decided. */
async function finishLift(tenant: Tenant, id: string, deps: Deps): Promise<void> {
  const successor = await deps.issuing.findByCause(tenant, successorCause(id));
  if (!successor || successor.state === "reserved") return;
  await supersede(successor, deps);
}

async function revokeSuccessor(record: CredentialRecord, decision: Checked, deps: Deps): Promise<void> {
  if (record.state !== "revoked") return;
  const successor = await deps.issuing.findByCause(record, successorCause(record.id));
  if (!successor || successor.state === "reserved") return;
  await deps.issuing.changeState(successor.id, (current) =>
    current.state === "valid" || current.state === "suspended"
      ? revocation(current, decision, deps)
      : undefined,
  );
}

function decisionOf(taken: LifeStep | undefined): Decision {
  return { reason: taken?.reason ?? "", decidedBy: taken?.decidedBy ?? "" };
}
