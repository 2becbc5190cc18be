import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { validStatement } from "../xapi/arbitraries.js";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";

/** As long as one may take on a machine that others use as well. */
const longestMs = 10_000;
const mebibyte = 1024 * 1024;

describe("the statements resource with hostile bodies", () => {
  let lrs: AnLrs;
  before(async () => (lrs = await anLrs()));
  after(() => lrs.stop());

  const refused = [400, 403, 409, 413, 415];
  const send = async (body: Buffer | string, type = "application/json"): Promise<number> => {
    const begun = performance.now();
    const answer = await lrs.ask("/xapi/statements", {
      method: "POST",
      body: typeof body === "string" ? body : new Uint8Array(body),
      headers: { "Content-Type": type },
    });
    await answer.text();
    expect(performance.now() - begun, "ms").to.be.below(longestMs);
    return answer.status;
  };
  const text = (changes: Readonly<Record<string, unknown>> = {}): string =>
    JSON.stringify(aStatement(changes));

  it("refuses what is deep, long, of many keys or of many members, and answers others meanwhile", async function () {
    this.timeout(60_000);
    const keys = (count: number): string => Array.from({ length: count }, (_, n) => `"k${n}":0`).join(",");
    const extensions = (inside: string): string =>
      `${text().slice(0, -1)},"context":{"extensions":{"http://e/1":${inside}}}}`;
    const bodies = [
      "[".repeat(2 * mebibyte),
      "[".repeat(mebibyte) + "]".repeat(mebibyte),
      '{"a":'.repeat(500_000) + "1" + "}".repeat(500_000),
      extensions("[".repeat(100_000) + "]".repeat(100_000)),
      `{${keys(300_000)}}`,
      `${text().slice(0, -1)},${keys(300_000)}}`,
      `[${"1,".repeat(2 * mebibyte)}1]`,
      `[${Array.from({ length: 1001 }, () => text()).join(",")}]`,
      `"${"\\u0000".repeat(800_000)}"`,
      `${text().slice(0, -1)},"timestamp":"${"1".repeat(4 * mebibyte)}"}`,
      `${text().slice(0, -1)},"verb":{"id":"http://${"a/".repeat(2 * mebibyte)} "}}`,
      text({ actor: { mbox: `mailto:${"a".repeat(2 * mebibyte)}@` } }),
      text({ result: { duration: `P${"1".repeat(2 * mebibyte)}` } }),
      text({ context: { language: "a-".repeat(mebibyte) } }),
      text({ object: { objectType: "SubStatement", object: { objectType: "SubStatement" } } }),
      " ".repeat(6 * mebibyte),
    ];
    for (const body of bodies) expect(await send(body), body.slice(0, 60)).to.be.oneOf([400, 413]);
    const asked = bodies.map((body) => send(body));
    const other = await lrs.ask("/xapi/statements?limit=1");
    expect(other.status).to.equal(200);
    expect((await Promise.all(asked)).every((status) => [400, 413].includes(status))).to.equal(true);
  });

  it("holds no more memory after them than before", async function () {
    this.timeout(60_000);
    const heavy = `[${Array.from({ length: 1000 }, () => `{"a":"${"b".repeat(4000)}"}`).join(",")}]`;
    const resident = async (times: number): Promise<number> => {
      for (let n = 0; n < times; n += 1) expect(await send(heavy)).to.equal(400);
      await pause(20);
      return process.memoryUsage.rss();
    };
    const before = await resident(15);
    expect((await resident(40)) - before).to.be.below(150 * mebibyte);
  });

  it("keeps names that mean something elsewhere as nothing but names", async () => {
    const id = "33333333-0000-4000-8000-000000000001";
    const names =
      '"__proto__":{"polluted":1},"$where":"1","$set":{"$gt":""},"a.b":null,"constructor":{"prototype":{}}';
    const inside = `{${names}}`;
    const body = `${text({ id }).slice(0, -1)},"result":{"extensions":{"http://e/1":${inside}}}}`;
    expect(await send(body)).to.equal(200);
    const kept = await (await lrs.ask(`/xapi/statements?statementId=${id}`)).text();
    expect(kept).to.contain(inside);
    expect({}).to.not.have.property("polluted");
    for (const name of ["__proto__", "$where", "constructor", "toString", "a.b"])
      expect(await send(`${text().slice(0, -1)},"${name}":{}}`), name).to.equal(400);
  });

  /** What may be done to a body. */
  const mischief = fc.oneof(
    fc.record({ kind: fc.constant("cut"), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({
      kind: fc.constant("put"),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    }),
    fc.record({
      kind: fc.constant("put"),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc
        .constantFrom(
          '{"__proto__":',
          '"$gt":',
          "\u0000",
          "[[[[",
          '","',
          "\\ud800",
          "1e999",
          "--b\r\n",
          "null",
        )
        .map((word) => new Uint8Array(Buffer.from(word))),
    }),
  );
  const spoiled = (
    body: Buffer,
    tricks: readonly { kind: string; at: number; bytes?: Uint8Array }[],
  ): Buffer =>
    tricks.reduce((now, { at, bytes }) => {
      const from = Math.floor(at * now.length);
      return Buffer.concat(
        bytes === undefined ? [now.subarray(0, from)] : [now.subarray(0, from), bytes, now.subarray(from)],
      );
    }, body);
  const tricks = fc.array(mischief, { minLength: 1, maxLength: 3 });

  it("refuses or keeps whatever statements are made into, and never fails", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(validStatement, { minLength: 1, maxLength: 3 }),
        tricks,
        async (some, what) => {
          const body = spoiled(Buffer.from(JSON.stringify(some)), what);
          expect(await send(body)).to.be.oneOf([200, ...refused]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("refuses or keeps whatever JSON is there", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 5 }), async (body) => {
        // An empty list is no statement too many.
        expect(await send(body)).to.be.oneOf(body.trim() === "[]" ? [200, 400] : [400]);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses or keeps whatever parts are made into, and never fails", async function () {
    this.timeout(120_000);
    const sha2 = "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7";
    const attachment = { usageType: "http://e/u", display: {}, contentType: "text/plain", length: 5, sha2 };
    const whole = Buffer.from(
      [
        "--b\r\nContent-Type: application/json\r\n\r\n",
        text({ attachments: [attachment] }),
        `\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha2}\r\n\r\n`,
        "world\r\n--b--\r\n",
      ].join(""),
    );
    const types = fc.constantFrom(
      "multipart/mixed; boundary=b",
      'multipart/mixed; boundary="b"',
      "multipart/mixed",
      'multipart/mixed; boundary=""',
      `multipart/mixed; boundary=${"b".repeat(71)}`,
      "multipart/form-data; boundary=b",
      "application/json; charset=utf-16",
    );
    expect(await send(whole, "multipart/mixed; boundary=b")).to.equal(200);
    await fc.assert(
      fc.asyncProperty(types, tricks, async (type, what) => {
        expect(await send(spoiled(whole, what), type)).to.be.oneOf([200, ...refused]);
      }),
      { numRuns: 300 },
    );
    for (const body of ["--b\r\n".repeat(mebibyte), "--b\r\n\r\n".repeat(1002), "\r\n--b".repeat(mebibyte)])
      expect(await send(body, "multipart/mixed; boundary=b")).to.be.oneOf([400, 413]);
  });

  it("sends pages of bounded length, which lead to all there is", async function () {
    this.timeout(60_000);
    const large = (n: number) =>
      text({
        id: `44444444-0000-4000-8000-${String(n).padStart(12, "0")}`,
        result: { response: "x".repeat(mebibyte) },
      });
    for (let n = 0; n < 10; n += 1) {
      const sent = await lrs.ask("/xapi/statements", { method: "POST", body: large(n), as: "stranger" });
      expect(sent.status).to.equal(200);
    }
    const seen: string[] = [];
    for (let next = "/xapi/statements"; next !== "";) {
      const answer = await (await lrs.ask(next, { as: "stranger" })).text();
      expect(answer.length).to.be.below(5.1 * mebibyte);
      const page = JSON.parse(answer) as { statements: { id: string }[]; more: string };
      seen.push(...page.statements.map(({ id }) => id));
      next = page.more;
    }
    expect(new Set(seen)).to.have.property("size", 10);
    expect(seen).to.have.length(10);
  });
});
