import { expect } from "chai";
import { createLogger } from "../../../src/foundation/kernel/index.js";
import { probes, WebError } from "../../../src/foundation/web/index.js";
import { aSite } from "./site.js";

describe("the probes", () => {
  it("say that it can't serve, and the log says why once for each time", async () => {
    let fault: Error | undefined;
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    const site = await aSite((app) =>
      app.use(probes(() => (fault ? Promise.reject(fault) : Promise.resolve()), logger)),
    );
    const ask = async () => (await site.ask("/readyz")).status;
    const failWith = async (error: Error) => {
      fault = error;
      return [await ask(), await ask()];
    };
    expect(await ask()).to.equal(200);
    expect(await failWith(new WebError("service_stopping"))).to.deep.equal([503, 503]);
    fault = undefined;
    expect(await ask()).to.equal(200);
    expect(await failWith(new RangeError("with a name in it"))).to.deep.equal([503, 503]);
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told).to.have.length(2);
    expect(told[0]).to.include({ level: 50, code: "service_stopping" });
    expect(told[1]).to.include({ level: 50, error: "RangeError" });
    expect(lines.join("")).not.to.include("with a name in it");
    expect((await site.ask("/healthz")).status).to.equal(200);
    await site.close();
  });

  it("are asked anew each time, whatever stands between", async () => {
    const site = await aSite((app) => app.use(probes(() => Promise.resolve(), createLogger("silent"))));
    for (const path of ["/healthz", "/readyz"])
      expect((await site.ask(path)).headers["cache-control"]).to.equal("no-store");
    await site.close();
  });
});
