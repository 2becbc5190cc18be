/**
 * A process of its own that forwards, as the serving process does, until it is killed.
 * usage: child-forwarder.ts ADDRESS
 */
import { createOutbox } from "../../../../src/foundation/events/index.js";
import { createLogger, createNewId, Secret, systemClock } from "../../../../src/foundation/kernel/index.js";
import { createSealer } from "../../../../src/foundation/keys/index.js";
import { createOutbound } from "../../../../src/foundation/outbound/index.js";
import { createForwarding, forwardingSubscriber } from "../../../../src/standards/lrs/index.js";
import { openStorage } from "../../../../src/storage/index.js";

const [address = ""] = process.argv.slice(2);
const clock = systemClock;
const newId = createNewId(clock);
const logger = createLogger("silent");
const storage = await openStorage(address, { clock, newId, logger, serving: true });
await storage.recover();
const deps = {
  ...{ store: storage.forwardings, statements: storage.statements, clock, newId, logger },
  outbound: createOutbound({ allowPrivate: true, userAgent: "Tessera" }),
  sealer: createSealer(new Secret(Buffer.alloc(48, 7))),
};
const outbox = createOutbox({
  ...{ store: storage.outbox, clock, newId, logger, subscribers: [forwardingSubscriber(deps)] },
  options: { pollMs: 20, leaseMs: 1000, firstRetryMs: 50, longestPatientMs: 200 },
});
outbox.start();
createForwarding({ ...deps, nudge: () => outbox.nudge() }).start();
process.stdout.write("ready\n");
