import { expect } from "chai";
import { createOutbox, type DomainEvent } from "../../../src/foundation/events/index.js";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import type { GradeTarget, Lti, PresentGrade } from "../../../src/standards/lti/index.js";
import { names } from "./a-platform.js";
import { aTool, type LtiTool } from "./a-tool.js";

type Progress = DomainEvent<"module.progressed">;
type Handled = Parameters<Lti["scoreSubscriber"]["handle"]>[0];
interface Failure {
  readonly code?: string;
  readonly permanent?: boolean;
  readonly expected?: boolean;
  readonly retryAfterMs?: number;
}

const tenantOf = ({ academyId, jurisdictionId }: GradeTarget) => ({ academyId, jurisdictionId });
const passed = [{ activityId: "tests-quiz", score: 87.5 }];
const present: PresentGrade = { attemptId: "attempt", version: 3, score: 87.5, completed: true, passed };

describe("a grade", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
    tool.platform.toolKeys = await tool.keyRing.jwks();
  });
  afterEach(() => tool.stop());

  interface Launched {
    readonly personId: string;
    readonly placementId: string;
  }

  async function launched(changed: Record<string, unknown> = {}): Promise<Launched> {
    const login = await tool.login();
    const endpoint = { scope: names.scopes, lineitems: `${tool.platform.origin}/lineitems?type_id=7` };
    const claims = tool.claims(login, { [names.endpoint]: endpoint, ...changed });
    const answer = await tool.launch(login, await tool.platform.sign(claims));
    expect(answer.code).to.equal(undefined);
    const [visit = ""] = /^\/visits\/[^/]+/.exec(answer.headers.get("location") ?? "") ?? [];
    const page = await tool.send("GET", visit, { cookie: login.cookie });
    return JSON.parse(page.text) as Launched;
  }
  const progress = (personId: string, data: Partial<Progress["data"]> = {}): Progress => ({
    ...{ id: `event-${tool.clock.now()}`, type: "module.progressed", academyId: "a", jurisdictionId: "XA" },
    ...{ at: tool.clock.now(), lane: "attempt", sequence: 301 },
    data: {
      ...{ attemptId: "attempt", personId, moduleId: "M01", registration: "r", curriculum: { core: "1" } },
      ...{ score: 87.5, completed: true, passed, ...data },
    },
  });
  const send = (event: Handled, { attempt = 1, by = tool.lti } = {}): Promise<void> =>
    by.scoreSubscriber.handle(event, { requestId: "r", attempt, signal: new AbortController().signal });
  const failure = (event: Handled, options: { attempt?: number; by?: Lti } = {}): Promise<Failure> =>
    send(event, options).then(
      () => ({}),
      (error: unknown) => error as Failure,
    );
  const targets = ({ placementId }: Launched) => tool.storage.lti.gradeTargetsOf(placementId);
  const columns = () => [...tool.platform.lineItems.values()].map(({ tag, label }) => [tag, label]);
  const posted = () => tool.platform.asked.filter(({ path }) => path.endsWith("/scores"));
  const waiting = () => tool.storage.outbox.undispatched(100);
  const faults = async () =>
    (await tool.storage.lti.connection(tool.platformId))?.faults.map(({ code, detail }) => [code, detail]);

  describe("of one activity", () => {
    const custom = { [names.custom]: { module: "M01", activity: "tests-quiz" } };

    it("goes into the column of the link that leads to it, once it is passed", async () => {
      const { personId } = await launched(custom);
      await send(progress(personId, { score: 0, passed: [] }));
      expect(posted()).to.deep.equal([]);
      await send(progress(personId, { score: 40 }));
      expect(columns()).to.deep.equal([["tests-quiz", "A quiz"]]);
      const [item] = tool.platform.lineItems.values();
      expect(item).to.deep.include({ resourceId: "M01/tests-quiz" });
      expect(item?.submissionReview).to.deep.include({ custom: { module: "M01", activity: "tests-quiz" } });
      expect(tool.platform.scores.get("user-1")).to.include({
        ...{ scoreGiven: 87.5, activityProgress: "Completed", comment: "Passed." },
      });
    });
    it("is none where it is a lesson", async () => {
      const { personId } = await launched({ [names.custom]: { module: "M01", activity: "tests" } });
      await send(progress(personId));
      expect(posted()).to.deep.equal([]);
    });
    it("goes into a column of its own where the academy prefers that, and not into the module's", async () => {
      const first = await launched();
      await send(progress(first.personId, { score: 40 }));
      await tool.storage.lti.changePlatform(tool.platformId, { gradeColumns: "activity" });
      await launched();
      tool.clock.advance(5000);
      await send(progress(first.personId));
      expect(columns()).to.deep.equal([
        ["M01", "First things"],
        ["tests-quiz", "A quiz"],
      ]);
      expect(posted().map(({ path }) => path)).to.deep.equal([
        "/lineitems/1/lineitem/scores",
        "/lineitems/2/lineitem/scores",
      ]);
      await tool.storage.lti.changePlatform(tool.platformId, { gradeColumns: "module" });
      tool.clock.advance(5000);
      await send(progress(first.personId));
      expect(posted().at(-1)?.path).to.equal("/lineitems/1/lineitem/scores");
      expect(posted()).to.have.length(3);
    });
    it("goes into the module's column where the platform lets nobody make one", async () => {
      await tool.storage.lti.changePlatform(tool.platformId, { gradeColumns: "activity" });
      const path = "/lineitems/9/lineitem";
      tool.platform.lineItems.set(path, { id: path });
      const lineitem = `${tool.platform.origin}${path}?type_id=7`;
      const { personId } = await launched({ [names.endpoint]: { scope: names.scopes, lineitem } });
      await send(progress(personId));
      expect(posted().map((one) => one.path)).to.deep.equal([`${path}/scores`]);
    });
  });

  describe("that a link's gradebook has not heard of", () => {
    it("is sent at the first launch of that link, behind what is under way already", async () => {
      const { personId } = await launched();
      expect(await waiting()).to.deep.equal([]);
      tool.grades.set(personId, present);
      await launched();
      expect(await waiting(), "of a link that was launched before").to.deep.equal([]);
      const other = await launched({ [names.resourceLink]: { id: "link-2" } });
      const [event, ...more] = await waiting();
      const [target] = await targets(other);
      expect(more).to.deep.equal([]);
      expect(event).to.deep.include({
        ...{ type: "grade.wanted", lane: "attempt", sequence: 399, ...tenantOf(target!) },
        data: { personId, moduleId: "M01", gradeTargetId: target!.id },
      });
      tool.grades.set(personId, { ...present, score: 95 });
      await send(event!);
      expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 95 });
      await launched({ [names.resourceLink]: { id: "link-2" } });
      expect(await waiting()).to.have.length(1);
    });
    it("is not asked for while there is none", async () => {
      const { personId } = await launched();
      tool.grades.set(personId, { ...present, score: 0, completed: false, passed: [] });
      await launched({ [names.resourceLink]: { id: "link-2" } });
      expect(await waiting()).to.deep.equal([]);
    });
  });

  it("of a module that the link does not lead to any more is left alone", async () => {
    const visit = await launched();
    await send(progress(visit.personId, { score: 40 }));
    const placement = await tool.storage.lti.placement(visit.placementId);
    await tool.storage.lti.savePlacement({ ...placement!, moduleId: "M02" });
    tool.clock.advance(5000);
    await send(progress(visit.personId));
    expect(posted()).to.have.length(1);
  });

  it("of two processes at once goes into one column", async () => {
    const people = [await launched({ sub: "user-1" }), await launched({ sub: "user-2" })];
    tool.platform.delays.set("/lineitems", 40);
    const [one, two] = people.map(({ personId }) => progress(personId));
    const answers = await Promise.all([failure(one!), failure(two!, { by: tool.beside })]);
    const late = answers.findIndex(({ code }) => code === "grade_column_under_way");
    expect(late).not.to.equal(-1);
    expect(answers[late]).to.include({ permanent: false, expected: true });
    expect(answers[1 - late]).to.deep.equal({});
    await send([one!, two!][late]!, { by: [tool.lti, tool.beside][late]! });
    expect(tool.platform.lineItems.size).to.equal(1);
    expect([...tool.platform.scores.keys()].sort()).to.deep.equal(["user-1", "user-2"]);
    expect(await targets(people[late]!)).to.have.length(2);
    for (const target of await targets(people[late]!)) expect(target.failureCode).to.equal(undefined);
  });

  it("makes a column without the review where a platform refuses it, and never asks Canvas for it", async () => {
    const asked: unknown[] = [];
    tool.platform.instead.set("/lineitems", (req, res, body) => {
      if (req.method === "GET") return void res.end("[]");
      const item = JSON.parse(body) as Record<string, unknown>;
      asked.push("submissionReview" in item);
      const id = `${tool.platform.origin}/lineitems/1/lineitem?type_id=7`;
      tool.platform.lineItems.set("/lineitems/1/lineitem", item);
      res.writeHead("submissionReview" in item ? 400 : 201).end(JSON.stringify({ ...item, id }));
    });
    const { personId } = await launched();
    await send(progress(personId));
    expect(asked).to.deep.equal([true, false]);
    await tool.lti.registerPlatform(tool.registration({ flavour: "canvas" }));
    const other = await launched({ [names.resourceLink]: { id: "link-2" } });
    await send(progress(other.personId));
    expect(asked).to.deep.equal([true, false, false]);
  });

  describe("that could not be sent", () => {
    const answer = (status: number, headers: Record<string, string> = {}): void => {
      tool.platform.instead.set(
        "/lineitems/1/lineitem/scores",
        (_req, res) => void res.writeHead(status, headers).end(),
      );
    };

    it("is kept in mind for instructor and owner, until one arrives", async () => {
      const visit = await launched();
      answer(403);
      expect(await failure(progress(visit.personId))).to.include({
        code: "service_refused",
        permanent: true,
      });
      const [failed] = await targets(visit);
      expect(failed).to.include({ failureCode: "service_refused", failureAt: tool.clock.now() });
      expect(await faults()).to.deep.equal([["service_refused", "score 403"]]);
      tool.platform.instead.clear();
      tool.clock.advance(5000);
      await send(progress(visit.personId));
      const [mended] = await targets(visit);
      expect(mended).not.to.have.any.keys("failureCode", "failureAt");
      const connection = await tool.storage.lti.connection(tool.platformId);
      expect(connection?.lastGradeAt).to.equal(tool.clock.now());
    });
    it("is told of only when it fails again and again, if it may mend itself", async () => {
      const visit = await launched();
      answer(500);
      await failure(progress(visit.personId), { attempt: 2 });
      expect((await targets(visit))[0]?.failureCode).to.equal(undefined);
      await failure(progress(visit.personId), { attempt: 3 });
      expect((await targets(visit))[0]?.failureCode).to.equal("grade_waits");
      expect(await faults()).to.deep.equal([["service_refused", "score 500"]]);
    });
    it("is sent at the next launch of the link", async () => {
      const visit = await launched();
      answer(403);
      await failure(progress(visit.personId));
      tool.grades.set(visit.personId, present);
      tool.platform.instead.clear();
      await launched();
      const [event] = await waiting();
      await send(event!);
      expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 87.5 });
      expect((await targets(visit))[0]?.failureCode).to.equal(undefined);
    });
    for (const [status, after, ms] of [
      [429, "120", 120_000],
      [503, "Sun, 01 Mar 2026 09:10:00 GMT", 600_000],
      [503, "soon", 0],
      [500, "120", 0],
    ] as const) {
      it(`waits as the platform asks with ${status} and “${after}”`, async () => {
        const visit = await launched();
        answer(status, { "retry-after": after, date: "Sun, 01 Mar 2026 09:00:00 GMT" });
        expect(await failure(progress(visit.personId))).to.include({ permanent: false, retryAfterMs: ms });
      });
    }
    it("waits an hour at most", async () => {
      const visit = await launched();
      answer(429, { "retry-after": "86400" });
      const [target] = await targets(visit);
      await tool.storage.lti.saveGradeTarget({ ...target!, id: "another", placementId: "another" }, [
        { ...progress(visit.personId), ...tenantOf(target!) },
      ]);
      const outbox = createOutbox({
        ...{ store: tool.storage.outbox, clock: tool.clock, newId: createNewId(tool.clock) },
        ...{ logger: createLogger("silent"), subscribers: [tool.lti.scoreSubscriber], random: () => 0.5 },
      });
      expect((await outbox.drain()).failed).to.equal(1);
      const { nextDueAt } = await tool.storage.outbox.backlog();
      expect(nextDueAt).to.equal(tool.clock.now() + 3600_000);
    });
    it("says that the permission is gone where the platform takes it back", async () => {
      const visit = await launched();
      await send(progress(visit.personId, { score: 40 }));
      tool.clock.advance(4000_000);
      tool.platform.instead.set("/token", (_req, res) => {
        res.writeHead(400, { "content-type": "text/html" }).end('{"error":"invalid_scope"}');
      });
      const refused = { code: "service_scope_refused", permanent: true };
      expect(await failure(progress(visit.personId))).to.include(refused);
      tool.platform.instead.clear();
      await launched({ [names.endpoint]: undefined });
      expect(await failure(progress(visit.personId))).to.include(refused);
      tool.platform.instead.set("/token", (_req, res) => {
        res.end(JSON.stringify({ access_token: "t", scope: names.scopes[0] }));
      });
      await launched();
      expect(await failure(progress(visit.personId))).to.include(refused);
      expect((await targets(visit))[0]?.failureCode).to.equal("service_scope_refused");
      expect(posted()).to.have.length(1);
    });
  });

  it("of a link without grades is none, and its trainees are known all the same", async () => {
    const visit = await launched({ [names.endpoint]: undefined });
    await send(progress(visit.personId));
    expect(tool.platform.count("/token")).to.equal(0);
    expect((await targets(visit)).map(({ personId, scopes }) => ({ personId, scopes }))).to.deep.equal([
      { personId: visit.personId, scopes: [] },
    ]);
    await launched({ sub: "teacher", [names.roles]: [names.instructor] });
    expect(await targets(visit)).to.have.length(1);
  });
});
