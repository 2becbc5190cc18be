import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { expect } from "chai";
import { uuidPattern } from "../../../src/foundation/kernel/index.js";
import { allowFraming, speak, translatorOf } from "../../../src/foundation/web/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { assetRoots } from "../../../src/foundation/web/assets.js";
import { aSite, type Answer, type Site } from "./site.js";

const font = readdirSync(assetRoots.fonts[0]).find((name) => name.endsWith(".woff2")) ?? "";
const ownAssets = readdirSync(assetRoots.own).filter((name) => /\.(css|js)$/.test(name));

const directives = ({ headers }: Answer): Record<string, string> =>
  Object.fromEntries(
    String(headers["content-security-policy"])
      .split("; ")
      .map((part) => [part.slice(0, part.indexOf(" ")), part.slice(part.indexOf(" ") + 1)]),
  );

describe("every answer", () => {
  let site: Site;
  const origin = { value: "https://lms.example" };
  before(async () => {
    site = await aSite((app) => {
      app.get("/page/:id", (_req, res) => void res.send("hello"));
      app.get("/framed", (_req, res) => {
        allowFraming(res, new URL(origin.value), ["https://lms.example:8443", "https://x.example; sandbox"]);
        res.send("framed");
      });
      app.get("/anyone", (_req, res) => {
        allowFraming(res, "anyone");
        res.send("refused");
      });
      app.get("/crash", () => {
        throw new Error("x");
      });
      app.get("/words", (_req, res) => void res.send(translatorOf(res).locale));
    });
  });
  after(() => site.close());

  const paths = [
    "/page/1",
    "/nowhere",
    "/crash",
    "/page/%ff",
    `/assets/fonts/${font}`,
    "/assets/nothing.css",
    "/assets/%ff",
    "/assets",
  ];

  it("has security headers, a policy that nobody may frame it, and the request's number", async () => {
    for (const path of paths) {
      const answer = await site.ask(path);
      expect(answer.headers, path).to.include({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(directives(answer), path).to.deep.equal({
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
      });
      expect(answer.headers["x-request-id"], path).to.match(uuidPattern);
      expect(answer.headers, path).not.to.have.any.keys("x-powered-by", "server", "x-frame-options");
    }
  });

  it("has a number of its own", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => site.ask("/page/1")));
    expect(new Set(answers.map(({ headers }) => headers["x-request-id"])).size).to.equal(20);
  });

  it("asks for https in production only", async () => {
    const header = "strict-transport-security";
    expect((await site.ask("/page/1")).headers).not.to.have.property(header);
    const strict = await aSite(() => undefined, { production: true });
    expect((await strict.ask("/nowhere")).headers[header]).to.equal("max-age=31536000");
    await strict.close();
  });

  it("may be framed by one origin when it says so", async () => {
    const found = directives(await site.ask("/framed"));
    expect(found["frame-ancestors"]).to.equal("https://lms.example");
    expect(directives(await site.ask("/anyone"))["frame-ancestors"]).to.equal("*");
  });

  it("may never be framed by an origin that would say more in the policy than itself", async () => {
    for (const value of [
      "https://*",
      "https://*.example",
      "https://a;sandbox",
      "about:blank",
      "data:,x",
      "https://a,b",
      "https://'self'",
    ]) {
      origin.value = value;
      const answer = await site.ask("/framed");
      expect(directives(answer)["frame-ancestors"], value).to.equal("'none'");
    }
    origin.value = "https://lms.example/moodle/?a=1#b";
    const { "form-action": actions, "frame-ancestors": ancestors } = directives(await site.ask("/framed"));
    expect([actions, ancestors]).to.deep.equal(["'self' https://lms.example:8443", "https://lms.example"]);
  });

  it("is in the language that the browser asks for, else in English", async () => {
    for (const header of ["en-GB,en;q=0.5", "xx", "", "*", ";;q=", "a".repeat(3000)]) {
      expect((await site.ask("/words", { headers: { "accept-language": header } })).text).to.equal("en");
    }
    const catalogues = loadCatalogues(new URL("../../../views/locales", import.meta.url).pathname);
    const switched = await aSite((app) => {
      app.get("/", (_req, res) => {
        speak(res, catalogues, ["en-US"]);
        res.json({ ...(res.locals as { lang: string; dir: string }), translator: null });
      });
    });
    expect(JSON.parse((await switched.ask("/")).text)).to.include({ lang: "en", dir: "ltr" });
    await switched.close();
  });

  it("survives headers without measure", async () => {
    const answers = await Promise.all([
      site.ask("/page/1", { headers: { "x-long": "x".repeat(50_000) } }).catch(() => undefined),
      site
        .ask("/page/1", {
          headers: Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [`x-${String(n)}`, "y"])),
        })
        .catch(() => undefined),
      site.ask("/page/1", { headers: { cookie: "; ".repeat(5000) } }),
    ]);
    for (const answer of answers) expect(answer?.status ?? 431).to.be.below(500);
    expect((await site.ask("/page/1")).status).to.equal(200);
  });

  it("survives 50 000 headers and requests that are no HTTP", async () => {
    const many = `GET /page/1 HTTP/1.1\r\nHost: x\r\n${"a: b\r\n".repeat(50_000)}\r\n`;
    for (const text of [
      many,
      "\0\0\0\r\n\r\n",
      "GET\r\n\r\n",
      "GET /page/1 HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "GET /page/\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ]) {
      expect(await speakTo(site.port, text)).not.to.match(/^HTTP\/1\.1 5/);
    }
    expect((await site.ask("/page/1")).status).to.equal(200);
  });

  describe("of an asset", () => {
    it("has the right type", async () => {
      const answer = await site.ask(`/assets/fonts/${font}`);
      expect([answer.status, answer.headers["content-type"]]).to.deep.equal([200, "font/woff2"]);
      for (const name of ownAssets) {
        const { status, headers } = await site.ask(`/assets/${name}`);
        expect(status).to.equal(200);
        expect(headers["content-type"]).to.match(name.endsWith(".css") ? /^text\/css/ : /^text\/javascript/);
      }
    });

    it("is kept for ever by its version, and asked for again without one", async () => {
      const cache = async (query: string): Promise<unknown> =>
        (await site.ask(`/assets/fonts/${font}${query}`)).headers["cache-control"];
      expect(await cache("?v=abc-_1")).to.equal("public, max-age=31536000, immutable");
      for (const query of ["", "?", "?v=", "?w=1", "?v=a/b"]) expect(await cache(query)).to.equal("no-cache");
      const { headers } = await site.ask(`/assets/fonts/${font}`);
      const again = await site.ask(`/assets/fonts/${font}`, { headers: { "if-none-match": headers.etag } });
      expect([again.status, again.text]).to.deep.equal([304, ""]);
    });

    it("is refused with the right status when a wrong part or version is asked for", async () => {
      const asked = async (headers: Record<string, string>): Promise<number> =>
        (await site.ask(`/assets/fonts/${font}`, { headers })).status;
      expect(await asked({ range: "bytes=99999999-" })).to.equal(416);
      expect(await asked({ "if-match": '"other"' })).to.equal(412);
      expect(await asked({ range: "bytes=0-3" })).to.equal(206);
    });

    it("leads to no file outside, and to no list of files", async () => {
      const ways = [
        "/assets/../package.json",
        "/assets/..%2f..%2fpackage.json",
        "/assets/%2e%2e/%2e%2e/package.json",
        "/assets/..\\..\\package.json",
        "/assets/..%5c..%5cpackage.json",
        "/assets/fonts/../../package.json",
        "/assets/fonts/..%2fpackage.json",
        "/assets//etc/passwd",
        "/assets/fonts/%2fetc%2fpasswd",
        "/assets/.gitignore",
        "/assets/fonts",
        "/assets/fonts/",
        "/assets/",
        `/assets/fonts/${font}%00.css`,
        `/assets/fonts/${font}/`,
      ];
      for (const way of ways) {
        const { status, text } = await site.ask(way);
        expect(status, way).to.equal(404);
        expect(text, way).not.to.contain("dependencies").and.not.to.contain("root:");
      }
    });

    it("can't be posted to", async () => {
      expect((await site.post(`/assets/fonts/${font}`, "a=b")).status).to.equal(404);
    });
  });

  describe("leaves in the log", () => {
    it("its route's pattern, and nothing of the address that was asked for", async () => {
      const canary = "canary5f2";
      for (const path of [
        `/page/${canary}?name=${canary}`,
        `/${canary}?${canary}`,
        `/assets/${canary}?${canary}`,
        `/page/%ff${canary}`,
        `/crash?${canary}`,
      ]) {
        await site.ask(path, {
          headers: {
            "user-agent": canary,
            referer: `https://x/${canary}`,
            cookie: `a=${canary}`,
            authorization: canary,
          },
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(site.log.join("")).not.to.contain(canary);
      const routes = site.log.map((line) => (JSON.parse(line) as { route?: string }).route);
      expect(routes).to.include("/page/:id").and.to.include("(none)");
    });

    it("its number, so that what follows can be found", async () => {
      const id = String((await site.ask("/page/7")).headers["x-request-id"]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const [line, ...others] = site.log.filter((text) => text.includes(id));
      expect(others).to.deep.equal([]);
      expect(JSON.parse(line ?? "{}")).to.include({
        requestId: id,
        method: "GET",
        route: "/page/:id",
        status: 200,
      });
    });
  });
});

/** What a server answers to these bytes until it or we close. */
function speakTo(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes, "latin1"));
    socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
    socket.on("error", () => resolve(answer));
    socket.on("close", () => resolve(answer));
  });
}
