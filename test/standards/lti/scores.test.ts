import { expect } from "chai";
import type { DomainEvent } from "../../../src/foundation/events/index.js";
import { names } from "./a-platform.js";
import { aTool, type LtiTool } from "./a-tool.js";

type Progress = DomainEvent<"module.progressed">;
interface Failure {
  readonly code?: string;
  readonly permanent?: boolean;
}

describe("a score", () => {
  let tool: LtiTool;
  let personId: string;
  beforeEach(async () => {
    tool = await aTool();
    tool.platform.toolKeys = await tool.keyRing.jwks();
    personId = await launched();
  });
  afterEach(() => tool.stop());

  /** A trainee's launch; answers the person's id. */
  async function launched(sub = "user-1", endpoint: Record<string, unknown> = {}): Promise<string> {
    const login = await tool.login();
    const services = {
      scope: names.scopes,
      lineitems: `${tool.platform.origin}/lineitems?type_id=7`,
      ...endpoint,
    };
    const claims = tool.claims(login, { sub, [names.endpoint]: services });
    const answer = await tool.launch(login, await tool.platform.sign(claims));
    const page = await tool.send("GET", answer.headers.get("location") ?? "", { cookie: login.cookie });
    return (JSON.parse(page.text) as { personId: string }).personId;
  }

  const progress = (data: Partial<Progress["data"]> = {}, at = tool.clock.now()): Progress => ({
    id: `event-${at}-${data.score ?? 0}`,
    type: "module.progressed",
    academyId: "a",
    jurisdictionId: "XA",
    at,
    lane: "lane",
    sequence: 1,
    data: {
      attemptId: "attempt",
      personId,
      moduleId: "M01",
      registration: "registration",
      curriculum: { core: "1" },
      score: 40,
      completed: false,
      ...data,
    },
  });
  const send = (event: Progress, signal = new AbortController().signal): Promise<void> =>
    tool.lti.scoreSubscriber.handle(event, { requestId: "request", attempt: 1, signal });
  const failure = async (event: Progress): Promise<Failure> =>
    send(event).then(
      () => ({}),
      (error: unknown) => error as Failure,
    );
  const posted = (): Record<string, unknown>[] =>
    tool.platform.asked
      .filter(({ path }) => path.endsWith("/scores"))
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>);

  it("reaches the gradebook, in a column that is made for it once", async () => {
    await send(progress());
    expect([...tool.platform.lineItems.values()]).to.deep.equal([
      {
        id: `${tool.platform.origin}/lineitems/1/lineitem?type_id=7`,
        scoreMaximum: 100,
        label: "First things",
        tag: "M01",
        resourceId: "M01",
        resourceLinkId: "link-1",
        submissionReview: {
          reviewableStatus: ["InProgress", "Completed"],
          label: "What stands behind the grade",
          url: `${tool.origin}/lti/launch`,
          custom: { module: "M01" },
        },
      },
    ]);
    expect(tool.platform.scores.get("user-1")).to.deep.equal({
      userId: "user-1",
      scoreGiven: 40,
      scoreMaximum: 100,
      timestamp: "2026-03-01T09:00:00.000Z",
      activityProgress: "InProgress",
      gradingProgress: "FullyGraded",
      comment: "Its quiz or scenario is not passed yet.",
    });
    tool.clock.advance(5000);
    await send(progress({ score: 100, completed: true }));
    expect(tool.platform.lineItems.size).to.equal(1);
    expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 100, activityProgress: "Completed" });
  });

  it("goes out as Tessera, also where ltijs asks", async () => {
    await send(progress());
    const agents = tool.platform.asked.map(({ headers }) => headers["user-agent"]);
    expect(new Set(agents)).to.deep.equal(new Set(["Tessera"]));
    expect(tool.platform.count("/lineitems")).to.equal(2);
  });

  it("of trainees who begin at once goes into one column", async () => {
    const others = [await launched("user-2"), await launched("user-3")];
    await Promise.all([personId, ...others].map((id) => send(progress({ personId: id }))));
    expect(tool.platform.lineItems.size).to.equal(1);
    expect([...tool.platform.scores.keys()].sort()).to.deep.equal(["user-1", "user-2", "user-3"]);
  });

  it("goes to the line item that the launch named, without looking for one", async () => {
    const path = "/lineitems/9/lineitem";
    tool.platform.lineItems.set(path, { id: path });
    await launched("user-1", { lineitem: `${tool.platform.origin}${path}?type_id=7` });
    await send(progress());
    expect(tool.platform.count(`${path}/scores`)).to.equal(1);
    expect(tool.platform.count("/lineitems")).to.equal(0);
  });

  it("takes a later second than the one before, however fast they come", async () => {
    await send(progress({ score: 10 }));
    await send(progress({ score: 20 }));
    await send(progress({ score: 30 }));
    expect(posted().map(({ timestamp }) => timestamp)).to.deep.equal([
      "2026-03-01T09:00:00.000Z",
      "2026-03-01T09:00:01.000Z",
      "2026-03-01T09:00:02.000Z",
    ]);
    expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 30 });
  });

  it("finds or makes its column again when the one it had was deleted", async () => {
    await send(progress());
    const [column] = [...tool.platform.lineItems.keys()];
    tool.platform.lineItems.delete(column!);
    for (const other of ["/a", "/b"])
      tool.platform.lineItems.set(other, { id: other, tag: "another tool's" });
    tool.platform.scores.clear();
    tool.clock.advance(5000);
    await send(progress({ score: 90 }));
    expect(tool.platform.lineItems.size).to.equal(3);
    expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 90 });
  });

  it("of an older event that comes late is not sent", async () => {
    const older = progress({ score: 10 });
    tool.clock.advance(60_000);
    await send(progress({ score: 80 }));
    await send(older);
    expect(posted().map(({ scoreGiven }) => scoreGiven)).to.deep.equal([80]);
  });

  it("that the platform calls superseded is done", async () => {
    await send(progress());
    tool.platform.scores.set("user-1", { scoreGiven: 55, timestamp: "2026-03-01T10:00:00Z" });
    tool.clock.advance(5000);
    await send(progress({ score: 50 }));
    expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 55 });
  });

  it("is sent again with a new token when the old one is refused, once", async () => {
    await send(progress());
    tool.platform.tokens.clear();
    tool.clock.advance(5000);
    await send(progress({ score: 60 }));
    expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 60 });
    const { path = "" } = tool.platform.asked.at(-1) ?? {};
    tool.platform.instead.set(path, (_req, res) => void res.writeHead(401).end());
    tool.clock.advance(5000);
    const before = posted().length;
    expect(await failure(progress({ score: 70 }))).to.include({ code: "service_refused", permanent: false });
    expect(posted().length - before).to.equal(2);
  });

  for (const [status, permanent] of [
    [400, true],
    [403, true],
    [404, true],
    [302, false],
    [429, false],
    [500, false],
    [503, false],
  ] as const) {
    it(`that is answered ${status} is ${permanent ? "given up" : "tried again later, in a later second"}`, async () => {
      await send(progress({ score: 10 }));
      const { path = "" } = tool.platform.asked.at(-1) ?? {};
      tool.platform.instead.set(path, (_req, res) => {
        res.writeHead(status, { location: `${tool.platform.origin}/elsewhere` }).end();
      });
      tool.clock.advance(5000);
      const event = progress({ score: 60 });
      expect(await failure(event)).to.include({ code: "service_refused", permanent });
      expect(tool.platform.count("/elsewhere")).to.equal(0);
      tool.platform.instead.clear();
      await send(event);
      expect(tool.platform.scores.get("user-1")).to.include({
        scoreGiven: 60,
        timestamp: "2026-03-01T09:00:06.000Z",
      });
    });
  }

  it("is tried again later when the platform can't be reached or gives no token", async () => {
    tool.platform.instead.set("/token", (_req, res) => void res.writeHead(400).end('{"error":""x"}'));
    expect(await failure(progress())).to.include({ code: "token_refused", permanent: false });
    tool.platform.instead.set("/token", (_req, res) => void res.writeHead(200).end("{}"));
    expect(await failure(progress())).to.include({ code: "service_answer_unusable", permanent: false });
    tool.platform.instead.set("/token", (req) => void req.socket.destroy());
    const broken = await failure(progress());
    expect(broken.code).to.equal("outbound_failed");
    expect(broken.permanent).to.equal(undefined);
    expect(posted()).to.deep.equal([]);
  });

  it("asks for each token once while it is good, and again before it runs out", async () => {
    await send(progress({ score: 1 }));
    expect(tool.platform.count("/token")).to.equal(2);
    tool.clock.advance(3500_000);
    await send(progress({ score: 2 }));
    expect(tool.platform.count("/token")).to.equal(2);
    tool.clock.advance(90_000);
    await send(progress({ score: 3 }));
    expect(tool.platform.count("/token")).to.equal(3);
  });

  it("needs no line item scope where the launch named the line item", async () => {
    tool.platform.grantedScopes = names.scopes.filter((scope) => scope.endsWith("score"));
    const path = "/lineitems/9/lineitem";
    tool.platform.lineItems.set(path, { id: path });
    await launched("user-1", { lineitem: `${tool.platform.origin}${path}?type_id=7` });
    await send(progress());
    expect(tool.platform.scores.size).to.equal(1);
  });

  it("without a line item, and without leave to make one, is given up, and kept in mind", async () => {
    const readOnly = ["lineitem.readonly", "score"].map(
      (s) => `https://purl.imsglobal.org/spec/lti-ags/scope/${s}`,
    );
    tool.platform.grantedScopes = readOnly;
    tool.platform.instead.set("/lineitems", (_req, res) => void res.end("[]"));
    const id = await launched("user-5", { scope: readOnly });
    const failed = { code: "grade_column_missing", permanent: true };
    expect(await failure(progress({ personId: id }))).to.include(failed);
    expect(posted()).to.deep.equal([]);
  });

  it("never follows a line item to a host that is not the platform's", async () => {
    tool.platform.instead.set("/lineitems", (req, res) => {
      const item = { id: "https://evil.example/item", tag: "M01", resourceLinkId: "link-1" };
      res.end(JSON.stringify(req.method === "GET" ? [item] : item));
    });
    expect(await failure(progress())).to.include({ code: "service_answer_unusable" });
    tool.platform.instead.set("/lineitems", (_req, res) => {
      res.writeHead(302, { location: `${tool.platform.origin}/internal` }).end();
    });
    expect(await failure(progress())).to.include({ code: "service_refused" });
    expect(tool.platform.count("/internal")).to.equal(0);
    await tool.lti.registerPlatform(tool.registration({ serviceOrigins: ["https://elsewhere.example"] }));
    expect(await failure(progress())).to.include({ code: "service_url_refused", permanent: true });
    expect(posted()).to.deep.equal([]);
  });

  it("finds its column on a later page of the list", async () => {
    const item = {
      id: `${tool.platform.origin}/lineitems/4/lineitem?type_id=7`,
      tag: "M01",
      resourceLinkId: "link-1",
    };
    tool.platform.lineItems.set("/lineitems/4/lineitem", item);
    tool.platform.instead.set("/lineitems", (req, res) => {
      const second = req.url?.includes("page=2") ?? false;
      res.writeHead(200, second ? {} : { link: `<${tool.platform.origin}/lineitems?page=2>; rel="next"` });
      res.end(JSON.stringify(second ? [item] : []));
    });
    await send(progress());
    expect(tool.platform.scores.size).to.equal(1);
  });

  it("of a platform that was switched off is given up", async () => {
    await tool.lti.registerPlatform(tool.registration({ status: "inactive" }));
    expect(await failure(progress())).to.include({ code: "platform_inactive", permanent: true });
  });

  it("reaches every placement that it can, and says of the others that they failed", async () => {
    const login = await tool.login();
    const endpoint = { scope: names.scopes, lineitem: `${tool.platform.origin}/lineitems/none?type_id=7` };
    const second = tool.claims(login, { [names.resourceLink]: { id: "link-0" }, [names.endpoint]: endpoint });
    await tool.launch(login, await tool.platform.sign(second));
    expect(await failure(progress())).to.include({ code: "service_refused", permanent: true });
    expect(tool.platform.scores.get("user-1")).to.include({ scoreGiven: 40 });
  });

  it("leaves no user id and no token in the log", async () => {
    await send(progress());
    expect(tool.log.join("")).not.to.include("user-1").and.not.to.include("token-");
  });
});
