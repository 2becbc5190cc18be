import type { Curriculum, Programme } from "../../standards/curriculum/index.js";
import type { ModuleTurn } from "../learning/index.js";
import { lastPeriod, phaseOf, windowOf } from "./life.js";
import { entryOf, offeredProgrammes } from "./rules.js";
import type { Standing } from "./standing-store.js";

/** `undefined`: an ordinary module, of which nothing is to be repeated. */
export function turnOf(
  standing: Standing | undefined,
  moduleId: string,
  { curriculum, now }: { readonly curriculum: Curriculum; readonly now: number },
): ModuleTurn | undefined {
  const module = curriculum.modules.find(({ id }) => id === moduleId);
  if (module?.refresherOf !== undefined) {
    const programme = curriculum.programmes.find(({ id }) => id === module.refresherOf);
    return refresherTurn(standing, programme, now);
  }
  return standing && repeatTurn(standing, moduleId, { curriculum, now });
}

function refresherTurn(
  standing: Standing | undefined,
  programme: Programme | undefined,
  now: number,
): ModuleTurn {
  const entitlement = programme && standing && entryOf(standing.entitlements, programme.id);
  if (!entitlement) return { open: false, reason: "nothing" };
  const { opensAt, closesAt } = windowOf(lastPeriod(entitlement), programme, standing);
  if (now < opensAt) return { open: false, reason: "early", at: opensAt };
  return now > closesAt ? { open: false, reason: "late", at: closesAt } : { open: true, since: opensAt };
}

function repeatTurn(
  standing: Standing,
  moduleId: string,
  { curriculum, now }: { readonly curriculum: Curriculum; readonly now: number },
): ModuleTurn | undefined {
  const due = offeredProgrammes(curriculum).flatMap(({ programme }) => {
    const repeat = programme.repeat?.find(({ module }) => module === moduleId);
    const entitlement = entryOf(standing.entitlements, programme.id);
    if (!repeat || !entitlement || phaseOf(standing, programme, now) !== "ended") return [];
    return [{ repeat, since: windowOf(lastPeriod(entitlement), programme, standing).closesAt + 1 }];
  });
  if (due.length === 0) return undefined;
  const since = Math.max(...due.map((one) => one.since));
  const some = due.every(({ repeat }) => repeat.only === "scenarios");
  return { open: true, since, ...(some ? { only: "scenarios" } : {}) };
}
