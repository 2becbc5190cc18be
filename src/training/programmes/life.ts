import { addMonths, days } from "../../foundation/kernel/index.js";
import type { Programme } from "../../standards/curriculum/index.js";
import { attestedFor } from "./attestations.js";
import { entryOf } from "./rules.js";
import type { Entitlement, Period, Standing } from "./standing-store.js";

/**
 * When a certificate counts no more and how it can be renewed, UTC milliseconds. In force: before `endsAt`. A refresher
 * renews when it was completed from `opensAt` to `closesAt`, both included.
 */
export interface Window {
  readonly opensAt: number;
  readonly endsAt: number;
  readonly closesAt: number;
}

/**
 * Where a person is with a programme at a moment. `lapsed`: it counts no more, and the refresher still renews it.
 * `ended`: something has to be done again.
 */
export type Phase = "not-begun" | "under-way" | "valid" | "refresher-open" | "lapsed" | "ended";

/** The times for which it stood, oldest first. */
function periodsOf(entitlement: Entitlement): readonly Period[] {
  return [entitlement, ...(entitlement.renewals ?? [])];
}

/** The latest period that had begun by then. */
function periodAt(entitlement: Entitlement, moment: number): Period | undefined {
  return periodsOf(entitlement).findLast(({ at }) => at <= moment);
}

export function lastPeriod(entitlement: Entitlement): Period {
  return entitlement.renewals?.at(-1) ?? entitlement;
}

/**
 * The window of one period. It ends with the certificate, or earlier: when a new core version asks for a refresher
 * until a day, or when a calibration was not repeated in time.
 */
export function windowOf(
  { validUntil, curriculum, at }: Period,
  programme: Programme,
  standing: Pick<Standing, "attestations" | "outcomes">,
): Window {
  const { refresher } = programme;
  const asked = (refresher?.compulsory ?? []).filter(({ core }) => isOlder(curriculum.core, core));
  const endsAt = Math.min(
    validUntil,
    ...asked.map(({ until }) => until),
    calibratedUntil(programme, standing, at) ?? validUntil,
  );
  if (!refresher) return { opensAt: endsAt, endsAt, closesAt: endsAt - 1 };
  const opensAt = Math.min(
    addMonths(validUntil, -refresher.opensMonthsBefore),
    ...asked.map(({ from }) => from),
  );
  return { opensAt: Math.max(at, opensAt), endsAt, closesAt: endsAt + days(refresher.lateDays) };
}

/** Until when the last calibration holds; a period begins with one. */
function calibratedUntil(
  { calibration }: Programme,
  standing: Pick<Standing, "attestations">,
  begunAt: number,
): number | undefined {
  if (!calibration) return undefined;
  const marks = attestedFor(standing, "external-mark", calibration.outcome);
  return addMonths(Math.max(begunAt, ...marks.map(({ at }) => at)), calibration.everyMonths);
}

/** Where a person stands with a programme at any moment, a past one too: by the standing, the rules and that alone. */
export function phaseOf(standing: Standing, programme: Programme, moment: number): Phase {
  const entitlement = entryOf(standing.entitlements, programme.id);
  const period = entitlement && periodAt(entitlement, moment);
  if (!period) return hasBegun(standing, programme, moment) ? "under-way" : "not-begun";
  return phaseIn(windowOf(period, programme, standing), programme, moment);
}

function phaseIn(
  { opensAt, endsAt, closesAt }: Window,
  { refresher }: Programme,
  moment: number,
): Exclude<Phase, "not-begun" | "under-way"> {
  if (moment > closesAt) return "ended";
  if (moment >= endsAt) return "lapsed";
  return refresher && moment >= opensAt ? "refresher-open" : "valid";
}

function hasBegun({ modules, outcomes }: Standing, programme: Programme, moment: number): boolean {
  const begun = programme.modules.some((id) => entryOf(modules, id)?.evidence.some(({ at }) => at <= moment));
  const reached = Object.entries(outcomes).some(
    ([id, { reachedAt }]) => reachedAt <= moment && programme.modules.some((own) => id.startsWith(`${own}-`)),
  );
  return begun || reached;
}

/** Whether one semantic version comes before another; both are plain `1.2.3`, as the validator holds. */
function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(".").map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The first moment from `wanted` on at which it was in force; `undefined` when it never was again. */
export function inForceFrom(
  entitlement: Entitlement,
  wanted: number,
  { programme, standing }: { readonly programme: Programme; readonly standing: Standing },
): number | undefined {
  const times = periodsOf(entitlement).flatMap((period) => {
    const from = Math.max(period.at, wanted);
    return from < windowOf(period, programme, standing).endsAt ? [from] : [];
  });
  return times.length > 0 ? Math.min(...times) : undefined;
}
