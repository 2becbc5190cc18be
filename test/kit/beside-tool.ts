import { createDirectory } from "../../src/foundation/directory/index.js";
import { createLogger, createNewId, type Clock, type Logger } from "../../src/foundation/kernel/index.js";
import { createOutbound } from "../../src/foundation/outbound/index.js";
import { createGround, type Base } from "../../src/rooms.js";
import { createVerifying } from "../../src/verifying.js";
import { createWitnessing } from "../../src/witnessing.js";
import type { Tool } from "./tool.js";

export type RoomsBeside = Awaited<ReturnType<typeof roomsBeside>>;

/** A tool's rooms once more, on its own store: what somebody who decides does beside the running tool. */
export async function roomsBeside({ config, storage }: Pick<Tool, "config" | "storage">, clock: Clock) {
  const newId = createNewId(clock);
  const directory = createDirectory({ store: storage.directory, clock, newId });
  const base: Base = { config, storage, clock, newId, directory, logger: createLogger("silent") };
  const ground = await createGround(base);
  const verifying = createVerifying(base, ground);
  const outbound = createOutbound({ allowPrivate: true, userAgent: "Tessera" });
  return {
    ...{ base, ground, recognition: verifying.recognition },
    /** The log towards its partners; `logger` hears what can't be done. */
    witnessing: (logger: Logger = base.logger) => createWitnessing({ ...base, logger }, ground, outbound),
    close: async () => {
      await Promise.all([verifying.close(), outbound.close()]);
    },
  };
}
