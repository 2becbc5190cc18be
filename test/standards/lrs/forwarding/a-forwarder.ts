import { createOutbox, type Outbox, type OutboxStore } from "../../../../src/foundation/events/index.js";
import { createLogger, createNewId, Secret } from "../../../../src/foundation/kernel/index.js";
import { createSealer } from "../../../../src/foundation/keys/index.js";
import { createOutbound } from "../../../../src/foundation/outbound/index.js";
import {
  createForwarding,
  createForwardings,
  createLrs,
  forwardingSubscriber,
  type Forwardings,
  type Lrs,
} from "../../../../src/standards/lrs/index.js";
import { openStorage, type Storage } from "../../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../../kit/clock.js";
import { aStatement, secret } from "../an-lrs.js";

export const home = { academyId: "academy-1", jurisdictionId: "XA" };
const authority = { account: { homePage: "https://tessera.example", name: "tessera" } } as const;

/** An academy's record store that forwards, on a real store; a test moves its clock. */
export interface AForwarder {
  readonly clock: FixedClock;
  readonly storage: Storage;
  readonly lrs: Lrs;
  readonly forwardings: Forwardings;
  readonly outbox: Outbox;
  readonly log: () => string;
  /** Adds one to this address. */
  add(endpoint: string, changes?: Partial<Parameters<Forwardings["add"]>[0]>): Promise<string>;
  /** Stores a statement a millisecond after the one before; returns its id. */
  store(
    changes?: Readonly<Record<string, unknown>>,
    statementClass?: "evidence" | "formative",
  ): Promise<string>;
  /** Stores so many in one batch; returns their ids. */
  storeMany(count: number): Promise<string[]>;
  /** Looks for statements and does what is due, until neither finds anything; so much time goes by before. */
  work(afterMs?: number): ReturnType<Outbox["drain"]>;
  dead(): ReturnType<OutboxStore["deadJobs"]>;
  stop(): Promise<void>;
}

interface Options {
  readonly address?: string;
  readonly allowPrivate?: boolean;
  readonly deadlineMs?: number;
}

export async function aForwarder({
  address = "file::memory:",
  allowPrivate = true,
  deadlineMs = 2000,
}: Options = {}): Promise<AForwarder> {
  const clock = fixedAt("2026-11-21T09:00:00.000Z");
  const newId = createNewId(clock);
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const storage = await openStorage(address, { clock, newId, logger, serving: false });
  const { statements } = storage;
  const lrs = createLrs({ statements, clock, newId });
  const outbound = createOutbound({ allowPrivate, userAgent: "Tessera" });
  const sealer = createSealer(new Secret(Buffer.alloc(48, 7)));
  const deps = { store: storage.forwardings, statements, clock, newId, logger, sealer, outbound, deadlineMs };
  const outbox = createOutbox({
    ...{ store: storage.outbox, clock, newId, logger, random: () => 0.5 },
    subscribers: [forwardingSubscriber(deps)],
  });
  const service = createForwarding({ ...deps, nudge: () => outbox.nudge() });
  const forwardings = createForwardings({ ...deps, outbox: storage.outbox, allowPrivate });
  const forwarder: AForwarder = {
    ...{ clock, storage, lrs, forwardings, outbox, log: () => lines.join("") },
    add: async (endpoint, changes = {}) => {
      const { id } = await forwardings.add({
        ...{ tenant: home, name: "theirs", endpoint, filter: { verbs: [], activities: [] } },
        credentials: { username: "all", password: secret },
        ...changes,
      });
      return id;
    },
    store: async (changes = {}, statementClass = "evidence") => {
      clock.advance(1);
      const text = JSON.stringify(aStatement(changes));
      const [id = ""] = await lrs.append(home, {
        ...{ text, authority, class: statementClass, mayVoid: true },
        version: changes["version"] === "2.0.0" ? "2.0.0" : "1.0.3",
      });
      return id;
    },
    storeMany: (count) => {
      clock.advance(1);
      const text = JSON.stringify(Array.from({ length: count }, () => aStatement()));
      return lrs.append(home, { text, authority, class: "evidence" });
    },
    work: async (afterMs = 5000) => {
      clock.advance(afterMs);
      const total = { dispatched: 0, handled: 0, failed: 0, buried: 0 };
      for (let worked = true; worked;) {
        await service.gather();
        const { dispatched, handled, failed, buried } = await outbox.drain();
        total.dispatched += dispatched;
        total.handled += handled;
        total.failed += failed;
        total.buried += buried;
        worked = handled + buried > 0;
      }
      return total;
    },
    dead: () => storage.outbox.deadJobs(100),
    stop: async () => {
      await service.stop();
      await outbound.close();
      await storage.close();
    },
  };
  return forwarder;
}
