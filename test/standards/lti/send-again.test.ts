import { expect } from "chai";
import { createOutbox } from "../../../src/foundation/events/index.js";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import { names } from "./a-platform.js";
import { aTool, type LtiTool } from "./a-tool.js";

interface LaunchedVisit {
  readonly personId: string;
  readonly placementId: string;
  readonly moduleId: string;
}

/** Grades that a gradebook refused, and what brings them there in the end. */
describe("a grade that did not arrive", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
    tool.platform.toolKeys = await tool.keyRing.jwks();
  });
  afterEach(() => tool.stop());

  const passed = [{ activityId: "tests-quiz", score: 87.5 }];
  const path = "/lineitems/7/lineitem";

  /** A launch by who has done the module already: the gradebook wants to know. */
  async function launched(sub = "user-1"): Promise<LaunchedVisit> {
    const login = await tool.login();
    tool.platform.lineItems.set(path, { id: path });
    const lineitem = `${tool.platform.origin}${path}?type_id=7`;
    const claims = tool.claims(login, { sub, [names.endpoint]: { scope: names.scopes, lineitem } });
    const answer = await tool.launch(login, await tool.platform.sign(claims));
    const [address = ""] = /^\/visits\/[^/]+/.exec(answer.headers.get("location") ?? "") ?? [];
    const page = await tool.send("GET", address, { cookie: login.cookie });
    return JSON.parse(page.text) as LaunchedVisit;
  }
  async function done(sub = "user-1", score = 87.5): Promise<LaunchedVisit> {
    const visit = await launched(sub);
    const attemptId = `attempt of ${sub}`;
    tool.grades.set(visit.personId, { attemptId, version: 3, score, completed: true, passed });
    // Known only now, as where the work was done by another link.
    const [target] = await targets(visit);
    await tool.storage.lti.setGradeFailure(target!.id, { code: "grade_waits", at: tool.clock.now() });
    await launched(sub);
    return visit;
  }
  const targets = async ({ placementId, personId }: LaunchedVisit) =>
    (await tool.storage.lti.gradeTargetsOf(placementId)).filter((target) => target.personId === personId);
  const work = () =>
    createOutbox({
      ...{ store: tool.storage.outbox, clock: tool.clock, newId: createNewId(tool.clock) },
      ...{ logger: createLogger("silent"), subscribers: [tool.lti.scoreSubscriber], random: () => 0.5 },
    }).drain();
  const refuse = (status = 403): void =>
    void tool.platform.instead.set(`${path}/scores`, (_req, res) => void res.writeHead(status).end());
  const allow = (): void => tool.platform.instead.clear();
  const dead = () => tool.storage.outbox.deadJobs(100);
  const failures = async (visit: LaunchedVisit) => (await tool.lti.classOf(visit as never)).failures;

  it("leaves one dead letter a person and link, however often the link is launched", async () => {
    refuse();
    await done();
    await done("user-2");
    for (let launches = 0; launches < 5; launches += 1) {
      await work();
      expect(await dead()).to.have.length(2);
      tool.clock.advance(60_000);
      await launched();
      await launched("user-2");
    }
    allow();
    await work();
    expect(await dead()).to.have.length(0);
    expect(tool.platform.scores).to.have.all.keys("user-1", "user-2");
  });
  it("leaves the newest dead letter alone where another grade failed later", async () => {
    refuse();
    const visit = await done();
    await work();
    const [first] = await dead();
    tool.clock.advance(1000);
    const [target] = await targets(visit);
    const event = { ...first!.event, id: "a later event", at: tool.clock.now(), sequence: 999 };
    await tool.storage.lti.saveGradeTarget({ ...target!, scopes: names.scopes }, [event]);
    await work();
    expect((await dead()).map(({ event: { id } }) => id)).to.deep.equal(["a later event"]);
    expect((await targets(visit))[0]?.failureEventId).to.equal("a later event");
  });
  it("is sent again at the instructor's word, once, and says so until it has arrived", async () => {
    refuse();
    const visit = await done();
    await done("user-2");
    await work();
    expect((await failures(visit)).map(({ failure }) => failure)).to.deep.equal(["refused", "refused"]);
    expect(await tool.lti.sendAgain(visit)).to.deep.equal({ sent: 2, waiting: 0 });
    expect((await failures(visit)).map(({ failure }) => failure)).to.deep.equal(["again", "again"]);
    expect(await tool.lti.sendAgain(visit)).to.deep.equal({ sent: 0, waiting: 2 });
    expect(await tool.storage.outbox.backlog()).to.include({ waiting: 2, dead: 0 });
    allow();
    await work();
    expect(await failures(visit)).to.deep.equal([]);
    expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 87.5 });
    expect(await tool.lti.sendAgain(visit)).to.deep.equal({ sent: 0, waiting: 0 });
  });
  it("is refused again with its reason, when nothing was mended", async () => {
    refuse();
    const visit = await done();
    await work();
    await tool.lti.sendAgain(visit);
    await work();
    expect((await failures(visit)).map(({ failure }) => failure)).to.deep.equal(["refused"]);
    expect(await dead()).to.have.length(1);
    expect(await tool.lti.sendAgain(visit)).to.deep.equal({ sent: 1, waiting: 0 });
  });
  it("is told of anew where its dead letter is gone, or was from before we kept which it is", async () => {
    refuse();
    const visit = await done();
    await work();
    const [target] = await targets(visit);
    await tool.storage.lti.setGradeFailure(target!.id, { code: "service_refused", at: 1 });
    const [letter] = await dead();
    await tool.storage.outbox.settle(letter!.id, tool.clock.now());
    expect(await tool.lti.sendAgain(visit)).to.deep.equal({ sent: 1, waiting: 0 });
    allow();
    await work();
    expect(await failures(visit)).to.deep.equal([]);
  });
  it("is not said to be on its way where there is nothing left to send", async () => {
    refuse();
    const visit = await done();
    await work();
    const [target] = await targets(visit);
    // Its column was never filled, and the platform takes its grade service away.
    await tool.storage.lti.saveGradeTarget({ ...target!, scopes: [] });
    await tool.lti.sendAgain(visit);
    await work();
    expect(await failures(visit)).to.deep.equal([]);
  });
  it("is not said to be on its way where there is no grade to tell of any more", async () => {
    refuse();
    const visit = await done();
    await work();
    const [letter] = await dead();
    await tool.storage.outbox.settle(letter!.id, tool.clock.now());
    tool.grades.delete(visit.personId);
    expect(await tool.lti.sendAgain(visit)).to.deep.equal({ sent: 0, waiting: 0 });
    expect(await failures(visit)).to.deep.equal([]);
  });
  it("of two who press at once is sent once", async () => {
    refuse();
    const visit = await done();
    await work();
    const answers = await Promise.all(Array.from({ length: 8 }, () => tool.lti.sendAgain(visit)));
    expect(answers.some(({ sent }) => sent === 1)).to.equal(true);
    allow();
    await work();
    const posts = tool.platform.asked.filter((one) => one.path.endsWith("/scores"));
    expect(posts.length, "the refused one, and the one that arrived").to.equal(2);
  });
});
