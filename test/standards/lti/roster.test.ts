import { expect } from "chai";
import type { Visit } from "../../../src/foundation/web/index.js";
import { names } from "./a-platform.js";
import { aTool, type LtiTool } from "./a-tool.js";

describe("a roster", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
    tool.platform.toolKeys = await tool.keyRing.jwks();
    tool.platform.grantedScopes = [...names.scopes, names.rosterScope];
    tool.platform.members = [
      { user_id: "t1", status: "Active", roles: ["Learner"], name: "Ada Meru" },
      { user_id: "t2", status: "Active", roles: [names.learner], given_name: "Bo", family_name: "Sol" },
      { user_id: "i1", status: "Active", roles: ["Instructor"], name: "Ines Rho" },
      { user_id: "t3", status: "Inactive", roles: ["Learner"] },
      { user_id: "t4", status: "Deleted", roles: ["Learner"], name: "Del Eted" },
      { roles: ["Learner"] },
    ];
  });
  afterEach(() => tool.stop());

  async function launched(changed: Record<string, unknown> = {}): Promise<Visit> {
    const login = await tool.login();
    const claims = tool.claims(login, {
      ...{ sub: "i1", [names.roles]: [names.instructor] },
      [names.roster]: { context_memberships_url: `${tool.platform.origin}/members?course=1` },
      [names.context]: { id: "course-1", title: "Border course 14" },
      ...changed,
    });
    const answer = await tool.launch(login, await tool.platform.sign(claims));
    const [visit = ""] = /^\/visits\/[^/]+/.exec(answer.headers.get("location") ?? "") ?? [];
    return JSON.parse((await tool.send("GET", visit, { cookie: login.cookie })).text) as Visit;
  }
  const asked = () => tool.platform.asked.filter(({ path }) => path === "/members");
  const membersOf = async (visit: Visit) =>
    (await tool.lti.roster.of(visit))?.members
      .map(({ role, active, name }) => [role, active, name ?? ""])
      .sort();
  const saved = async () => {
    const course = await tool.storage.lti.course(tool.platformId, "course-1");
    return tool.storage.lti.rosters(course?.id ?? "", 10);
  };
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ user_id: `u${n}`, roles: ["Learner"], name: `Name ${n}` }));

  it("tells who is in the course, in which role, with the names kept apart", async () => {
    const visit = await launched();
    expect(await membersOf(visit)).to.deep.equal([
      ["instructor", true, "Ines Rho"],
      ["trainee", false, ""],
      ["trainee", true, "Ada Meru"],
      ["trainee", true, "Bo Sol"],
    ]);
    const roster = await tool.lti.roster.of(visit);
    expect(roster).to.include({ takenAt: tool.clock.now(), stale: false });
    expect(roster?.members.map(({ personId }) => personId)).to.include(visit.personId);
    expect(JSON.stringify(await saved())).not.to.match(/Ada|Bo|Ines|t1|i1/);
    expect(tool.log.join("")).not.to.match(/Ada|Bo Sol|Ines|token-/);
  });
  it("is asked for again only after ten minutes", async () => {
    const visit = await launched();
    await tool.lti.roster.of(visit);
    tool.clock.advance(599_000);
    await tool.lti.roster.of(visit);
    expect(asked()).to.have.length(1);
    tool.clock.advance(1000);
    await tool.lti.roster.of(visit);
    expect(asked()).to.have.length(2);
  });
  it("is asked for once by pages that are opened at once", async () => {
    const visit = await launched();
    await Promise.all([1, 2, 3].map(() => tool.lti.roster.of(visit)));
    expect(asked()).to.have.length(1);
  });
  it("is read over all of its pages", async () => {
    tool.platform.members = many(450);
    expect(await membersOf(await launched())).to.have.length(450);
    expect(asked()).to.have.length(3);
  });
  for (const [what, link] of [
    ["to another host", (): string => `<https://evil.example/members>; rel="next"`],
    ["to another port", (): string => `<${tool.platform.origin.replace(/\d+$/, "9")}/members>; rel="next"`],
  ] as const) {
    it(`never follows a next page ${what}`, async () => {
      tool.platform.instead.set("/members", (_req, res) => {
        res.writeHead(200, { link: link() }).end(JSON.stringify({ members: many(2) }));
      });
      expect(await membersOf(await launched())).to.equal(undefined);
      const connection = await tool.storage.lti.connection(tool.platformId);
      expect(connection?.faults.map(({ code }) => code)).to.deep.equal(["service_url_refused"]);
    });
  }
  it("ends where its pages go in circles, and after fifty of them", async () => {
    let page = 0;
    tool.platform.instead.set("/members", (_req, res) => {
      page += 1;
      const next = page < 4 ? `page=${page}` : "page=1";
      res.writeHead(200, { link: `</members?${next}>; rel=next` });
      res.end(JSON.stringify({ members: [{ user_id: `u${page}`, roles: [] }] }));
    });
    expect(await membersOf(await launched())).to.have.length(4);
    tool.platform.instead.set("/members", (_req, res) => {
      page += 1;
      // UTF-8 in a header, as Moodle's curly quotes come.
      const link = Buffer.from(`</members?page=${page}&amp;a=1>; rel=“next”`).toString("latin1");
      res.writeHead(200, { link });
      res.end(JSON.stringify({ members: [{ user_id: `u${page}`, roles: [] }] }));
    });
    tool.clock.advance(600_000);
    const visit = await launched();
    // Fifty answers may take longer than a page waits.
    for (let tries = 0; tries < 20 && (await tool.lti.roster.of(visit))?.stale !== false; tries += 1);
    expect(await membersOf(visit)).to.have.length(50);
  });
  it("of a platform that is slow or down is the last one, with its age, until there is a newer one", async () => {
    const visit = await launched();
    const before = await tool.lti.roster.of(visit);
    tool.clock.advance(3600_000);
    tool.platform.delays.set("/members", 2300);
    tool.platform.members.pop();
    tool.platform.members.push({ user_id: "t9", roles: ["Learner"], name: "Late" });
    const began = Date.now();
    expect(await tool.lti.roster.of(visit)).to.deep.equal({ ...before, stale: true });
    expect(Date.now() - began).to.be.lessThan(2200);
    await new Promise((done) => setTimeout(done, 1500));
    expect(await membersOf(visit)).to.deep.include(["trainee", true, "Late"]);
    expect(asked()).to.have.length(2);
    tool.platform.delays.clear();
    tool.clock.advance(600_000);
    tool.platform.instead.set("/members", (_req, res) => void res.writeHead(500).end());
    expect((await tool.lti.roster.of(visit))?.stale).to.equal(true);
    await tool.lti.roster.of(visit);
    expect(asked(), "not asked again at once").to.have.length(3);
    const connection = await tool.storage.lti.connection(tool.platformId);
    expect(connection?.faults[0]).to.include({ code: "service_refused", detail: "roster 500" });
  });
  it("is kept once a day at most, and only when it changed", async () => {
    const visit = await launched();
    await tool.lti.roster.of(visit);
    tool.clock.advance(3600_000);
    tool.platform.members.push({ user_id: "t9", roles: ["Learner"] });
    await tool.lti.roster.of(visit);
    expect((await saved()).map(({ members }) => members.length)).to.deep.equal([5]);
    tool.clock.advance(86_400_000);
    await tool.lti.roster.of(visit);
    expect(await saved()).to.have.length(1);
    tool.platform.members.pop();
    tool.clock.advance(3600_000);
    await tool.lti.roster.of(visit);
    expect((await saved()).map(({ members }) => members.length)).to.deep.equal([4, 5]);
  });
  it("lets names go 30 days after it told them last", async () => {
    const visit = await launched();
    await tool.lti.roster.of(visit);
    const [ada] = tool.platform.members;
    const person = await tool.directory.admit(visit, tool.platformId, "t1");
    tool.platform.members = tool.platform.members.filter((one) => one !== ada);
    for (let day = 1; day < 30; day += 1) {
      tool.clock.advance(86_400_000);
      await tool.lti.roster.of(visit);
    }
    const known = () => tool.directory.names.of([person.id, visit.personId]);
    expect([...(await known()).values()].sort()).to.deep.equal(["Ada Meru", "Ines Rho"]);
    tool.clock.advance(86_400_000);
    expect([...(await known()).values()]).to.deep.equal(["Ines Rho"]);
  });
  it("that the platform does not let us read is said to the owner", async () => {
    tool.platform.grantedScopes = names.scopes;
    tool.platform.instead.set("/token", (_req, res) => {
      res.writeHead(400).end('{"error":"invalid_scope"}');
    });
    expect(await tool.lti.roster.of(await launched())).to.equal(undefined);
    const connection = await tool.storage.lti.connection(tool.platformId);
    expect(connection?.faults[0]?.code).to.equal("service_scope_refused");
  });

  describe("makes a class", () => {
    const trainee = { [names.roles]: [names.learner], [names.roster]: undefined };

    it("of those who learn in the course now", async () => {
      const visit = await launched();
      const { title, trainees, roster } = await tool.lti.classOf(visit);
      expect({ title, names: trainees.map(({ name }) => name).sort() }).to.deep.equal({
        title: "Border course 14",
        names: ["Ada Meru", "Bo Sol"],
      });
      expect(roster).to.deep.equal({ takenAt: tool.clock.now(), stale: false });
    });
    it("of those who opened this link, where the platform tells nobody", async () => {
      const one = await launched({ ...trainee, sub: "t1" });
      await launched({ ...trainee, sub: "t2", [names.resourceLink]: { id: "another" } });
      const teacher = await launched({ [names.roster]: undefined });
      const { trainees, roster } = await tool.lti.classOf(teacher);
      expect(trainees).to.deep.equal([{ personId: one.personId }]);
      expect(roster).to.equal(undefined);
    });
    it("that a copy of the course does not see", async () => {
      const original = await launched();
      await launched({ ...trainee, sub: "t1" });
      await tool.lti.roster.of(original);
      const copy = await launched({
        [names.context]: { id: "course-2", title: "Copy" },
        [names.resourceLink]: { id: "link-copy" },
        [names.custom]: { module: "M01", context_history: "course-1" },
        [names.roster]: undefined,
      });
      expect(copy.moduleId).to.equal("M01");
      expect((await tool.storage.lti.course(tool.platformId, "course-2"))?.copiedFrom).to.eql(["course-1"]);
      expect(await tool.lti.classOf(copy)).to.deep.equal({ title: "Copy", trainees: [], failures: [] });
    });
    it("with the grades that did not arrive", async () => {
      const endpoint = { scope: names.scopes, lineitems: `${tool.platform.origin}/lineitems?type_id=7` };
      const one = await launched({ ...trainee, sub: "t1", [names.endpoint]: endpoint });
      const teacher = await launched();
      const since = tool.clock.now();
      for (const [code, failure] of [
        ["service_scope_refused", "permission"],
        ["grade_column_missing", "column"],
        ["service_refused", "refused"],
        ["grade_waits", "unreachable"],
        ["platform_inactive", "inactive"],
      ]) {
        const [target] = await tool.storage.lti.gradeTargetsOf(teacher.placementId);
        await tool.storage.lti.setGradeFailure(target!.id, { code: code!, at: since });
        const { failures } = await tool.lti.classOf(teacher);
        expect(failures).to.deep.equal([{ personId: one.personId, name: "Ada Meru", failure, since }]);
      }
    });
  });
});
