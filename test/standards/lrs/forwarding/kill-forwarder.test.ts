import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { describeWith } from "../../../kit/needs.js";
import { seeded } from "../../../kit/random.js";
import { mongoDatabase, sqliteDatabase, type MakeDatabase } from "../../../storage/contract/database.js";
import { anLrs } from "../an-lrs.js";
import { aForwarder } from "./a-forwarder.js";
import { aReceiver, type AReceiver } from "./a-receiver.js";

const script = fileURLToPath(new URL("child-forwarder.ts", import.meta.url));
const statements = 1000;
const kills = 5;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function started(address: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import=tsx", script, address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  expect(child.exitCode).to.equal(null);
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** A record store before which stands one that answers too late, or with an error after it took what came. */
async function unsteady(url: string, random: () => number): Promise<AReceiver> {
  const before = await aReceiver();
  before.behave((came, res) => {
    const headers = Object.fromEntries(
      Object.entries(came.headers).filter(([name]) => !["host", "connection"].includes(name)),
    ) as Record<string, string>;
    void fetch(`${url}${came.url}`, { method: "POST", headers, body: came.body })
      .then(async (answer) => {
        const text = await answer.text();
        await pause(20 + random() * 40);
        if (random() < 0.1) res.writeHead(502).end();
        else if (random() < 0.05) res.destroy();
        else res.writeHead(answer.status, { "Content-Type": "application/json" }).end(text);
      })
      .catch(() => res.destroy());
  });
  return before;
}

function contract(make: MakeDatabase): void {
  it(`each statement is there once and in order, after ${kills} kills in between`, async function () {
    this.timeout(240_000);
    const random = seeded(7);
    const [here, other] = [make(), await anLrs()];
    const receiver = await unsteady(other.url, random);
    const forwarder = await aForwarder({ address: here.address });
    const ids: string[] = [];
    for (let n = 0; n < statements; n += 100) ids.push(...(await forwarder.storeMany(100)));
    await forwarder.add(receiver.address);
    await forwarder.stop();
    let child = await started(here.address);
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        // By what came and not by the clock: a busy machine could be through before the first kill.
        const before = receiver.came.length;
        for (let tries = 0; tries < 300 && receiver.came.length === before; tries += 1) await pause(50);
        await pause(random() * 30);
        await killed(child);
        child = await started(here.address);
      }
      const shown = async (): Promise<string[]> => {
        const all: string[] = [];
        for (let next = "/xapi/statements?ascending=true&format=ids"; next !== "";) {
          const page = (await (await other.ask(next)).json()) as {
            statements: { id: string }[];
            more: string;
          };
          all.push(...page.statements.map(({ id }) => id));
          next = page.more;
        }
        return all;
      };
      let found = await shown();
      expect(found.length, "the kills came in between").to.be.within(1, statements - 1);
      for (let tries = 0; tries < 200 && found.length < statements; tries += 1) {
        await pause(300);
        found = await shown();
      }
      expect(found).to.deep.equal(ids);
    } finally {
      await killed(child);
      await receiver.stop();
      await other.stop();
      await here.drop();
    }
  });
}

describe("forwarding by a process that is killed, on SQLite", () => contract(sqliteDatabase));
describeWith("mongodb", "forwarding by a process that is killed, on MongoDB", (server) =>
  contract(() => mongoDatabase(server)),
);
