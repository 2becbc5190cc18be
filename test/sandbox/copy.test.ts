import { expect } from "chai";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { addItem, aSandbox, postScore, type SandboxUnderTest } from "./a-sandbox.js";
import {
  addTool,
  bearerOf,
  deploymentsOf,
  launch,
  lti,
  open,
  registrationOf,
  scopes,
  send,
} from "./an-added-tool.js";

/** Copies a course as an instructor; the copy's id. */
async function copy(tested: SandboxUnderTest, course: string): Promise<string> {
  const response = await send(tested, "/course/copy", { as: "instructor", course });
  const [, id = ""] =
    /^\/course\?as=instructor&course=(course-\d+)$/.exec(response.headers.get("location") ?? "") ?? [];
  expect(id, `${String(response.status)} ${await response.text()}`).not.to.equal("");
  return id;
}

describe("a copied course", () => {
  let tested: SandboxUnderTest;
  beforeEach(async () => {
    tested = await aSandbox();
  });
  afterEach(() => tested.stop());

  it("has a new context and new links with the old custom parameters, and says where it comes from", async () => {
    const id = await copy(tested, "course-1");
    const again = await copy(tested, id);
    const { claims } = await launch(tested, `/course/launch?as=trainee-one&course=${again}`);
    expect(claims[lti("context")]).to.include({ id: again });
    expect(claims[lti("resource_link")])
      .to.have.property("id")
      .that.matches(/^rl-\d+$/);
    expect(claims[lti("custom")]).to.deep.equal({ module: "M01", context_history: `${id},course-1` });
    expect(claims[lti("deployment_id")]).to.equal("1");
  });

  it("has columns of its own for its links, and none of the grades", async () => {
    const item = await addItem(tested);
    await addItem(tested, { label: "Of no link", resourceLinkId: undefined });
    await postScore(tested, item, {});
    const id = await copy(tested, "course-1");
    const { claims } = await launch(tested, `/course/launch?as=trainee-one&course=${id}`);
    const { lineitem, lineitems } = claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] as {
      lineitem: string;
      lineitems: string;
    };
    expect(lineitem).not.to.equal(item);
    expect(tested.sandbox.gradebook().lineItems).to.have.length(3);
    expect(tested.sandbox.gradebook().grades).to.have.length(1);
    const authorization = await bearerOf(tested, "sandbox-client", "moodle", scopes.lineItem);
    const list = async (url: string): Promise<{ id: string }[]> =>
      (await (await fetch(url, { headers: { authorization } })).json()) as { id: string }[];
    expect((await list(lineitems)).map((one) => one.id)).to.deep.equal([lineitem]);
    expect((await postScore(tested, lineitem, { scoreGiven: 1 })).status).to.equal(200);
    const shown = await open(tested, `/gradebook?course=${id}`);
    expect(shown.html).to.include("1 of 100").and.not.include("80 of 100</strong>");
    expect((await open(tested, "/gradebook")).html).to.include("80 of 100");
  });

  it("is made by instructors, by a button on their page, and not by trainees or from elsewhere", async () => {
    expect((await open(tested, "/course?as=instructor")).html).to.include("Copy this course</button>");
    expect((await open(tested, "/course?as=trainee-one")).html).not.to.include("Copy this course");
    const values = { as: "trainee-one", course: "course-1" };
    expect((await send(tested, "/course/copy", values)).status).to.equal(403);
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await send(tested, "/course/copy", { ...values, as: "instructor" }, headers)).status).to.equal(
      403,
    );
  });

  it("fills in $Context.id.history for a tool that asked for it, in the words of its flavour", async () => {
    const custom = { came_from: "$Context.id.history", came: "$Canvas.course.previousContextIds" };
    const body = registrationOf(tested, {}, { custom_parameters: custom });
    const moodle = await addTool(tested, "moodle", body);
    const canvas = await addTool(tested, "canvas", body);
    const told = async (course: string, tool: string): Promise<unknown> =>
      (await launch(tested, `/course/pick?as=instructor&course=${course}&tool=${tool}`)).claims[
        lti("custom")
      ];
    expect(await told("course-1", moodle)).to.deep.equal({ ...custom, came_from: "" });
    expect(await told(await copy(tested, "course-1"), moodle)).to.deep.equal({
      ...custom,
      came_from: "course-1",
    });
    expect(await told(await copy(tested, "canvas-1"), canvas)).to.deep.equal({ ...custom, came: "canvas-1" });
  });
});

