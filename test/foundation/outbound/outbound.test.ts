import { expect } from "chai";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import {
  createOutbound,
  OutboundError,
  type Outbound,
  type OutboundRequest,
} from "../../../src/foundation/outbound/index.js";

describe("the way out", () => {
  let server: Server;
  let answer: RequestListener;
  let base: string;
  const sockets = new Set<Socket>();
  let outbound: Outbound;

  beforeEach(async () => {
    answer = (_req, res) => res.end("hello");
    server = createServer((req, res) => answer(req, res));
    server.on("connection", (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    outbound = createOutbound({ allowPrivate: true, userAgent: "Tessera/test" });
  });
  afterEach(async () => {
    await outbound.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    sockets.clear();
  });

  async function refusal(url: string, request?: OutboundRequest, from = outbound): Promise<OutboundError> {
    try {
      await from.fetch(url, request);
    } catch (error) {
      expect(error).to.be.instanceOf(OutboundError);
      return error as OutboundError;
    }
    return expect.fail(`${url} was fetched`);
  }

  it("brings back status, headers and text", async () => {
    answer = (_req, res) => res.writeHead(404, { "X-Kind": "odd" }).end("nichts – да");
    const response = await outbound.fetch(base);
    expect(response).to.include({ status: 404, text: "nichts – да" });
    expect(response.headers.get("x-kind")).to.equal("odd");
  });

  it("does not let a server that never answers hold up its end", async () => {
    answer = () => undefined;
    const asked = new Promise<void>((resolve) => server.once("request", () => resolve()));
    const refused = refusal(base, { timeoutMs: 60_000 });
    await asked;
    await outbound.close();
    expect((await refused).code).to.equal("outbound_failed");
  });

  it("says who asks, unless a request says otherwise", async () => {
    answer = (req, res) => res.end(req.headers["user-agent"]);
    expect((await outbound.fetch(base)).text).to.equal("Tessera/test");
    expect((await outbound.fetch(base, { headers: { "User-Agent": "other" } })).text).to.equal("other");
  });

  it("opens a compressed answer", async () => {
    answer = (_req, res) => res.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("squeezed"));
    expect((await outbound.fetch(base)).text).to.equal("squeezed");
  });

  it("does not follow a redirect: it comes back as it is", async () => {
    let asked = 0;
    answer = (_req, res) => {
      asked += 1;
      res.writeHead(307, { Location: "http://169.254.169.254/latest/meta-data" }).end();
    };
    const response = await outbound.fetch(base, { method: "POST", body: "x" });
    expect([response.status, response.headers.get("location"), asked]).to.deep.equal([
      307,
      "http://169.254.169.254/latest/meta-data",
      1,
    ]);
  });

  it("sends a body once, also when the other side breaks off without an answer", async () => {
    const bodies: string[] = [];
    answer = (req) => {
      let body = "";
      req.on("data", (chunk: Buffer) => (body += chunk.toString()));
      req.on("end", () => {
        bodies.push(body);
        req.socket.destroy();
      });
    };
    expect((await refusal(base, { method: "POST", body: "a score" })).code).to.equal("outbound_failed");
    expect(bodies).to.deep.equal(["a score"]);
  });

  it("sends a body once over a kept connection that the other side has just closed", async () => {
    const bodies: string[] = [];
    answer = (req, res) => {
      let body = "";
      req.on("data", (chunk: Buffer) => (body += chunk.toString()));
      req.on("end", () => {
        bodies.push(body);
        if (bodies.length === 1) res.end("ok");
        else req.socket.destroy();
      });
    };
    await outbound.fetch(base, { method: "POST", body: "first" });
    await refusal(base, { method: "POST", body: "second" });
    expect(bodies).to.deep.equal(["first", "second"]);
  });

  describe("gives up in time", () => {
    const timeoutMs = 150;
    const slow: Record<string, RequestListener> = {
      "when nothing is answered": () => undefined,
      "when the head comes and no body": (_req, res) => res.writeHead(200).flushHeaders(),
      "when the body drips": (_req, res) => {
        res.writeHead(200);
        const drip = setInterval(() => res.write("."), 20);
        res.on("close", () => clearInterval(drip));
      },
    };
    for (const [when, listener] of Object.entries(slow)) {
      it(when, async () => {
        answer = listener;
        const begun = performance.now();
        const error = await refusal(base, { timeoutMs });
        expect(performance.now() - begun).to.be.within(timeoutMs - 20, 4500);
        expect(error).to.include({ code: "outbound_timeout", status: 504 });
        expect(error.data).to.deep.equal({ host: "127.0.0.1" });
      });
    }

    it("when the caller says so", async () => {
      answer = () => undefined;
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      expect((await refusal(base, { signal: controller.signal })).code).to.equal("outbound_failed");
      expect((await refusal(base, { signal: AbortSignal.abort() })).code).to.equal("outbound_failed");
    });
  });

  describe("stops reading", () => {
    it("at the limit, and not before", async () => {
      answer = (_req, res) => res.end("x".repeat(1000));
      expect((await outbound.fetch(base, { maxBytes: 1000 })).text).to.have.length(1000);
      expect((await refusal(base, { maxBytes: 999 })).code).to.equal("outbound_too_large");
    });

    it("at the limit of the opened text when a small answer grows without end", async () => {
      answer = (_req, res) =>
        res.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(Buffer.alloc(50 * 2 ** 20)));
      expect((await refusal(base)).code).to.equal("outbound_too_large");
    });

    it("an answer that never ends, and closes its connection", async () => {
      let closed = false;
      answer = (_req, res) => {
        const more = (): void => {
          if (res.write("x".repeat(65_536))) setImmediate(more);
          else res.once("drain", more);
        };
        res.on("close", () => (closed = true));
        more();
      };
      expect((await refusal(base, { maxBytes: 100_000 })).code).to.equal("outbound_too_large");
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(closed).to.equal(true);
    });
  });

  it("tells a broken answer by its own error", async () => {
    answer = (_req, res) => res.writeHead(200, { "Content-Encoding": "gzip" }).end("no gzip at all");
    expect((await refusal(base)).code).to.equal("outbound_failed");
    answer = (req) => req.socket.end("HTTP/1.1 nonsense\r\n\r\n");
    expect((await refusal(base)).code).to.equal("outbound_failed");
  });

  it("carries many requests at once", async () => {
    answer = (req, res) => void setTimeout(() => res.end(req.url), 20);
    const paths = Array.from({ length: 60 }, (_, n) => `/${String(n)}`);
    const texts = await Promise.all(paths.map(async (path) => (await outbound.fetch(base + path)).text));
    expect(texts).to.deep.equal(paths);
  });

  it("keeps connections, and leaves none behind when it is closed", async () => {
    for (let n = 0; n < 5; n += 1) {
      await outbound.fetch(base);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(sockets.size).to.equal(1);
    await outbound.close();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([...sockets].every((socket) => socket.destroyed)).to.equal(true);
    expect((await refusal(base)).code).to.equal("outbound_failed");
    outbound = createOutbound({ allowPrivate: true, userAgent: "next" });
  });

  it("refuses, in any mode, what is no plain web address", async () => {
    const urls = [
      "",
      "/path",
      "ftp://a.example",
      "file:///etc/passwd",
      "data:,x",
      "javascript:1",
      "https://",
      "http://a:b@127.0.0.1",
      "http://a@127.0.0.1",
    ];
    for (const url of urls) expect((await refusal(url)).code, url).to.equal("outbound_url_refused");
  });

  it("refuses a header that would break the request in two", async () => {
    expect((await refusal(base, { headers: { "X-A": "b\r\nX-C: d" } })).code).to.equal("outbound_failed");
  });

  describe("in production", () => {
    let strict: Outbound;
    beforeEach(() => (strict = createOutbound({ allowPrivate: false, userAgent: "Tessera/test" })));
    afterEach(() => strict.close());
    const asked = (): number => sockets.size;

    it("refuses plain http", async () => {
      expect((await refusal("http://tessera.example", {}, strict)).code).to.equal("outbound_url_refused");
    });

    it("refuses every way to write a private address", async () => {
      const { port } = new URL(base);
      const hosts = [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1.",
        "１２７.0.0.1",
        "127。0。0。1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[::7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "[::]",
        "0.0.0.0",
        "0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
      ];
      for (const host of hosts) {
        expect((await refusal(`https://${host}:${port}/`, {}, strict)).code, host).to.equal(
          "outbound_private_address",
        );
      }
      expect(asked()).to.equal(0);
    });

    it("refuses a name that leads to a private address, and connects nowhere", async () => {
      const error = await refusal(`https://localhost:${new URL(base).port}/`, {}, strict);
      expect(error.code).to.equal("outbound_private_address");
      expect(error.data).to.deep.equal({ host: "localhost" });
      expect(asked()).to.equal(0);
    });
  });
});
