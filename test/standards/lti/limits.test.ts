import { expect } from "chai";
import { minutes } from "../../../src/foundation/kernel/index.js";
import { aTool as aWholeTool } from "../../kit/tool.js";
import { aTool } from "./a-tool.js";

describe("too many requests", () => {
  it("of one platform within a minute are no launches any more, and the next minute's are", async () => {
    const tool = await aTool();
    const launch = async () => {
      const login = await tool.login();
      return tool.launch(login, await tool.platform.sign(tool.claims(login)));
    };
    const counted = () =>
      tool.storage.rates.countRequest(`launches ${tool.platformId}`, minutes(1), tool.clock.now());
    await Promise.all(Array.from({ length: 2999 }, counted));
    expect((await launch()).status, "the 3,000th").to.equal(303);
    expect(await launch()).to.include({ status: 429, code: "too_many_requests" });
    tool.clock.advance(minutes(1));
    expect((await launch()).status, "a minute later").to.equal(303);
    await tool.stop();
  }).timeout(20_000);

  it("of one address at the doors for invites are refused, and nobody else's", async () => {
    const tool = await aWholeTool({ running: true });
    const statuses: number[] = [];
    for (let times = 0; times < 61; times += 1)
      statuses.push((await fetch(`${tool.origin}/invites/${"x".repeat(43)}`)).status);
    expect(new Set(statuses.slice(0, 60))).to.deep.equal(new Set([404]));
    expect(statuses.at(-1)).to.equal(429);
    expect((await fetch(`${tool.origin}/lti/register/x`)).status, "they share a count").to.equal(429);
    expect((await fetch(`${tool.origin}/lti/launch`)).status).to.equal(200);
    await tool.close();
  }).timeout(60_000);
});
