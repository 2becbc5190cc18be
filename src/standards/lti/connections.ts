import { describeError, minutes, type Clock, type Logger } from "../../foundation/kernel/index.js";
import type { Connection, LtiStore, Platform } from "./lti-store.js";

/** Notes how it goes with each platform, for the page of its academy's owner. None of them ever rejects. */
export interface Connections {
  launched(platform: Platform): Promise<void>;
  graded(platform: Platform): Promise<void>;
  rosterRead(platform: Platform): Promise<void>;
  /**
   * Something did not work: a stable code.
   * @param detail nothing of a person and no token: a deployment id, an HTTP status
   */
  fault(platform: Platform, code: string, detail?: string): Promise<void>;
}

export interface ConnectionsDeps {
  readonly store: LtiStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The same note of one platform is written once in this time: a launch must not cost a write more. */
const pause = minutes(1);
const mostFaults = 12;
const mostNotes = 10_000;

type Time = "lastLaunchAt" | "lastGradeAt" | "lastRosterAt";
type Fault = Connection["faults"][number];

export function createConnections({ store, clock, logger }: ConnectionsDeps): Connections {
  const written = new Map<string, number>();

  const note = async (
    { id: platformId, academyId, jurisdictionId }: Platform,
    what: string,
    change: (connection: Connection, now: number) => Connection,
  ): Promise<void> => {
    const now = clock.now();
    const key = `${platformId} ${what}`;
    const before = written.get(key);
    if (before !== undefined && before <= now && now - before < pause) return;
    if (written.size >= mostNotes) written.clear();
    written.set(key, now);
    try {
      // Whoever finds that another wrote meanwhile looks again; each round one of them gets on.
      for (;;) {
        const known = await store.connection(platformId);
        const base = known ?? { academyId, jurisdictionId, platformId, version: 0, faults: [] };
        if (await store.saveConnection({ ...change(base, now), version: base.version + 1 })) return;
      }
    } catch (error) {
      logger.warn("how it goes with a platform could not be noted", { platformId, ...describeError(error) });
    }
  };
  const happened = (platform: Platform, time: Time): Promise<void> =>
    note(platform, time, (connection, now) => ({ ...connection, [time]: now }));
  return {
    launched: (platform) => happened(platform, "lastLaunchAt"),
    graded: (platform) => happened(platform, "lastGradeAt"),
    rosterRead: (platform) => happened(platform, "lastRosterAt"),
    fault: (platform, code, detail) =>
      note(platform, `fault ${code} ${detail ?? ""}`, (connection, at) => {
        const count = (connection.faults.find((one) => one.code === code)?.count ?? 0) + 1;
        const fault: Fault = {
          code,
          at,
          count,
          ...(detail === undefined ? {} : { detail: detail.slice(0, 120) }),
        };
        const others = connection.faults.filter((one) => one.code !== code);
        return { ...connection, faults: [fault, ...others].slice(0, mostFaults) };
      }),
  };
}
