import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { createLrs, lrsRoutes } from "../../src/standards/lrs/index.js";
import { openStorage } from "../../src/storage/index.js";

/**
 * The record store behind a server of its own, for `lrs.ts`, which starts this with the database's address and reads
 * the port from the first line. Everyone is the same client.
 */
const [address = ""] = process.argv.slice(2);
const [clock, logger] = [systemClock, createLogger("silent")];
const newId = createNewId(clock);
const storage = await openStorage(address, { clock, newId, logger, serving: true });
const client = {
  ...{ key: "bench", name: "bench", scopes: ["all"] },
  tenant: { academyId: "bench", jurisdictionId: "XA" },
};
const app = express().use(
  "/xapi",
  lrsRoutes({
    ...{ clock, newId, statements: storage.statements, documents: storage.lrsDocuments },
    lrs: createLrs({ statements: storage.statements, clock, newId }),
    homePage: "https://tessera.example",
    authenticate: () => Promise.resolve(client),
  }),
);
const server = createServer(app).listen(0, "127.0.0.1", () => {
  process.stdout.write(`${String((server.address() as AddressInfo).port)}\n`);
});
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close(() => void storage.close().then(() => process.exit(0)));
});
