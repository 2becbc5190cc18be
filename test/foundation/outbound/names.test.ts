import { expect } from "chai";
import type { LookupAddress } from "node:dns";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createOutbound, OutboundError } from "../../../src/foundation/outbound/index.js";

const here: LookupAddress = { address: "127.0.0.1", family: 4 };
const inside: LookupAddress = { address: "fd00::1", family: 6 };
/** Public, and nobody's. */
const away: LookupAddress = { address: "2000::1", family: 6 };

describe("a name that is fetched from", () => {
  let server: Server;
  let port: number;
  let connections: number;
  beforeEach(async () => {
    connections = 0;
    server = createServer((req, res) => res.end(req.headers.host));
    server.on("connection", () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const knowing = (allowPrivate: boolean, addresses: LookupAddress[], asked: string[] = []) =>
    createOutbound({
      ...{ allowPrivate, userAgent: "Tessera/test" },
      resolve: (hostname) => {
        asked.push(hostname);
        return Promise.resolve(addresses);
      },
    });

  it("is looked up once for a connection, and the connection goes where it led", async () => {
    const asked: string[] = [];
    const outbound = knowing(true, [here], asked);
    const { text } = await outbound.fetch(`http://far.example:${String(port)}/`);
    await outbound.close();
    expect(text).to.equal(`far.example:${String(port)}`);
    expect(asked).to.deep.equal(["far.example"]);
  });

  it("is refused in production when one of its addresses is private, whichever it is", async () => {
    for (const addresses of [[here], [here, away], [away, here], [inside, away], [away, away, inside]]) {
      const outbound = knowing(false, addresses);
      const error: unknown = await outbound
        .fetch(`https://far.example:${String(port)}/`)
        .catch((e: unknown) => e);
      await outbound.close();
      expect(error).to.be.instanceOf(OutboundError);
      const { code, data } = error as OutboundError;
      expect({ code, data }, JSON.stringify(addresses)).to.deep.equal({
        ...{ code: "outbound_private_address", data: { host: "far.example" } },
      });
    }
    expect(connections).to.equal(0);
  });

  it("that leads to public addresses alone is asked there, in production too", async () => {
    const outbound = knowing(false, [away]);
    const asking = outbound.fetch(`https://far.example:${String(port)}/`, { timeoutMs: 300 });
    const error: unknown = await asking.catch((e: unknown) => e);
    await outbound.close();
    expect((error as OutboundError).code).to.be.oneOf(["outbound_failed", "outbound_timeout"]);
  });
});
