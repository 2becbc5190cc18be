import type { DomainEvent, RevocationReason } from "../../foundation/events/index.js";
import { days, uuidPattern, type Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord, LifeStep, Withdrawal } from "../../standards/issuing/index.js";
import { aboutOf } from "./about.js";
import type { Decision } from "./decisions.js";
import type { Deps } from "./deps.js";
import { CertificatesError } from "./errors.js";
import { certificateContext, certificateLane } from "./mint.js";

/** @throws CertificatesError `certificate_unknown` */
export async function ofTenant(tenant: Tenant, id: string, { issuing }: Deps): Promise<CredentialRecord> {
  const record = uuidPattern.test(id) ? await issuing.find(id) : undefined;
  const isTheirs = record?.academyId === tenant.academyId && record.jurisdictionId === tenant.jurisdictionId;
  if (!record || !isTheirs || !aboutOf(record)) throw new CertificatesError("certificate_unknown");
  return record;
}

export function refuseUnless(record: CredentialRecord, states: readonly CredentialRecord["state"][]): void {
  const { id, state } = record;
  if (states.includes(state)) return;
  if (state === "superseded") throw new CertificatesError("certificate_superseded", { id });
  throw new CertificatesError("certificate_not_valid", { id, state });
}

export function saidAlready({ life }: CredentialRecord, kind: LifeStep["step"], reason: string): boolean {
  return life.findLast((one) => one.step === kind)?.reason === reason;
}

export function stepNow(
  kind: LifeStep["step"],
  { reason, decidedBy }: Decision,
  { clock }: Pick<Deps, "clock">,
): LifeStep {
  return { step: kind, at: clock.now(), reason, decidedBy };
}

export function decisionOf(taken: LifeStep | undefined): Decision {
  return { reason: taken?.reason ?? "", decidedBy: taken?.decidedBy ?? "" };
}

/** Steps that leave a certificate what it is: they are between the academy and its holder. */
const notes: readonly LifeStep["step"][] = [
  "announced",
  "appealed",
  "appeal-upheld",
  "appeal-dismissed",
  "expired",
];

/** The steps that say what a certificate is, and since when. */
export function publicSteps(life: readonly LifeStep[]): LifeStep[] {
  return life.filter(({ step }) => !notes.includes(step));
}

/** A revocation that was announced and has not taken effect, with all that was noted since. */
export interface PendingNotice {
  readonly announced: LifeStep & { readonly effectiveAt: number };
  readonly steps: readonly LifeStep[];
}

export function pendingNotice({ life }: Pick<CredentialRecord, "life">): PendingNotice | undefined {
  const place = life.findLastIndex(({ step }) => step === "announced");
  const announced = life[place];
  const steps = life.slice(place).filter(({ step }) => notes.includes(step) && step !== "expired");
  const isOver = life
    .slice(place)
    .some(({ step }) => step === "revoked" || step === "appeal-upheld" || step === "lifted");
  if (announced?.effectiveAt === undefined || isOver) return undefined;
  return { announced: { ...announced, effectiveAt: announced.effectiveAt }, steps };
}

export interface RevocationDecision {
  readonly reason: RevocationReason;
  readonly decidedBy: string;
  /** When it was announced to take effect, if it was. */
  readonly effectiveAt?: number;
}

/** What ends a certificate for good; `undefined` when the same was said before. */
export function revocation(
  record: CredentialRecord,
  decision: RevocationDecision,
  deps: Deps,
): Withdrawal | undefined {
  if (record.state === "revoked" && saidAlready(record, "revoked", decision.reason)) return undefined;
  refuseUnless(record, ["valid", "suspended"]);
  const about = aboutOf(record);
  const issuedEventId = about?.signed?.issuedEventId;
  if (!about || issuedEventId === undefined) throw new CertificatesError("certificate_being_made");
  const { effectiveAt } = decision;
  const step = stepNow("revoked", decision, deps);
  // Kept with the step: another setting later gives nobody less time than they were told.
  const window =
    effectiveAt === undefined ? { appealUntil: step.at + days(deps.appealDays) } : { effectiveAt };
  const taken = { ...step, ...window };
  const event: DomainEvent<"certificate.revoked"> = {
    ...certificateLane(record, 1),
    id: deps.newId(),
    type: "certificate.revoked",
    at: taken.at,
    data: {
      ...certificateContext(record, about, deps.origin),
      ...{ reason: decision.reason, issuedEventId },
      ...(about.renewal ? { renewal: true as const } : {}),
    },
  };
  return { state: "revoked", step: taken, dueAt: null, events: [event] };
}
