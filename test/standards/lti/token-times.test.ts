import { expect } from "chai";
import { minutes } from "../../../src/foundation/kernel/index.js";
import { aTool, type LtiTool } from "./a-tool.js";

const [tolerance, oldest] = [30, 600];

describe("a launch's times, to the second", () => {
  let tool: LtiTool;
  before(async () => {
    tool = await aTool();
    // Tokens say whole seconds.
    tool.clock.advance(1000 - (tool.clock.now() % 1000));
  });
  after(() => tool.stop());

  /** The code that refuses it, or the status. */
  async function launched(change: (now: number) => Record<string, number>): Promise<string | number> {
    const login = await tool.login();
    const claims = tool.claims(login, change(tool.clock.now() / 1000));
    const { code, status } = await tool.launch(login, await tool.platform.sign(claims));
    return code ?? status;
  }

  it("bear a clock that is half a minute behind or ahead, and not a second more", async () => {
    expect(await launched((now) => ({ exp: now - tolerance + 1 }))).to.equal(303);
    expect(await launched((now) => ({ exp: now - tolerance }))).to.equal("id_token_expired");
    expect(await launched((now) => ({ iat: now + tolerance }))).to.equal(303);
    expect(await launched((now) => ({ iat: now + tolerance + 1 }))).to.equal("id_token_from_future");
  });

  it("are those of a login: no token is older, whenever it runs out", async () => {
    expect(await launched((now) => ({ iat: now - oldest - tolerance, exp: now + 3600 }))).to.equal(303);
    expect(await launched((now) => ({ iat: now - oldest - tolerance - 1, exp: now + 3600 }))).to.equal(
      "id_token_too_old",
    );
  });

  it("end with the login's ten minutes, to the millisecond", async () => {
    const after = async (ms: number): Promise<string | number> => {
      const login = await tool.login();
      tool.clock.advance(ms);
      const { code, status } = await tool.launch(login, await tool.platform.sign(tool.claims(login)));
      return code ?? status;
    };
    expect(await after(minutes(10) - 1)).to.equal(303);
    expect(await after(minutes(10))).to.equal("state_expired");
  });
});
