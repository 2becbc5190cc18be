import type { CertificateLink } from "../deps.js";
import { phaseOf, type Phase } from "../life.js";
import { entryOf, outcomesOf, type ProgrammePlan } from "../rules.js";
import type { Own } from "./scene.js";

/**
 * How a trainee stands with a programme. `modules`: every outcome is reached, and something of a module is still open;
 * `waits`: all of its own is done, and what it requires is not there or ran out; `making`: the certificate is on its way;
 * `open`: its refresher is; `expired`: it ran out, and no refresher renews it.
 */
export type ProgrammeState =
  | ("new" | "underWay" | "modules" | "waits" | "making")
  | ("valid" | "open" | "lapsed" | "ended" | "expired" | "suspended" | "revoked");

/** The programme's newest certificate; a successor comes after the one whose place it took. */
export function certificateOf(
  { certificates }: Own,
  { programme }: ProgrammePlan,
): CertificateLink | undefined {
  return certificates.findLast(({ programmeId }) => programmeId === programme.id);
}

export function stateOf(own: Own, plan: ProgrammePlan, now: number): ProgrammeState {
  const certificate = certificateOf(own, plan);
  if (certificate && certificate.state !== "reserved")
    return stateOfCertificate(certificate, stateByTime(own, plan, { certificate, now }));
  const { entitlements, outcomes, modules } = own.standing;
  if (entryOf(entitlements, plan.programme.id)) return "making";
  const reached = outcomesOf(plan).filter(({ id }) => entryOf(outcomes, id)).length;
  if (reached === 0) return "new";
  if (reached < outcomesOf(plan).length) return "underWay";
  const complete = plan.modules.every(({ id }) => entryOf(modules, id)?.completedAt !== undefined);
  return complete ? "waits" : "modules";
}

function stateOfCertificate({ state }: CertificateLink, byTime: ProgrammeState): ProgrammeState {
  if (state === "suspended") return "suspended";
  return state === "valid" ? byTime : "revoked";
}

const phases = {
  ...{ valid: "valid", "refresher-open": "open", lapsed: "lapsed", ended: "ended" },
} as const satisfies Partial<Record<Phase, ProgrammeState>>;

/** By the rules of the programme; where they have no refresher, or know of no entitlement, by the certificate alone. */
function stateByTime(
  { standing }: Own,
  { programme }: ProgrammePlan,
  { certificate, now }: { readonly certificate: CertificateLink; readonly now: number },
): ProgrammeState {
  const phase = programme.refresher ? phaseOf(standing, programme, now) : "not-begun";
  if (phase === "not-begun" || phase === "under-way")
    return certificate.validUntil > now ? "valid" : "expired";
  return phases[phase];
}
