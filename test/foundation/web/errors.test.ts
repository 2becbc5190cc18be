import { expect } from "chai";
import { KnownError, uuidPattern } from "../../../src/foundation/kernel/index.js";
import { readForm, sendPage, sendProblem, WebError } from "../../../src/foundation/web/index.js";
import { aSite, type Answer, type Site } from "./site.js";

const canary = "anna.lind@academy.example";

describe("an error's answer", () => {
  let site: Site;
  before(async () => {
    site = await aSite(
      (app) => {
        app.get("/known", () => {
          throw new WebError("visit_expired");
        });
        app.get("/later", async () => {
          await Promise.resolve();
          throw new WebError("role_not_allowed");
        });
        app.get("/gap", () => {
          throw new KnownError("academy_unknown", 404);
        });
        app.get("/named", () => {
          throw new KnownError("academy_unknown", 404, { slug: "<script>alert(1)</script>" });
        });
        app.get("/wordless", () => {
          throw new KnownError("nobody_wrote_words", 418);
        });
        app.get("/unknown/:what", (req) => {
          const thrown: Record<string, unknown> = {
            error: new Error(`secret of ${canary}`),
            frames: new Error(`x\n    at ${canary} (a.ts:1:1)`),
            text: canary,
            null: null,
            nothing: undefined,
            object: { message: canary, status: "x" },
            status: Object.assign(new Error(canary), { status: 200 }),
            cause: new TypeError(canary, { cause: new Error(canary) }),
          };
          throw thrown[req.params.what];
        });
        app.get("/view", (_req, res) => sendPage(res, "no/such/view", { pageTitle: canary }));
        app.get("/half", (_req, res) => {
          res.write("half of ");
          throw new Error(canary);
        });
        app.get("/problem", (_req, res) => sendProblem(res, new WebError("not_found")));
        app.get("/xapi/x", () => {
          throw new WebError("body_too_large");
        });
        app.post("/form", readForm(), (_req, res) => void res.send("taken"));
      },
      { words: { zz: "x" } },
    );
  });
  after(() => site.close());

  const json = ({ text }: Answer): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

  it("is a page with the error's words, its code and the request's number", async () => {
    for (const [path, status, code] of [
      ["/known", 410, "visit_expired"],
      ["/later", 403, "role_not_allowed"],
      ["/nowhere", 404, "not_found"],
    ] as const) {
      const { headers, text, status: found } = await site.ask(path);
      const requestId = String(headers["x-request-id"]);
      expect([found, headers["content-type"]]).to.deep.equal([status, "text/html; charset=utf-8"]);
      expect(requestId).to.match(uuidPattern);
      expect(text).to.contain(code).and.to.contain(requestId).and.to.contain("<h1>");
      expect(text).not.to.contain("⟦").and.not.to.contain("…");
      expect(headers["cache-control"]).to.contain("no-store");
    }
  });

  it("is a problem document for whoever prefers data, and for the LRS's clients", async () => {
    const asked: [string, string | undefined][] = [
      ["/known", "application/json"],
      ["/known", "application/problem+json"],
      ["/known", "application/json, text/html;q=0.5"],
      ["/xapi/x", "text/html"],
      ["/xapi", undefined],
    ];
    for (const [path, accept] of asked) {
      const answer = await site.ask(path, { headers: accept ? { accept } : {} });
      expect(answer.headers["content-type"], `${path} ${String(accept)}`).to.equal(
        "application/problem+json; charset=utf-8",
      );
      expect(json(answer)).to.include({ status: answer.status, requestId: answer.headers["x-request-id"] });
      expect(json(answer)).to.include.keys("type", "title", "detail", "code");
    }
    expect(json(await site.ask("/problem")).type).to.equal("urn:tessera:problem:not_found");
  });

  it("is a page for browsers, also below an address that only begins like the LRS's", async () => {
    for (const [path, accept] of [
      ["/known", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
      ["/known", "*/*"],
      ["/known", "image/png"],
      ["/known", ";;;,,q=="],
      ["/xapiary", "text/html"],
    ] as const) {
      expect((await site.ask(path, { headers: { accept } })).headers["content-type"]).to.contain("text/html");
    }
  });

  it("shows values as text, never as markup", async () => {
    const { text } = await site.ask("/named");
    expect(text).to.contain("&lt;script&gt;").and.not.to.contain("<script>");
  });

  it("stands also when a value of its words was not given, and when nobody wrote words", async () => {
    expect((await site.ask("/gap")).status).to.equal(404);
    expect((await site.ask("/gap")).text).to.contain("There is no such academy");
    expect((await site.ask("/wordless")).status).to.equal(418);
  });

  it("says nothing of an error that nobody foresaw, neither to the person nor in the log", async () => {
    const printed: string[] = [];
    const { error: printError } = console;
    console.error = (...parts: unknown[]) => void printed.push(parts.join(" "));
    try {
      for (const what of ["error", "frames", "text", "object", "status", "cause"]) {
        for (const accept of ["text/html", "application/json"]) {
          const answer = await site.ask(`/unknown/${what}`, { headers: { accept } });
          expect(answer.status, what).to.equal(500);
          expect(answer.text, what).to.contain("unexpected").and.not.to.contain(canary);
          expect(answer.text).not.to.contain(".ts").and.not.to.contain("node_modules");
        }
      }
      for (const path of ["/view", "/unknown/null", "/unknown/nothing"]) {
        expect((await site.ask(path)).text)
          .not.to.contain(canary)
          .and.not.to.contain("node_modules");
      }
    } finally {
      console.error = printError;
    }
    expect(printed).to.deep.equal([]);
    expect(site.log.join("")).not.to.contain(canary);
    expect(
      site.log.some((line) => line.includes('"error":"TypeError"') && line.includes('"frames":"at ')),
    ).to.equal(true);
  });

  it("cuts off an answer that was half sent, and prints nothing", async () => {
    const printed: unknown[] = [];
    const { error: printError } = console;
    console.error = (...parts: unknown[]) => void printed.push(parts);
    try {
      const error = await site.ask("/half").catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error);
    } finally {
      console.error = printError;
    }
    expect(printed).to.deep.equal([]);
  });

  it("is a plain text without details when even its page can't be made", async () => {
    const broken = await aSite(
      (app) => {
        app.get("/", () => {
          throw new Error(canary);
        });
      },
      { views: { "errors/error.hbs": "{{#if}} broken template", "layouts/test.hbs": "{{{body}}}" } },
    );
    const printed: unknown[] = [];
    const { error: printError } = console;
    console.error = (...parts: unknown[]) => void printed.push(parts);
    try {
      const answer = await broken.ask("/");
      expect(answer.status).to.equal(500);
      expect(answer.headers["content-type"]).to.contain("application/problem+json");
      expect(answer.headers["content-security-policy"]).to.contain("default-src 'none'");
      expect(answer.text)
        .to.contain("unexpected")
        .and.not.to.contain(canary)
        .and.not.to.contain("node_modules");
      expect((await broken.ask("/nowhere")).status).to.equal(404);
    } finally {
      console.error = printError;
      await broken.close();
    }
    expect(printed).to.deep.equal([]);
    expect(broken.log.filter((line) => line.includes("frames")).length).to.be.at.least(1);
  });

  describe("to a damaged request is the sender's fault:", () => {
    const form = "application/x-www-form-urlencoded";
    const damaged: Record<string, [number, () => Promise<Answer>]> = {
      "a path that can't be decoded": [400, () => site.ask("/unknown/%ff")],
      "a broken escape": [400, () => site.ask("/unknown/%E0%A4%A")],
      "a path that can't be decoded and leads nowhere": [404, () => site.ask("/%ff")],
      "a path that can't be decoded among the assets": [404, () => site.ask("/assets/%ff")],
      "a NUL in a path": [404, () => site.ask("/assets/a%00b")],
      "a NUL in another path": [404, () => site.ask("/%00")],
      "a body above the limit": [413, () => site.post("/form", `a=${"x".repeat(70_000)}`)],
      "a body far above the limit": [413, () => site.post("/form", "x".repeat(3_000_000))],
      "too many fields": [413, () => site.post("/form", "a&".repeat(600))],
      "a body that is no gzip": [400, () => site.post("/form", "no gzip", { "content-encoding": "gzip" })],
      "a body that is no deflate": [
        400,
        () => site.post("/form", "nothing", { "content-encoding": "deflate" }),
      ],
      "an encoding that nobody knows": [400, () => site.post("/form", "a=b", { "content-encoding": "zip" })],
      "a charset that nobody knows": [
        400,
        () => site.post("/form", "a=b", { "content-type": `${form}; charset=utf-7` }),
      ],
    };
    for (const [what, [status, ask]] of Object.entries(damaged)) {
      it(what, async () => {
        const answer = await ask();
        expect(answer.status).to.equal(status);
        expect(answer.text).not.to.contain("node_modules");
      });
    }
  });
});
