import type { CertificateLink } from "../deps.js";
import { entryOf, outcomesOf, type ProgrammePlan } from "../rules.js";
import type { Own } from "./scene.js";

/**
 * How a trainee stands with a programme. `modules`: every outcome is reached, and something of a module is still open;
 * `waits`: all of its own is done, and what it requires is not there or ran out; `making`: the certificate is on its way.
 */
export type ProgrammeState =
  "new" | "underWay" | "modules" | "waits" | "making" | "valid" | "expired" | "suspended" | "revoked";

/** The programme's newest certificate; a successor comes after the one whose place it took. */
export function certificateOf(
  { certificates }: Own,
  { programme }: ProgrammePlan,
): CertificateLink | undefined {
  return certificates.findLast(({ programmeId }) => programmeId === programme.id);
}

export function stateOf(own: Own, plan: ProgrammePlan, now: number): ProgrammeState {
  const certificate = certificateOf(own, plan);
  if (certificate && certificate.state !== "reserved") return stateOfCertificate(certificate, now);
  const { entitlements, outcomes, modules } = own.standing;
  if (entryOf(entitlements, plan.programme.id)) return "making";
  const reached = outcomesOf(plan).filter(({ id }) => entryOf(outcomes, id)).length;
  if (reached === 0) return "new";
  if (reached < outcomesOf(plan).length) return "underWay";
  const complete = plan.modules.every(({ id }) => entryOf(modules, id)?.completedAt !== undefined);
  return complete ? "waits" : "modules";
}

function stateOfCertificate({ state, validUntil }: CertificateLink, now: number): ProgrammeState {
  if (state === "suspended") return "suspended";
  if (state !== "valid") return "revoked";
  return validUntil > now ? "valid" : "expired";
}
