import type { NewId, Tenant } from "../../foundation/kernel/index.js";
import { newStanding, type Change } from "./advance.js";
import type { ProgrammesDeps } from "./deps.js";
import { ProgrammesError } from "./errors.js";
import type { Standing } from "./standing-store.js";

/** How often a change is tried when others change the same standing at the same time. */
const tries = 10;

export interface ChangeDeps extends Pick<ProgrammesDeps, "standings" | "curriculum"> {
  readonly newId: NewId;
  readonly newRegistration: () => string;
}

/**
 * Saves what `step` makes of a person's standing, with its events. When someone else changed it meanwhile, it is read
 * and stepped again; when `step` hands back what it was given, nothing is saved.
 * @throws ProgrammesError `standing_busy`
 */
export async function changeStanding(
  { standings, newId }: ChangeDeps,
  { tenant, personId }: { readonly tenant: Tenant; readonly personId: string },
  step: (standing: Standing) => Change,
): Promise<Change> {
  for (let turn = 0; turn < tries; turn += 1) {
    const found = await standings.standingOf(tenant, personId);
    const before = found ?? newStanding(tenant, personId, newId());
    const change = step(before);
    if (change.standing === before) return change;
    const said = found
      ? await standings.saveStanding(change.standing, before.version, change.events)
      : await standings.addStanding(change.standing, change.events);
    if (said === "saved") return change;
  }
  throw new ProgrammesError("standing_busy");
}
