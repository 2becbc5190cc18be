import { once } from "node:events";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import fc from "fast-check";
import { storeRows } from "../../kit/store-rows.js";
import { Corpus, urlOf, type Real } from "./a-corpus.js";
import { aFuzzedTool, registrationToken, type FuzzedTool } from "./a-fuzzed-tool.js";
import { canary, mutate, mutations, type Draft } from "./a-mutation.js";

/** How many requests. */
const count = Number(process.env["TESSERA_TEST_FUZZ"] ?? 2000);
/** Every so many goes over a socket. */
const overHttp = 20;
const rounds = 5;
/** Of the heap after a collection, from the second round to the last; one request kept would be 1 kb at the least. */
const mostGrowth = 4 * 2 ** 20;
/** Of what the process has resident, which a collection gives back when it likes: from the first two rounds to the last. */
const mostResidentGrowth = 64 * 2 ** 20;

// Whatever looks like a secret of ours (32 random bytes) or like a token's part; ids are UUIDs.
const secretLike = /[\w-]{43}|eyJ[\w-]{10}/;

/** What a log says of a request that it should not. */
function leaksIn(lines: readonly string[], secrets: readonly string[]): string[] {
  const known = [canary, registrationToken, ...secrets];
  return lines.filter((line) => secretLike.test(line) || known.some((secret) => line.includes(secret)));
}

describe("logins, launches and registrations that are anything but right", () => {
  let tool: FuzzedTool;
  let corpus: Corpus;
  const statuses = new Map<number, number>();
  let sent = 0;
  const heap: number[] = [];
  const resident: number[] = [];

  before(async () => {
    tool = await aFuzzedTool();
    corpus = new Corpus(tool);
  });
  after(() => tool.stop());

  // A platform that gives no sound answer to a registration is no fault of ours, and is told as 502.
  const check = (status: number, real: Real, what: string): void => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    sent += 1;
    const lines = tool.takeLog();
    const isPlatforms = status > 500 && real.draft.path.startsWith("/lti/register/");
    expect(isPlatforms ? 400 : status, `${what}\n${lines.join("")}`).to.be.within(100, 499);
    expect(leaksIn(lines, real.secrets), what).to.deep.equal([]);
  };

  const rightly = async (kind: () => Promise<Real>): Promise<void> => {
    const real = await kind();
    const answer = await corpus.send(real.draft);
    check(answer.status, real, real.draft.path);
    expect(answer.status, `${real.draft.path} ${answer.text}`).to.be.oneOf([200, 204, 303, 307, 400, 404]);
  };

  it("come from requests that work", async () => {
    for (const kind of corpus.kinds) await rightly(kind);
    // The corpus would be worth nothing if hardly any of it got through.
    expect((statuses.get(400) ?? 0) + (statuses.get(404) ?? 0)).to.be.at.most(2);
    expect(
      leaksIn([`{"state":"${"s".repeat(43)}"}`, `{"name":"${canary}"}`, "eyJhbGciOiJub25lIn0"], []),
    ).to.have.length(3);
  });

  it("are refused without a failure, without a secret in the log, and without being kept in memory", async function () {
    this.timeout(count * 60 + 60_000);
    const property = fc.asyncProperty(
      fc.nat(corpus.kinds.length - 1),
      mutations,
      fc.nat(overHttp - 1),
      async (kind, all, way) => {
        tool.clock.advance(20);
        const real = await corpus.kinds[kind]!();
        mutate(real.draft, all);
        const what = `${real.draft.method} ${urlOf(real.draft).slice(0, 300)}`;
        // What the way there said, and a socket's request that was noted late.
        expect(leaksIn(tool.takeLog(), real.secrets)).to.deep.equal([]);
        if (way > 0) check((await corpus.send(real.draft)).status, real, what);
        else check(await overSocket(real.draft, all[0]!.other), real, what);
      },
    );
    for (let round = 0; round < rounds; round += 1) {
      await fc.assert(property, { numRuns: Math.ceil(count / rounds) });
      forgetWhatTestsKeep(tool);
      heap.push(heapAfterCollection());
      resident.push(process.memoryUsage.rss());
    }
    const told = [...statuses].sort().map(([status, times]) => `${status}: ${times}`);
    const inMb = (all: readonly number[]) =>
      `${all.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(", ")} MB`;
    if (count > 2000) {
      console.log(
        `      ${sent} requests (${told.join(", ")}); heap ${inMb(heap)}; resident ${inMb(resident)}`,
      );
      expect(resident.at(-1)! - Math.max(resident[0]!, resident[1]!)).to.be.below(mostResidentGrowth);
    }
    expect(heap.at(-1)! - heap[1]!).to.be.below(mostGrowth);
  });

  it("leave the process alive, and as many logins as were begun at most", async () => {
    await rightly(corpus.kinds[4]!);
    const kept = async (): Promise<number> => (await storeRows(tool.database)).get("login_states")!.length;
    expect(await kept())
      .to.be.below(corpus.begun + 1)
      .and.above(0);
    tool.clock.advance(11 * 60_000);
    await tool.storage.lti.purgeLoginStates(tool.clock.now());
    expect(await kept()).to.equal(0);
  });

  /** The status; 400 also where the connection was closed without a word, as Node's server does with some. */
  async function overSocket(draft: Draft, at: number): Promise<number> {
    const socket = connect(tool.port, "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk) => (text += String(chunk)));
    socket.on("error", () => undefined);
    let isLate = false;
    socket.setTimeout(20_000, () => {
      isLate = true;
      socket.destroy();
    });
    const bytes = malformed(rawOf(draft, corpus.bytes(draft)), at);
    socket.end(bytes);
    await once(socket, "close").catch(() => undefined);
    expect(isLate, `${draft.method} ${draft.path}: no answer`).to.equal(false);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 400);
    corpus.note(status, /\r\nlocation: (\S+)/i.exec(text)?.[1] ?? "", text);
    return status;
  }
});

function rawOf(draft: Draft, body: Buffer): Buffer {
  const headers = [
    ["host", "tessera.test"],
    ["connection", "close"],
    ["content-length", String(body.length)],
  ];
  const lines = [...headers, ...draft.headers].map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(`${draft.method} ${urlOf(draft)} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`),
    body,
  ]);
}

/** What no HTTP client would write. */
function malformed(bytes: Buffer, at: number): Buffer {
  const place = at % bytes.length;
  const ways = [
    () => bytes,
    () => bytes,
    () => bytes.subarray(0, place),
    () => Buffer.concat([bytes.subarray(0, place), Buffer.from([0, 255, 13, 10]), bytes.subarray(place)]),
    () => Buffer.concat([bytes, bytes]),
    () => Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1"),
    () => Buffer.from(bytes.toString("latin1").replace("HTTP/1.1", "HTTP/9.9"), "latin1"),
    () =>
      Buffer.from(
        bytes.toString("latin1").replace("content-length", "transfer-encoding: chunked\r\ncontent-length"),
        "latin1",
      ),
  ];
  return ways[at % ways.length]!();
}

/** The platforms of this test note all that they are asked. */
function forgetWhatTestsKeep({ platform, registering }: FuzzedTool): void {
  platform.asked.length = 0;
  registering.heard.length = 0;
}

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
