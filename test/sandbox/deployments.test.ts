import { expect } from "chai";
import { unescapeHtml } from "../kit/http-browser.js";
import { aSandbox, type SandboxUnderTest } from "./a-sandbox.js";
import { addTool, deploymentsOf, launch, lti, open, registrationOf, send } from "./an-added-tool.js";

describe("several deployments on Canvas's one issuer", () => {
  let tested: SandboxUnderTest;
  let clientId: string;
  beforeEach(async () => {
    tested = await aSandbox();
    clientId = await addTool(tested, "canvas");
  });
  afterEach(() => tested.stop());

  const copied = async (): Promise<string> => {
    const response = await send(tested, "/course/copy", { as: "instructor", course: "canvas-1" });
    return /course=([\w-]+)/.exec(response.headers.get("location") ?? "")?.[1] ?? "";
  };

  it("have one client_id, an id each, and stand in the menus of the courses that see them", async () => {
    const other = await copied();
    await send(tested, `/admin/tools/${clientId}/install`, { course: "canvas-1" });
    const [account = "", course = "", ...more] = await deploymentsOf(tested, clientId);
    expect(more).to.deep.equal([]);
    expect(account).not.to.equal(course);
    const menu = async (id: string): Promise<string[]> => {
      const { html } = await open(tested, `/course?as=trainee-one&course=${id}`);
      return [...unescapeHtml(html).matchAll(/[?&]nav=([^"&]+)"/g)].map(([, nav = ""]) =>
        decodeURIComponent(nav),
      );
    };
    expect(await menu("canvas-1")).to.deep.equal([account, course]);
    expect(await menu(other)).to.deep.equal([account]);
    const at = (id: string, nav: string) => `/course/launch?as=trainee-one&course=${id}&nav=${nav}`;
    for (const deployment of [account, course]) {
      const { login, claims } = await launch(tested, at("canvas-1", deployment));
      expect(claims).to.include({
        ...{ iss: "https://canvas.sandbox.invalid", aud: clientId, azp: clientId },
        [lti("deployment_id")]: deployment,
        "https://www.instructure.com/placement": "course_navigation",
      });
      expect(claims[lti("resource_link")]).to.include({ id: "canvas-1" });
      expect(login.get("lti_deployment_id")).to.equal(deployment);
      expect(login.get("deployment_id")).to.equal(deployment);
      expect(login.get("client_id")).to.equal(clientId);
      expect(login.get("canvas_region")).to.equal("eu-central-1");
    }
    expect((await open(tested, at(other, course))).status).to.equal(404);
  });

  it("belong to two clients of the same issuer without a mix-up", async () => {
    const other = await addTool(tested, "canvas");
    const [own = ""] = await deploymentsOf(tested, clientId);
    const [others = ""] = await deploymentsOf(tested, other);
    const audience = async (nav: string): Promise<unknown> =>
      (await launch(tested, `/course/launch?as=trainee-one&course=canvas-1&nav=${nav}`)).claims.aud;
    expect([await audience(own), await audience(others)]).to.deep.equal([clientId, other]);
  });

  it("stay in their flavour: none is installed in a course of Moodle's, nor before the tool is enabled", async () => {
    expect((await send(tested, `/admin/tools/${clientId}/install`, { course: "course-1" })).status).to.equal(
      404,
    );
    const moodle = await addTool(tested, "moodle");
    expect((await send(tested, `/admin/tools/${moodle}/install`, { course: "course-1" })).status).to.equal(
      404,
    );
    for (const path of [
      `/course/pick?as=instructor&course=course-1&tool=${clientId}`,
      `/course/pick?as=instructor&course=canvas-1&tool=${moodle}`,
    ]) {
      expect((await open(tested, path)).status).to.equal(404);
    }
  });

  it("launch with custom parameters whose variables are filled in, or arrive as they stand", async () => {
    const custom = { course: "$Canvas.course.id", sis: "$Person.sourcedId", odd: "$Not.known", plain: "a$b" };
    const added = await addTool(tested, "canvas", registrationOf(tested, {}, { custom_parameters: custom }));
    const [nav = ""] = await deploymentsOf(tested, added);
    const { claims } = await launch(tested, `/course/launch?as=trainee-one&course=canvas-1&nav=${nav}`);
    expect(claims[lti("custom")]).to.deep.equal({ ...custom, course: "canvas-1" });
  });
});
