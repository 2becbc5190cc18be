import { installation } from "../foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../foundation/keys/index.js";
import { createLog, createLogPartners, type Log, type LogPartners } from "../foundation/log/index.js";
import { createOutbound } from "../foundation/outbound/index.js";
import { withStorage, type CliContext } from "./context.js";

export interface LogRooms extends CliContext {
  readonly log: Log;
  readonly partners: LogPartners;
}

/** As `withStorage`, with the log and its partners. */
export function withLog<T>(work: (rooms: LogRooms) => Promise<T>): Promise<T> {
  return withStorage(async (context) => {
    const { storage, config, clock } = context;
    const rings = { store: storage.keys, sealer: createSealer(config.secret), clock };
    const ringOf = (keySet: string) => createKeyRing(keySet, rings, { tenant: installation, alg: "EdDSA" });
    const outbound = createOutbound({ allowPrivate: !config.production, userAgent: "Tessera" });
    const log = createLog({ store: storage.log, keyRing: ringOf("log"), origin: config.origin, clock });
    const keyRing = ringOf("log-witness");
    const partners = createLogPartners({ store: storage.log, log, keyRing, outbound, clock });
    try {
      return await work({ ...context, log, partners });
    } finally {
      await outbound.close();
    }
  });
}