describe("the notice of a copied course in Canvas's flavour", () => {
  let tested: SandboxUnderTest;
  let clientId: string;
  let service: { platform_notification_service_url: string; notice_types_supported: string[] };
  beforeEach(async () => {
    tested = await aSandbox();
    clientId = await addTool(tested, "canvas");
    const { claims } = await launch(tested, `/course/pick?as=instructor&course=canvas-1&tool=${clientId}`);
    service = claims[lti("platformnotificationservice")] as typeof service;
  });
  afterEach(() => tested.stop());

  const ask = async (notice: object | undefined, scope = scopes.notices): Promise<Response> =>
    fetch(service.platform_notification_service_url, {
      method: notice ? "PUT" : "GET",
      headers: { authorization: await bearerOf(tested, clientId, "canvas", scope) },
      ...(notice ? { body: JSON.stringify(notice) } : {}),
    });
  const wanted = () => ({ notice_type: "LtiContextCopyNotice", handler: `${tested.toolOrigin}/lti/notices` });

  it("goes to the address that the tool has put there, signed, once for each deployment", async () => {
    expect(service.notice_types_supported).to.deep.equal(["LtiContextCopyNotice"]);
    expect(await (await ask(wanted())).json()).to.deep.equal(wanted());
    expect(await (await ask(undefined)).json()).to.deep.include({ notice_handlers: [wanted()] });
    await send(tested, `/admin/tools/${clientId}/install`, { course: "canvas-1" });
    const id = await copy(tested, "canvas-1");
    const bodies = tested.received.map(({ method, url, body }) => {
      expect([method, url]).to.deep.equal(["POST", "/lti/notices"]);
      return JSON.parse(body) as { notices: [{ jwt: string }] };
    });
    const keys = createRemoteJWKSet(new URL(`${tested.origin}/canvas/jwks`));
    const notices = await Promise.all(
      bodies.map(async ({ notices: [{ jwt }] }) => {
        const currentDate = new Date(tested.clock.now());
        return (await jwtVerify(jwt, keys, { currentDate, audience: clientId })).payload;
      }),
    );
    expect(notices.map((one) => one[lti("deployment_id")])).to.deep.equal(
      await deploymentsOf(tested, clientId),
    );
    expect(notices[0]).to.include({ iss: "https://canvas.sandbox.invalid" });
    expect(notices[0]?.[lti("notice")]).to.include({ type: "LtiContextCopyNotice" });
    expect(notices[0]?.[lti("context")]).to.include({ id });
    expect(notices[0]?.[lti("origin_contexts")]).to.deep.equal(["canvas-1"]);
    const { html } = await open(tested, `/admin/tools/${clientId}?as=administrator`);
    expect(html).to.include("Answered with status 200.");
  });

  it("does not go to a tool that took its address back, and not for a course of Moodle's flavour", async () => {
    await ask(wanted());
    await copy(tested, "course-1");
    await ask({ ...wanted(), handler: "" });
    await copy(tested, "canvas-1");
    expect(tested.received).to.deep.equal([]);
  });

  it("is refused for an address that is not the tool's, another type, or another scope", async () => {
    for (const handler of ["http://127.0.0.1:1/notices", "https://tool.example/notices", "here"]) {
      expect((await ask({ ...wanted(), handler })).status, handler).to.equal(400);
    }
    expect((await ask({ ...wanted(), notice_type: "LtiOtherNotice" })).status).to.equal(400);
    expect((await ask(wanted(), scopes.score)).status).to.equal(403);
  });
});
