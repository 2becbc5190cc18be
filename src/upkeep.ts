import { describeError, installation, type Logger } from "./foundation/kernel/index.js";
import { createKeyRotation } from "./foundation/keys/index.js";
import { keySetIds, keySetOf } from "./key-sets.js";
import type { Base, Ground } from "./rooms.js";
import type { Programmes } from "./training/programmes/index.js";
import type { Recognition } from "./trust/recognition/index.js";
import type { Witnessing } from "./witnessing.js";

interface Rooms {
  readonly programmes: Pick<Programmes, "sweep"> & Partial<Pick<Programmes, "reminders">>;
  readonly recognition: Pick<Recognition, "authorities" | "finishAll" | "pull">;
  readonly witnessing: Pick<Witnessing, "watch">;
}

/**
 * What is to be done each hour: keys that are due, programmes of which something is to be told,
 * addresses for reminders that are not needed any more, what partners recognise, what the
 * log has to hold of the day, and the partners' logs. Each may be done again at any time, and by several processes.
 */
export function createUpkeep(
  { storage, clock, logger }: Base,
  { keyRings, issuing }: Ground,
  { programmes, recognition, witnessing }: Rooms,
): () => Promise<void> {
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    keys: async () => {
      const rotation = createKeyRotation(keyRings);
      for (const keySet of keySetIds) {
        const { alg, care } = keySetOf(keySet);
        if (care) await rotation.maintain({ tenant: installation, keySet, alg }, care);
      }
    },
    programmes: () => programmes.sweep(clock.now()),
    reminders: () => programmes.reminders?.review(clock.now()) ?? Promise.resolve(),
    recognitions: async () => {
      await recognition.finishAll();
      await recognition.pull();
    },
    log: async () => {
      const academies = await storage.directory.academies();
      const issuers = [...academies, ...(await recognition.authorities())];
      await issuing.logDaily(issuers);
    },
    witnesses: () => witnessing.watch(),
  };
  return async () => {
    for (const [step, work] of Object.entries(steps)) await tried(step, work, logger);
  };
}

/** A step that fails is told, and keeps no other one from its turn. */
async function tried(step: string, work: () => Promise<unknown>, logger: Logger): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.warn(`an hourly task could not be done: ${step}`, describeError(error));
  }
}
