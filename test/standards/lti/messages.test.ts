import { expect } from "chai";
import type { Visit } from "../../../src/foundation/web/index.js";
import { names } from "./a-platform.js";
import { aTool, type Answered, type LtiTool } from "./a-tool.js";
import { deepLinking, resourceLink, review, sending, settings, type MessageKind } from "./message-kinds.js";

const vocabulary = "http://purl.imsglobal.org/vocab/lis/v2";

describe("a message", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
  });
  afterEach(() => tool.stop());

  interface Opened {
    readonly visit: Visit;
    /** Where the launch led, within the visit. */
    readonly page: string;
  }

  async function post(
    kind: MessageKind,
    change: Record<string, unknown> = {},
  ): Promise<Answered & { cookie: string }> {
    const login = await tool.login();
    const token = await tool.platform.sign(sending(tool, kind).claims(login, change));
    return { ...(await tool.launch(login, token)), cookie: login.cookie };
  }

  async function open(kind: MessageKind, change: Record<string, unknown> = {}): Promise<Opened> {
    const answer = await post(kind, change);
    expect(answer.status, answer.code).to.equal(303);
    const location = answer.headers.get("location") ?? "";
    const shown = await tool.send("GET", location, { cookie: answer.cookie });
    const visit = JSON.parse(shown.text) as Visit;
    return { visit, page: location.slice(`/visits/${visit.id}`.length) };
  }

  describe("of deep linking", () => {
    const pick = async (change: Record<string, unknown>): Promise<Visit["errand"]> =>
      (await open(deepLinking, { [names.deepLinkingSettings]: { ...settings(tool), ...change } })).visit
        .errand;

    it("begins a visit that picks content, and is about no link", async () => {
      const { visit, page } = await open(deepLinking);
      expect(page).to.equal("/pick");
      expect(visit).to.deep.include({ placementId: "", moduleId: "", role: "instructor" });
      expect(visit.errand).to.deep.equal({
        kind: "pick",
        deploymentId: "deployment-1",
        returnUrl: `${tool.platform.origin}/return?course=1`,
        data: "kept by the platform",
        multiple: true,
        targets: ["iframe", "window"],
        lineItems: true,
      });
    });

    it("takes what is left out as little, and line items as welcome", async () => {
      const errand = await pick({
        data: undefined,
        accept_multiple: undefined,
        accept_lineitem: undefined,
        accept_presentation_document_targets: undefined,
      });
      expect(errand).to.deep.include({ multiple: false, targets: [], lineItems: true });
      expect(errand).not.to.have.property("data");
    });

    it("bears booleans that are texts", async () => {
      expect(await pick({ accept_multiple: "true", accept_lineitem: "false" })).to.deep.include({
        multiple: true,
        lineItems: false,
      });
    });

    it("keeps data of up to 12 kb as it came", async () => {
      const data = "d".repeat(12 * 1024);
      expect(await pick({ data })).to.deep.include({ data });
    });

    it("may leave its target out, but not name another", async () => {
      expect((await open(deepLinking, { [names.targetLinkUri]: undefined })).page).to.equal("/pick");
      const other = await post(deepLinking, { [names.targetLinkUri]: `${tool.origin}/elsewhere` });
      expect(other.code).to.equal("target_link_mismatch");
    });

    it("may be returned to any of the platform's origins", async () => {
      const school = "https://school.example";
      await tool.lti.registerPlatform(tool.registration({ serviceOrigins: [tool.platform.origin, school] }));
      expect(await pick({ deep_link_return_url: `${school}/courses/1/return` })).to.deep.include({
        returnUrl: `${school}/courses/1/return`,
      });
    });

    it("needs no context, name or mail address", async () => {
      expect((await open(deepLinking, { [names.context]: undefined })).page).to.equal("/pick");
    });

    it("is for administrators too", async () => {
      const { visit } = await open(deepLinking, {
        [names.roles]: [`${vocabulary}/institution/person#Administrator`],
      });
      expect(visit.role).to.equal("administrator");
    });
  });

  describe("of submission review", () => {
    it("begins a visit that looks at one trainee's work, whom we know from their own launch", async () => {
      const trainee = (await open(resourceLink, { sub: "user-2" })).visit;
      const { visit, page } = await open(review);
      expect(page).to.equal("/review");
      expect(visit).to.deep.include({ role: "instructor", moduleId: "M01" });
      expect(visit.errand).to.deep.equal({ kind: "review", personId: trainee.personId });
      expect(visit.personId).not.to.equal(trainee.personId);
      expect(visit.placementId).to.equal(trainee.placementId);
    });

    it("leads trainees who look at their own work to their own pages", async () => {
      const change = { [names.roles]: [names.learner], sub: "user-2" };
      const { visit, page } = await open(review, change);
      expect(page).to.equal("");
      expect(visit.role).to.equal("trainee");
      expect(visit).not.to.have.property("errand");
    });
  });

  describe("of a resource link", () => {
    const custom = (values: Record<string, string>) => ({ [names.custom]: values });

    it("leads to the one activity that the link is about", async () => {
      const { visit, page } = await open(resourceLink, custom({ module: "M01", activity: "tests-quiz" }));
      expect(page).to.equal("/activities/tests-quiz");
      expect(visit.activityId).to.equal("tests-quiz");
      expect(await tool.storage.lti.placement(visit.placementId)).to.deep.include({
        activityId: "tests-quiz",
      });
    });

    it("is about the module again when the link's activity was taken out", async () => {
      const { visit } = await open(resourceLink, custom({ module: "M01", activity: "tests-quiz" }));
      const again = (await open(resourceLink, custom({ module: "M01" }))).visit;
      expect(again.placementId).to.equal(visit.placementId);
      expect(again).not.to.have.property("activityId");
      expect(await tool.storage.lti.placement(visit.placementId)).not.to.have.property("activityId");
    });

    it("does not take a variable that the platform left as it was for an activity", async () => {
      const { page } = await open(resourceLink, custom({ module: "M01", activity: "$Activity.id" }));
      expect(page).to.equal("");
    });
  });

  describe("of a course", () => {
    const inCourse = async (context: object, more: Record<string, unknown> = {}): Promise<void> => {
      await open(resourceLink, { [names.context]: { id: "course-2", ...context }, ...more });
    };
    const course = () => tool.storage.lti.course(tool.platformId, "course-2");

    it("tells its title and where its members are listed", async () => {
      const url = `${tool.platform.origin}/members?course=2`;
      await inCourse({ title: "Patrol, spring" }, { [names.roster]: { context_memberships_url: url } });
      expect(await course()).to.deep.include({ title: "Patrol, spring", rosterUrl: url, copiedFrom: [] });
    });

    it("is believed no members' list on a foreign host", async () => {
      await inCourse(
        {},
        { [names.roster]: { context_memberships_url: "https://elsewhere.example/members" } },
      );
      expect(await course()).not.to.have.property("rosterUrl");
      expect(tool.log.join("")).to.include("foreign origin");
    });

    const histories: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
      ["in the order that it names", { context_history: "course-1,course%2C0" }, ["course-1", "course,0"]],
      ["as Canvas names them", { previous_context_ids: "a1, b2" }, ["a1", "b2"]],
      ["once each, and not itself", { context_history: "a,a,course-2,,b" }, ["a", "b"]],
      ["none, where the variable is not filled in", { context_history: "$Context.id.history" }, []],
      [
        "what Canvas fills in, where the other is not",
        { context_history: "$X", previous_context_ids: "a" },
        ["a"],
      ],
      ["as they stand, where they are not encoded", { context_history: "100%,b" }, ["100%", "b"]],
    ];
    for (const [what, values, copiedFrom] of histories) {
      it(`tells the courses that it was copied from: ${what}`, async () => {
        await inCourse({}, { [names.custom]: { module: "M01", ...values } });
        expect((await course())?.copiedFrom).to.deep.equal(copiedFrom);
      });
    }

    it("that was copied shows nothing of what was done in the first one", async () => {
      const first = (await open(resourceLink)).visit;
      const copy = (
        await open(resourceLink, {
          [names.context]: { id: "course-2" },
          [names.resourceLink]: { id: "link-2" },
          [names.custom]: { module: "M01", context_history: "course-1" },
          sub: "user-9",
        })
      ).visit;
      expect(copy.moduleId).to.equal("M01");
      expect(copy.placementId).not.to.equal(first.placementId);
      expect(copy.personId).not.to.equal(first.personId);
      const targets = await tool.storage.lti.gradeTargetsOf(copy.placementId);
      expect(targets.map(({ personId }) => personId)).to.deep.equal([copy.personId]);
    });
  });

  describe("and how it goes with its platform", () => {
    const connection = () => tool.storage.lti.connection(tool.platformId);

    it("is noted when it opened something", async () => {
      await open(resourceLink);
      expect(await connection()).to.deep.include({ lastLaunchAt: tool.clock.now(), faults: [] });
    });

    it("is noted when it was refused: an unknown deployment by its id", async () => {
      await post(resourceLink, { [names.deploymentId]: "deployment-2" });
      const faults = (await connection())?.faults ?? [];
      expect(faults.map(({ code, detail }) => [code, detail])).to.deep.equal([
        ["deployment_not_approved", "deployment-2"],
      ]);
    });

    it("is noted when none of the platform's keys signed it", async () => {
      tool.platform.keys = [];
      await post(resourceLink);
      expect((await connection())?.faults.map(({ code }) => code)).to.deep.equal(["key_unknown"]);
    });

    it("is not noted when a trainee may not do what they tried, or nobody can tell whose login it was", async () => {
      await post(deepLinking, { [names.roles]: [names.learner] });
      await tool.send("POST", "/lti/launch", { form: { state: "x".repeat(43), id_token: "a.b.c" } });
      expect(await connection()).to.equal(undefined);
    });
  });
});
