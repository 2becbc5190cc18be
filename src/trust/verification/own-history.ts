import { KnownError } from "../../foundation/kernel/index.js";
import type { Log } from "../../foundation/log/index.js";
import type { Issuing } from "../../standards/issuing/index.js";
import type { History } from "./history.js";
import { jsonOf } from "./reading.js";

/** What this installation knows of the past: of its own keys, and of what it has written into its log. */
export function ownHistory({
  issuing,
  log,
}: {
  readonly issuing: Pick<Issuing, "keyHistory">;
  readonly log: Pick<Log, "byKey">;
}): History {
  return {
    retiredAt: async (did, method) => {
      try {
        const keys = await issuing.keyHistory(did);
        return keys.find(({ verificationMethod }) => verificationMethod === method)?.retiredAt;
      } catch (error) {
        if (error instanceof KnownError && error.code === "issuer_unknown") return undefined;
        throw error;
      }
    },
    loggedAt: async (url, digest) => {
      const entry = await log.byKey(`credential ${url}`);
      return entry && jsonOf(entry.content)?.digestMultibase === digest ? entry.loggedAt : undefined;
    },
  };
}
