import { openStorage, type Storage } from "../../src/storage/index.js";
import { createLogger, createNewId, type Clock } from "../../src/foundation/kernel/index.js";

/** A real store of its own in memory, with everything migrated; the test closes it. */
export function aStore(clock: Clock): Promise<Storage> {
  return openStorage("file::memory:", {
    clock,
    newId: createNewId(clock),
    logger: createLogger("silent"),
    serving: false,
  });
}
