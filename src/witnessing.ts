import type { Router } from "express";
import { describeError, installation } from "./foundation/kernel/index.js";
import { createKeyRing } from "./foundation/keys/index.js";
import { createLogPartners, logRoutes, type LogPartners } from "./foundation/log/index.js";
import type { Outbound } from "./foundation/outbound/index.js";
import type { Base, Ground } from "./rooms.js";

/** The log towards others: its public pages, and the partners who watch it as it watches theirs. */
export interface Witnessing {
  readonly partners: LogPartners;
  /** To be mounted at `/log`. */
  readonly routes: Router;
  /** Co-signs what every partner's log has become, and takes their co-signatures; a failure is told and harms no other. */
  watch(): Promise<void>;
}

export function createWitnessing(
  { storage, clock, logger }: Base,
  { keyRings, log }: Ground,
  outbound: Pick<Outbound, "fetch">,
): Witnessing {
  const partners = createLogPartners({
    ...{ store: storage.log, log, outbound, clock },
    keyRing: createKeyRing("log-witness", keyRings, { tenant: installation, alg: "EdDSA" }),
  });
  return {
    partners,
    routes: logRoutes({ log, store: storage.log, partners }),
    watch: async () => {
      for (const { url } of await partners.list()) {
        try {
          await partners.witness(url);
          await partners.collect(url);
        } catch (error) {
          logger.warn("a partner's log could not be witnessed", { address: url, ...describeError(error) });
        }
      }
    },
  };
}
