import { expect } from "chai";
import express from "express";
import { minutes } from "../../../src/foundation/kernel/index.js";
import { createLimits, WebError, type Limits } from "../../../src/foundation/web/index.js";
import { serve, type Listening } from "../../../src/foundation/web/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { storeRows } from "../../kit/store-rows.js";
import { open, sqliteDatabase, type TestDatabase } from "../../storage/contract/database.js";

// Express tells an error handler by its four parameters.
// eslint-disable-next-line @typescript-eslint/no-unused-vars
const codesOfErrors: express.ErrorRequestHandler = (error: unknown, _req, res, _next) => {
  const known = error instanceof WebError ? error : new WebError("unexpected");
  res.status(known.status).send(known.code);
};

describe("the limits of requests", () => {
  let clock: FixedClock;
  let database: TestDatabase;
  let storage: Storage;
  let limits: Limits;
  let listening: Listening;
  let origin: string;
  beforeEach(async () => {
    clock = fixedAt("2026-03-01T08:00:00Z");
    database = sqliteDatabase();
    storage = await open(database, { clock });
    limits = createLimits({ rates: storage.rates, clock, hashKey: Buffer.alloc(32, 7) });
    const app = express();
    app.set("trust proxy", 1);
    app.get("/limited", limits.perAddress("pages", 3), (_req, res) => void res.send("in"));
    app.use(codesOfErrors);
    listening = await serve(app, { host: "127.0.0.1", port: 0 });
    origin = `http://127.0.0.1:${listening.port}`;
  });
  afterEach(async () => {
    await listening.close(1000);
    await storage.close();
    await database.drop();
  });

  const ask = async (address: string): Promise<string> => {
    const answer = await fetch(`${origin}/limited`, { headers: { "x-forwarded-for": address } });
    return `${answer.status} ${await answer.text()} ${answer.headers.get("retry-after") ?? ""}`.trim();
  };

  it("let so many of one address in within a minute, and tell the others when to come again", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask("192.0.2.7")));
    expect(answers.filter((answer) => answer === "200 in")).to.have.length(3);
    expect(answers.filter((answer) => answer === "429 too_many_requests 60")).to.have.length(7);
    expect(await ask("192.0.2.8")).to.equal("200 in");
    clock.advance(minutes(1));
    expect(await ask("192.0.2.7")).to.equal("200 in");
  });

  it("take all addresses of one IPv6 network for one", async () => {
    for (const end of ["1", "2", "3"]) expect(await ask(`2001:db8::${end}`)).to.equal("200 in");
    expect(await ask("2001:db8::ffff")).to.match(/^429/);
    expect(await ask("2001:db9::1")).to.equal("200 in");
  });

  it("keep no address in the store", async () => {
    await ask("192.0.2.7");
    expect(JSON.stringify([...(await storeRows(database.address))])).not.to.include("192.0.2.7");
  });
});
