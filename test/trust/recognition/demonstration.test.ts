import { expect } from "chai";
import { aTool, type Tool } from "../../kit/tool.js";

describe("the demonstration's recognitions", () => {
  let tool: Tool;
  before(async () => {
    tool = await aTool();
  });
  after(() => tool.close());

  const page = async (path: string): Promise<string> => (await fetch(`${tool.origin}${path}`)).text();
  const html = async (path: string): Promise<string> =>
    (await fetch(`${tool.origin}${path}`, { headers: { accept: "text/html" } })).text();

  it("are there from the start: Belmora in part on a condition, Castellan not, both by a mandate", async () => {
    expect(await html("/authorities/belmora"))
      .to.include("Recognised in part")
      .and.include("invented law");
    expect(await html("/authorities/castellan")).to.include("Not recognised: refused");
    const { lists } = JSON.parse(await page("/recognitions.json")) as {
      lists: {
        jurisdiction: string;
        mandates: string[];
        decisions: { decision: string; achievement: string }[];
      }[];
    };
    const of = (code: string) => lists.find(({ jurisdiction }) => jurisdiction === code)!;
    expect(lists.map(({ mandates }) => mandates.length)).to.deep.equal([1, 1, 1]);
    expect(new Set(of("XB").decisions.map(({ decision }) => decision))).to.deep.equal(new Set(["granted"]));
    expect(new Set(of("XC").decisions.map(({ decision }) => decision))).to.deep.equal(new Set(["refused"]));
    const induction = of("XB").decisions.find(({ achievement }) => achievement.includes("hcp-induction"));
    expect(induction?.achievement).to.match(new RegExp(`^${tool.origin}/achievements/hcp-induction/v`));
  });
  it("answer the trust registry's question about Northgate", async () => {
    const { lists } = JSON.parse(await page("/recognitions.json")) as {
      lists: {
        issuer: string;
        jurisdiction: string;
        issuers: { id: string }[];
        decisions: { achievement: string }[];
      }[];
    };
    const [arvenia, belmora] = ["XA", "XB"].map((code) =>
      lists.find(({ jurisdiction }) => jurisdiction === code)!,
    );
    const query = {
      ...{ authority_id: belmora!.issuer, entity_id: arvenia!.issuers[0]!.id },
      ...{ action: "recognise", resource: belmora!.decisions[0]!.achievement },
    };
    const asked = await fetch(`${tool.origin}/trqp/recognition`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(query) },
    });
    expect(await asked.json()).to.include({ recognized: true });
  });
});
