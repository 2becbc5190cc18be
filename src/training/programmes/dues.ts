import type { Tenant } from "../../foundation/kernel/index.js";
import type { DueCertificate } from "../learning/index.js";
import type { ProgrammesDeps } from "./deps.js";
import { lastPeriod, phaseOf, windowOf, type Phase } from "./life.js";
import { entryOf, offeredProgrammes } from "./rules.js";
import type { Standing } from "./standing-store.js";

type Deps = Pick<ProgrammesDeps, "standings" | "curriculum" | "clock"> &
  Required<Pick<ProgrammesDeps, "certificatesOf">>;

/**
 * Whether a person has a certificate whose end is ahead, or that the refresher still renews. One that was revoked is none; a
 * suspension may be lifted.
 */
export async function hasOpenEnd(
  { standings, certificatesOf, curriculum, clock }: Deps,
  { tenant, personId }: { readonly tenant: Tenant; readonly personId: string },
): Promise<boolean> {
  const standing = await standings.standingOf(tenant, personId);
  const open = offeredProgrammes(curriculum).filter(
    ({ programme }) =>
      standing !== undefined &&
      ["valid", "refresher-open", "lapsed"].includes(phaseOf(standing, programme, clock.now())),
  );
  if (open.length === 0) return false;
  const certificates = await certificatesOf(tenant, personId);
  const states = open.map(
    ({ programme }) => certificates.findLast(({ programmeId }) => programmeId === programme.id)?.state,
  );
  return states.some((state) => state !== "revoked" && state !== "superseded");
}

/** What is due first among a person's certificates; what has ended comes last, and what is suspended or revoked never. */
export async function dueOf(
  { standings, certificatesOf, curriculum, clock }: Deps,
  { tenant, personId }: { readonly tenant: Tenant; readonly personId: string },
): Promise<DueCertificate | undefined> {
  const standing = await standings.standingOf(tenant, personId);
  const due = standing ? duesIn(standing, curriculum, clock.now()) : [];
  // Most people have nothing to do, and then their certificates need not be read.
  if (due.length === 0) return undefined;
  const certificates = await certificatesOf(tenant, personId);
  const found = due.find(
    ({ programmeId }) => certificates.findLast((one) => one.programmeId === programmeId)?.state === "valid",
  );
  return found && { phase: found.phase, at: found.at };
}

const isDue = (phase: Phase): phase is DueCertificate["phase"] =>
  phase === "refresher-open" || phase === "lapsed" || phase === "ended";

function duesIn(standing: Standing, curriculum: Deps["curriculum"], now: number) {
  return offeredProgrammes(curriculum)
    .flatMap(({ programme }) => {
      const entitlement = entryOf(standing.entitlements, programme.id);
      const phase = phaseOf(standing, programme, now);
      if (!entitlement || !programme.refresher || !isDue(phase)) return [];
      const { endsAt, closesAt } = windowOf(lastPeriod(entitlement), programme, standing);
      return [{ programmeId: programme.id, phase, at: phase === "refresher-open" ? endsAt : closesAt }];
    })
    .toSorted((a, b) => Number(a.phase === "ended") - Number(b.phase === "ended") || a.at - b.at);
}
