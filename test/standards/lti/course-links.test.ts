import { expect } from "chai";
import { createOutbox } from "../../../src/foundation/events/index.js";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import type { VisitRole } from "../../../src/foundation/web/index.js";
import { names } from "./a-platform.js";
import { aTool, type LtiTool } from "./a-tool.js";

interface LaunchedVisit {
  readonly personId: string;
  readonly placementId: string;
  readonly platformId: string;
  readonly moduleId: string;
  readonly role: VisitRole;
}

type Change = Readonly<Record<string, unknown>>;

const link = (id: string, custom?: Change): Change => ({
  [names.resourceLink]: { id },
  [names.custom]: custom,
});
const noModule = link("menu");
const learner = (sub: string): Change => ({ sub });
const teacher: Change = { sub: "teacher", [names.roles]: [names.instructor] };
const inCourse = (id: string, title?: string): Change => ({
  [names.context]: { id, ...(title === undefined ? {} : { title }) },
});

describe("a link that names no module", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
    tool.platform.toolKeys = await tool.keyRing.jwks();
  });
  afterEach(() => tool.stop());

  /** A launch with a course's grade service, and no line item unless a change names one. */
  async function launched(...changes: readonly Change[]): Promise<LaunchedVisit> {
    const login = await tool.login();
    const endpoint = { scope: names.scopes, lineitems: `${tool.platform.origin}/lineitems?type_id=7` };
    const claims = tool.claims(login, Object.assign({ [names.endpoint]: endpoint }, ...changes) as Change);
    const answer = await tool.launch(login, await tool.platform.sign(claims));
    expect(answer.code).to.equal(undefined);
    const [visit = ""] = /^\/visits\/[^/]+/.exec(answer.headers.get("location") ?? "") ?? [];
    const page = await tool.send("GET", visit, { cookie: login.cookie });
    return JSON.parse(page.text) as LaunchedVisit;
  }
  /** A line item that the platform has for a link, as its launches name it. */
  function graded(id: string): Change {
    const path = `/lineitems/${id}/lineitem`;
    tool.platform.lineItems.set(path, { id: path });
    const lineitem = `${tool.platform.origin}${path}?type_id=7`;
    return { [names.endpoint]: { scope: names.scopes, lineitem } };
  }
  const content = (visit: LaunchedVisit) => tool.lti.courseLinks.of(visit);
  const kinds = async (visit: LaunchedVisit) =>
    (await content(visit)).links.map(({ moduleId, activityId }) =>
      [moduleId, activityId ?? ""].join(" ").trim(),
    );
  const outbox = () =>
    createOutbox({
      ...{ store: tool.storage.outbox, clock: tool.clock, newId: createNewId(tool.clock) },
      ...{ logger: createLogger("silent"), subscribers: [tool.lti.scoreSubscriber], random: () => 0.5 },
    });
  const posted = () =>
    tool.platform.asked.filter(({ path }) => path.endsWith("/scores")).map(({ path }) => path);

  it("opens a visit that is about no module, for who learns and who teaches", async () => {
    for (const who of [learner("user-1"), teacher]) {
      const visit = await launched(noModule, who);
      expect(visit.moduleId).to.equal("");
      expect(await content(visit)).to.deep.equal({ links: [] });
    }
  });
  it("opens it too where the platform left a variable as it was", async () => {
    expect((await launched(link("menu", { module: "$Module.id" }))).moduleId).to.equal("");
  });
  it("shows what the course's links lead to, one for each module and activity, in the curriculum's order", async () => {
    await launched(link("quiz", { module: "M01", activity: "tests-quiz" }), teacher);
    const first = await launched(link("a", { module: "M01" }), teacher);
    const second = await launched(link("b", { module: "M01" }), learner("user-2"));
    const visit = await launched(noModule);
    expect(await kinds(visit)).to.deep.equal(["M01", "M01 tests-quiz"]);
    expect((await content(visit)).links[0]?.placementIds).to.deep.equal([
      first.placementId,
      second.placementId,
    ]);
  });
  it("shows nothing of another course, of another deployment's course of the same id, or of none", async () => {
    await launched(link("a", { module: "M01" }), inCourse("course-2"));
    await tool.lti.approveDeployment(tool.platformId, "deployment-2");
    await launched(link("b", { module: "M01" }), { [names.deploymentId]: "deployment-2" });
    await launched(link("c", { module: "M01" }), { [names.context]: undefined });
    expect(await kinds(await launched(noModule))).to.deep.equal([]);
    expect(await kinds(await launched(link("menu-2"), { [names.context]: undefined }))).to.deep.equal([]);
    expect(await kinds(await launched(link("menu-3"), inCourse("course-2")))).to.deep.equal(["M01"]);
  });
  it("shows nothing of another academy whose platform calls its course the same", async () => {
    await launched(link("a", { module: "M01" }));
    const { id: academyId } = { id: "another" };
    const platform = await tool.storage.lti.platform(tool.platformId);
    await tool.storage.lti.addPlatform({ ...platform!, id: "platform-2", academyId, clientId: "client-2" });
    const own = await tool.storage.lti.savePlacement({
      ...{ id: "menu-2", academyId, jurisdictionId: "XB", platformId: "platform-2" },
      ...{ deploymentId: "deployment-1", resourceLinkId: "menu", contextId: "course-1", moduleId: "" },
    });
    const visit = { platformId: "platform-2", placementId: own.id };
    expect(await tool.lti.courseLinks.of(visit)).to.deep.equal({ links: [] });
    // Nor by a visit that claims another platform's placement.
    const mixed = { platformId: tool.platformId, placementId: own.id };
    expect(await tool.lti.courseLinks.of(mixed)).to.deep.equal({ links: [] });
  });
  it("tells the course's title, and that of the course that it was copied from", async () => {
    await launched(noModule, inCourse("course-0", "Ethics 2025"));
    const copied = link("menu", { context_history: "course-0" });
    const visit = await launched(copied, inCourse("course-1", "Ethics 2026"));
    expect(await content(visit)).to.deep.equal({ title: "Ethics 2026", copyOf: "Ethics 2025", links: [] });
  });
  it("has no grade of its own: nothing goes where it may have a column", async () => {
    const visit = await launched(noModule, graded("9"));
    expect(await tool.storage.lti.gradeTargetsOf(visit.placementId)).to.deep.equal([]);
  });

  describe("and the grades of what is opened by way of it", () => {
    const passed = [{ activityId: "tests-quiz", score: 87.5 }];
    const isDone = (visit: LaunchedVisit, score = 87.5): void =>
      void tool.grades.set(visit.personId, {
        ...{ attemptId: "attempt", version: 3, score, completed: true, passed },
      });

    it("go into the column that the link's own launches name, though this trainee never launched it", async () => {
      await launched(link("a", { module: "M01" }), graded("7"), teacher);
      const visit = await launched(noModule, graded("9"));
      isDone(visit);
      await tool.lti.courseLinks.open(visit, (await content(visit)).links[0]!);
      await outbox().drain();
      expect(posted()).to.deep.equal(["/lineitems/7/lineitem/scores"]);
      expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 87.5 });
    });
    it("go into the column that is looked for by the link, or made for it, where launches name none", async () => {
      const { placementId } = await launched(link("a", { module: "M01" }), teacher);
      const visit = await launched(noModule);
      isDone(visit);
      await tool.lti.courseLinks.open(visit, (await content(visit)).links[0]!);
      await outbox().drain();
      const [item] = tool.platform.lineItems.values();
      expect(item).to.deep.include({ resourceLinkId: "a", tag: "M01" });
      const [target] = await tool.storage.lti.gradeTargetsOf(placementId);
      expect(target).to.include({ personId: visit.personId, lastScore: 87.5 });
      // And a launch of the link goes on with the same.
      await launched(link("a", { module: "M01" }));
      expect(await tool.storage.lti.gradeTargetsOf(placementId)).to.have.length(1);
      expect(tool.platform.lineItems).to.have.length(1);
    });
    it("go by the course's service where a link was launched before we kept its own", async () => {
      const { placementId } = await launched(link("a", { module: "M01" }), teacher);
      const before = await tool.storage.lti.placement(placementId);
      const { grades, ...old } = before!;
      expect(grades?.scopes).to.deep.equal(names.scopes);
      await tool.storage.lti.savePlacement(old);
      const visit = await launched(noModule, graded("9"), {
        [names.endpoint]: { scope: names.scopes, lineitems: `${tool.platform.origin}/lineitems?type_id=7` },
      });
      isDone(visit);
      await tool.lti.courseLinks.open(visit, (await content(visit)).links[0]!);
      await outbox().drain();
      expect(posted()).to.have.length(1);
      expect(posted()).not.to.include("/lineitems/9/lineitem/scores");
    });
    it("go where they went before, when the link's last launch brought no grade service", async () => {
      const { placementId } = await launched(link("a", { module: "M01" }), graded("7"));
      const none = { [names.endpoint]: undefined };
      await launched(link("a", { module: "M01" }), none, teacher);
      const visit = await launched(noModule, none);
      await tool.lti.courseLinks.open(visit, (await content(visit)).links[0]!);
      const [target] = await tool.storage.lti.gradeTargetsOf(placementId);
      expect(target?.scopes).to.deep.equal(names.scopes);
    });
    it("go into the columns of all links of one module, each once", async () => {
      await launched(link("a", { module: "M01" }), graded("7"), teacher);
      await launched(link("b", { module: "M01" }), graded("8"), teacher);
      const visit = await launched(noModule);
      isDone(visit);
      const [row] = (await content(visit)).links;
      await tool.lti.courseLinks.open(visit, row!);
      await outbox().drain();
      await tool.lti.courseLinks.open(visit, row!);
      await outbox().drain();
      const columns = new Set(posted());
      expect([...columns].sort()).to.deep.equal([
        "/lineitems/7/lineitem/scores",
        "/lineitems/8/lineitem/scores",
      ]);
    });
    it("are none of who teaches, and none of a link that leads elsewhere by now", async () => {
      const { placementId } = await launched(link("a", { module: "M01" }), teacher);
      const teaching = await launched(noModule, teacher);
      const [row] = (await content(teaching)).links;
      await tool.lti.courseLinks.open(teaching, row!);
      const learning = await launched(noModule);
      await launched(link("a", { module: "M01", activity: "tests" }), teacher);
      await tool.lti.courseLinks.open(learning, { ...row!, moduleId: "M02" });
      expect(await tool.storage.lti.gradeTargetsOf(placementId)).to.deep.equal([]);
    });
  });
});
