import { expect } from "chai";
import { fixedAt } from "./kit/clock.js";
import { aTool, type Tool } from "./kit/tool.js";

/** Address → what a program gets there: the code of a problem, or a member that only this answer has. */
const answers: Readonly<Record<string, string>> = {
  "/lti/jwks": "keys",
  "/lti/canvas.json": "oidc_initiation_url",
  "/lti/register/none": "invite_unknown",
  "/invites/none": "invite_unknown",
  "/desks/none": "desk_unknown",
  "/desks/none/connections": "desk_unknown",
  "/xapi/about": "version",
  "/oauth/token": "method_not_allowed",
  "/log/entry": "log_entry_unknown",
  "/academies/northgate/did.json": "verificationMethod",
  "/certificates/none": "certificate_unknown",
  "/achievements/hcp-induction/v0.2.0": "criteria",
  "/.well-known/openid-credential-issuer/academies/northgate": "credential_endpoint",
  "/wallet/token": "method_not_allowed",
  "/recognitions.json": "lists",
  "/authorities/belmora": "jurisdiction",
  "/trqp/recognition": "method_not_allowed",
  "/verify": "verification_nothing_given",
  "/ims/case/v1p1/CFDocuments": "CFDocuments",
  "/ims/case/v1p1/CFItems/none": "imsx_codeMajor",
  "/reminders/none": "reminder_link_unknown",
  "/visits/none/programmes": "visit_unknown",
};

describe("a tool's addresses", function () {
  this.timeout(60_000);
  let tool: Tool;
  before(async () => {
    tool = await aTool({ clock: fixedAt("2026-11-21T12:00:00Z") });
  });
  after(() => tool.close());
  const ask = (path: string, accept = "application/json"): Promise<Response> =>
    fetch(`${tool.origin}${path}`, { headers: { accept }, redirect: "manual" });

  it("lead to their rooms, each to its own", async () => {
    for (const [path, expected] of Object.entries(answers)) {
      const text = await (await ask(path)).text();
      const body = JSON.parse(text) as Record<string, unknown>;
      expect([body["code"], ...Object.keys(body)], `${path}: ${text.slice(0, 200)}`).to.include(expected);
    }
  });

  it("keep pages of a visit out of every cache, also where there is no such visit", async () => {
    const { headers } = await ask("/visits/none/programmes");
    expect(headers.get("cache-control")).to.equal("private, no-store");
  });

  it("lead people to the competencies, and to their page", async () => {
    const list = await ask("/competencies", "text/html");
    expect([list.status, list.headers.get("content-type")]).to.deep.equal([200, "text/html; charset=utf-8"]);
    expect(await list.text()).to.include("Absolute prohibition of torture");
    const record = await ask("/competencies");
    expect(record.headers.get("location")).to.match(/\/ims\/case\/v1p1\//);
  });
});
