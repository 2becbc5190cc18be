import { expect } from "chai";
import { Agent, request } from "node:http";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import { serve, type Listening } from "../../../src/foundation/web/index.js";

const loopback = { host: "127.0.0.1", port: 0 };

describe("a server", () => {
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const open: Listening[] = [];
  const start = async (handler: RequestListener): Promise<Listening> => {
    const listening = await serve(handler, loopback);
    open.push(listening);
    return listening;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((listening) => listening.close(0)));
  });
  const ask = (port: number, agent: Agent): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, agent }, (res) => {
        res.on("error", reject).resume();
        res.on("end", () => resolve(String(res.statusCode)));
      })
        .on("error", reject)
        .end();
    });

  it("tells when its port is taken", async () => {
    const first = await start((_req, res) => res.end());
    const error = await serve(() => undefined, { host: "127.0.0.1", port: first.port }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property("code", "EADDRINUSE");
  });

  it("finishes what is under way when it is closed, takes nothing new, and waits no longer than that", async () => {
    const listening = await start((_req, res) => void setTimeout(() => res.end("done"), 150));
    const agent = new Agent({ keepAlive: true });
    const underWay = ask(listening.port, agent);
    await pause(50);
    const begun = performance.now();
    const closed = listening.close(8000);
    await pause(20);
    const late = await ask(listening.port, new Agent()).catch(
      (error: unknown) => (error as { code?: string }).code,
    );
    expect(late).to.equal("ECONNREFUSED");
    expect(await underWay).to.equal("200");
    await closed;
    expect(performance.now() - begun).to.be.below(6000);
    agent.destroy();
  });

  it("closes connections that are kept without a request at once", async () => {
    const listening = await start((_req, res) => res.end("done"));
    const agent = new Agent({ keepAlive: true });
    await ask(listening.port, agent);
    const begun = performance.now();
    await listening.close(8000);
    expect(performance.now() - begun).to.be.below(6000);
    agent.destroy();
  });

  it("closes connections that a browser opened ahead of need at once", async () => {
    const listening = await start((_req, res) => res.end("done"));
    const ahead = connect(listening.port, loopback.host);
    const ended = new Promise((resolve) => ahead.once("close", resolve));
    ahead.on("error", () => undefined);
    // The server has taken it by the time that it has answered a later connection.
    await ask(listening.port, new Agent());
    const begun = performance.now();
    await listening.close(8000);
    await ended;
    expect(performance.now() - begun).to.be.below(6000);
  });

  it("cuts off at the deadline what does not end", async () => {
    const listening = await start(() => undefined);
    const endless = ask(listening.port, new Agent()).catch(
      (error: unknown) => (error as { code?: string }).code,
    );
    await pause(50);
    const begun = performance.now();
    await listening.close(150);
    expect(performance.now() - begun).to.be.within(130, 6000);
    expect(await endless).to.equal("ECONNRESET");
  });
});
