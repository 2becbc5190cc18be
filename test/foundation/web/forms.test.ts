import { expect } from "chai";
import fc from "fast-check";
import { field, fields, queryParameter, readForm } from "../../../src/foundation/web/index.js";
import { aSite, type Site } from "./site.js";

describe("a posted form", () => {
  let site: Site;
  before(async () => {
    site = await aSite((app) => {
      app.post("/form/:name", readForm(), (req, res) => {
        const { name } = req.params as { name: string };
        res.json({
          one: field(req, name) ?? null,
          all: fields(req, name),
          own: ({} as Record<string, unknown>).polluted ?? null,
        });
      });
      app.post("/small", readForm({ limit: "10b" }), (_req, res) => void res.send("taken"));
      app.post(
        "/unread",
        (req, res) => void res.json({ one: field(req, "a") ?? null, all: fields(req, "a") }),
      );
      app.get(
        "/query/:name",
        (req, res) => void res.json({ one: queryParameter(req, req.params.name) ?? null }),
      );
    });
  });
  after(() => site.close());

  interface Read {
    one: string | null;
    all: string[];
    own: unknown;
  }
  const read = async (name: string, body: string): Promise<Read> => {
    const { status, text } = await site.post(`/form/${encodeURIComponent(name)}`, body);
    expect(status).to.equal(200);
    return JSON.parse(text) as Read;
  };

  it("gives a field that was sent once", async () => {
    expect(await read("a", "a=b+c%20d&x=1")).to.deep.include({ one: "b c d", all: ["b c d"] });
    expect(await read("a", "a=")).to.deep.include({ one: "", all: [""] });
  });

  it("gives no single value of a field that was sent more than once, but all in order", async () => {
    expect(await read("a", "a=1&a=2")).to.deep.include({ one: null, all: ["1", "2"] });
    const many = Array.from({ length: 400 }, (_, n) => String(n));
    expect((await read("a", many.map((n) => `a=${n}`).join("&"))).all).to.deep.equal(many);
  });

  it("gives nothing of a field that was not sent, whatever its name", async () => {
    for (const name of ["b", "__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(await read(name, "a=1"), name).to.deep.include({ one: null, all: [] });
    }
  });

  it("changes no prototype and builds no objects out of names", async () => {
    for (const body of [
      "__proto__=x",
      "__proto__[polluted]=1",
      "constructor[prototype][polluted]=1",
      "a[b]=1",
      "a[]=1&a[]=2",
      "a[0]=1",
      "a.b=1",
      "hasOwnProperty=1",
    ]) {
      expect(await read("a", body), body).to.deep.include({ one: null, own: null });
    }
    expect(await read("hasOwnProperty", "hasOwnProperty=1")).to.include({ one: "1" });
  });

  it("gives NULs, broken escapes and foreign scripts as they came", async () => {
    expect((await read("a", "a=x%00y")).one).to.equal("x\0y");
    expect((await read("a", "a=%zz%")).one).to.equal("%zz%");
    expect((await read("a", "a=%D0%B4%E2%82%AC")).one).to.equal("д€");
  });

  it("gives back what a browser sends of any texts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 }), async (texts) => {
        const body = new URLSearchParams(texts.map((text): [string, string] => ["a", text]));
        expect((await read("a", body.toString())).all).to.deep.equal(texts);
      }),
      { numRuns: 40 },
    );
  });

  it("is empty when it is no urlencoded form, or was not read", async () => {
    const types = [
      "multipart/form-data; boundary=x",
      "multipart/form-data",
      "text/plain",
      "application/json",
      "x",
      "",
    ];
    for (const type of types) {
      for (const body of [
        "a=1",
        "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
        '{"a":1}',
        "",
        "\0",
      ]) {
        const { status, text } = await site.post("/form/a", body, { "content-type": type });
        expect(status, type).to.equal(200);
        expect(JSON.parse(text), type).to.deep.include({ one: null, all: [] });
      }
    }
    expect(JSON.parse((await site.post("/unread", "a=1")).text)).to.deep.equal({ one: null, all: [] });
  });

  it("is refused above its route's own limit", async () => {
    expect((await site.post("/small", "a=1")).status).to.equal(200);
    expect((await site.post("/small", "a=1234567890")).status).to.equal(413);
  });

  it("is refused with more than 500 fields, whichever way it is read", async () => {
    const form = (count: number): string => Array.from({ length: count }, () => "a=1").join("&");
    for (const type of ["", "; charset=utf-8; of=somebody"]) {
      const headers = { "content-type": `application/x-www-form-urlencoded${type}` };
      expect((await site.post("/form/a", form(500), headers)).status, type).to.equal(200);
      expect((await site.post("/form/a", form(501), headers)).status, type).to.equal(413);
    }
  });

  it("is never the reason of a failure, whatever its bytes are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { status } = await site.ask("/form/a", {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: Buffer.from(bytes),
        });
        expect(status).to.equal(200);
      }),
      { numRuns: 60 },
    );
  });

  it("has a query beside it whose parameters count only when they were sent once", async () => {
    const one = async (name: string, query: string): Promise<unknown> =>
      (JSON.parse((await site.ask(`/query/${name}?${query}`)).text) as Read).one;
    expect(await one("a", "a=1")).to.equal("1");
    for (const [name, query] of [
      ["a", "a=1&a=2"],
      ["a", "b=1"],
      ["a", "a[]=1"],
      ["a", "a[b]=1"],
      ["__proto__", "a=1"],
      ["toString", ""],
    ] as const) {
      expect(await one(name, query), query).to.equal(null);
    }
    expect(await one("a", "a=%ff%00")).to.be.a("string");
  });
});
