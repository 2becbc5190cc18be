import { expect } from "chai";
import { createServer, type RequestListener, type Server } from "node:http";
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import { gzipSync } from "node:zlib";
import {
  createOutbound,
  OutboundError,
  type Outbound,
  type OutboundRequest,
} from "../../../src/foundation/outbound/index.js";

/** Servers that mean harm: what they send is bounded, whatever it is. */
describe("the way out to a server that means harm", () => {
  let outbound: Outbound;
  const servers: (Server | TcpServer)[] = [];
  const sockets = new Set<Socket>();

  beforeEach(() => (outbound = createOutbound({ allowPrivate: true, userAgent: "Tessera/test" })));
  afterEach(async () => {
    await outbound.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  });

  async function listening(server: Server | TcpServer): Promise<string> {
    servers.push(server);
    server.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }
  const answering = (listener: RequestListener): Promise<string> => listening(createServer(listener));
  /** A server that speaks no proper HTTP. */
  const speaking = (speak: (socket: Socket) => void): Promise<string> =>
    listening(
      createTcpServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => speak(socket));
      }),
    );
  /** Writes the same again and again, as fast as it is read. */
  const pour = (socket: Socket, text: string): void => {
    const more = (): void => {
      if (socket.destroyed) return;
      if (socket.write(text)) setImmediate(more);
      else socket.once("drain", more);
    };
    more();
  };

  async function refusal(url: string, request?: OutboundRequest): Promise<{ code: string; ms: number }> {
    const begun = performance.now();
    try {
      await outbound.fetch(url, request);
    } catch (error) {
      expect(error).to.be.instanceOf(OutboundError);
      return { code: (error as OutboundError).code, ms: performance.now() - begun };
    }
    return expect.fail(`${url} was fetched`);
  }

  it("refuses headers without end, and one header without end", async () => {
    const many = await speaking((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      pour(socket, "X-A: b\r\n");
    });
    expect((await refusal(many)).code).to.equal("outbound_failed");
    const long = await speaking((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nX-A: ");
      pour(socket, "b".repeat(1000));
    });
    expect((await refusal(long)).code).to.equal("outbound_failed");
  });

  it("gives up on interim answers without end", async () => {
    const url = await speaking((socket) => pour(socket, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"));
    const { code, ms } = await refusal(url, { timeoutMs: 300 });
    expect(code).to.be.oneOf(["outbound_failed", "outbound_timeout"]);
    expect(ms).to.be.lessThan(2000);
  });

  it("gives up on headers that drip", async () => {
    const url = await speaking((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const drip = setInterval(() => socket.write("X"), 20);
      socket.once("close", () => clearInterval(drip));
    });
    expect((await refusal(url, { timeoutMs: 200 })).code).to.equal("outbound_timeout");
  });

  it("stops reading a bomb within a bomb", async () => {
    const once = gzipSync(Buffer.alloc(60 * 2 ** 20));
    const twice = gzipSync(once);
    const url = await answering((_req, res) =>
      res.writeHead(200, { "Content-Encoding": "gzip, gzip" }).end(twice),
    );
    expect((await refusal(url)).code).to.equal("outbound_too_large");
  });

  it("holds no more of a bomb than it was allowed to read", async () => {
    const bomb = gzipSync(Buffer.alloc(120 * 2 ** 20));
    const url = await answering((_req, res) => res.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb));
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    const { code, ms } = await refusal(url, { maxBytes: 512 * 1024 });
    clearInterval(watch);
    expect(code).to.equal("outbound_too_large");
    expect(ms).to.be.lessThan(2000);
    expect(peak - before).to.be.lessThan(60 * 2 ** 20);
  });

  it("refuses a length that it would not read, before it reads", async () => {
    let sent = 0;
    const url = await answering((_req, res) => {
      res.writeHead(200, { "Content-Length": String(2 ** 30) });
      const more = (): void => {
        if (res.destroyed) return;
        sent += 65_536;
        if (res.write(Buffer.alloc(65_536))) setImmediate(more);
        else res.once("drain", more);
      };
      more();
    });
    expect((await refusal(url, { maxBytes: 1000 })).code).to.equal("outbound_too_large");
    expect(sent).to.be.lessThan(32 * 2 ** 20);
  });
});
