import { expect } from "chai";
import { KnownError } from "../../../src/foundation/kernel/index.js";
import { eachTestHasAStore, newId, type MakeDatabase } from "./database.js";
import * as the from "./samples.js";
import { arvenia, atOnce, belmora } from "./samples.js";

export function directoryContract(make: MakeDatabase): void {
  describe("directory", () => {
    const store = eachTestHasAStore(make);
    const academy = { ...arvenia, slug: "north", name: "North", demonstration: true };

    it("agrees on one person, however many launches come at once", async () => {
      const { directory } = store();
      const found = await atOnce(30, () => directory.findOrAddPerson(the.aPerson()));
      expect(new Set(found.map((person) => person.id)).size).to.equal(1);
      expect(await directory.person(found[0]!.id)).to.deep.equal(found[0]);
    });
    it("keeps the same platform user of two academies apart", async () => {
      const { directory } = store();
      const one = await directory.findOrAddPerson(the.aPerson());
      const other = await directory.findOrAddPerson(the.aPerson(belmora));
      expect(other.id).not.to.equal(one.id);
    });
    it("gives a slug to one of many academies that ask for it at once", async () => {
      const { directory } = store();
      const answers = await atOnce(10, (n) =>
        directory.addAcademy({ ...academy, academyId: `academy-${n}` }),
      );
      expect(answers.filter((answer) => answer === "added")).to.have.length(1);
      expect(await directory.academies()).to.have.length(1);
      expect((await directory.academyBySlug("north"))?.name).to.equal("North");
      expect(await directory.academyBySlug("south")).to.equal(undefined);
    });
    it("replaces a jurisdiction of the same code", async () => {
      const { directory } = store();
      await directory.saveJurisdiction({ id: "XA", name: "Arvenia", demonstration: true });
      await directory.saveJurisdiction({ id: "XA", name: "Arvenia (north)", demonstration: false });
      expect(await directory.jurisdictions()).to.deep.equal([
        { id: "XA", name: "Arvenia (north)", demonstration: false },
      ]);
    });
    it("lets one of many use an invite, who may give it back", async () => {
      const { directory } = store();
      const invite = {
        ...{ ...arvenia, id: newId(), purpose: "registration" as const, label: "Moodle" },
        ...{ createdAt: 10, expiresAt: 1000 },
      };
      await directory.addInvite(invite);
      const used = await atOnce(10, () => directory.useInvite(invite.id, 50));
      expect(used.filter((one) => one !== undefined)).to.deep.equal([{ ...invite, usedAt: 50 }]);
      expect(await directory.endInvite(invite.id, 60)).to.equal(false);
      expect(await directory.reopenInvite(invite.id, 49)).to.equal(false);
      expect(await directory.reopenInvite(invite.id, 50)).to.equal(true);
      expect(await directory.invite(invite.id)).to.deep.equal(invite);
      expect(await directory.endInvite(invite.id, 60)).to.equal(true);
      expect(await directory.useInvite(invite.id, 70)).to.equal(undefined);
      expect(await directory.invites(belmora)).to.deep.equal([]);
    });
    it("ends an API client once, and says when there is none", async () => {
      const { directory } = store();
      const client = { ...arvenia, key: newId(), secretHash: "h", name: "n", scopes: ["all"], createdAt: 1 };
      await directory.addApiClient(client);
      expect(await directory.apiClient(client.key)).to.deep.equal(client);
      expect(await directory.endApiClient(client.key, 50)).to.equal(true);
      expect(await directory.endApiClient(client.key, 90)).to.equal(true);
      expect((await directory.apiClients())[0]?.endedAt).to.equal(50);
      expect(await directory.endApiClient("nobody", 50)).to.equal(false);
    });
  });
}

export function keysAndVisitsContract(make: MakeDatabase): void {
  describe("keys and visits", () => {
    const store = eachTestHasAStore(make);
    const key = (kid: string, generation: number) => ({
      ...{
        ...arvenia,
        kid,
        keySet: "lti",
        generation,
        alg: "RS256",
        publicJwk: { "x5t#S256": "a.b", $k: 1 },
      },
      ...{ sealedPrivateJwk: "sealed", createdAt: 1 },
    });
    const visit = (id: string, expiresAt: number) => ({
      ...{ ...arvenia, id, browserHash: "b", personId: "p", role: "trainee" as const, platformId: "pl" },
      ...{ placementId: "plc", moduleId: "M01", locale: "en", frameOrigin: "https://lms.example" },
      ...{ startedAt: 1, expiresAt },
    });

    it("lets one of many processes make the next generation of a key set", async () => {
      const { keys } = store();
      const answers = await atOnce(10, (n) => keys.addKey(key(`kid-${n}`, 1)));
      expect(answers.filter((answer) => answer === "added")).to.have.length(1);
      await keys.addKey(key("kid-x", 2));
      expect((await keys.keysOf(arvenia, "lti")).map((found) => found.generation)).to.deep.equal([1, 2]);
      expect(await keys.keysOf(belmora, "lti")).to.deep.equal([]);
    });
    it("keeps names with dots and dollars as they are", async () => {
      const { keys } = store();
      await keys.addKey(key("kid", 1));
      expect((await keys.keysOf(arvenia, "lti"))[0]).to.deep.equal(key("kid", 1));
    });
    it("removes the visits that ended, and only those", async () => {
      const { visits } = store();
      for (const end of [100, 200, 300]) await visits.addVisit(visit(`visit-${end}`, end));
      expect(await visits.purgeVisits(300)).to.equal(2);
      expect(await visits.findVisit("visit-200")).to.equal(undefined);
      expect(await visits.findVisit("visit-300")).to.deep.equal(visit("visit-300", 300));
    });
  });
}

export function ltiContract(make: MakeDatabase): void {
  describe("LTI", () => {
    const store = eachTestHasAStore(make);

    it("gives a login's state to exactly one of many launches", async () => {
      const { lti } = store();
      const state = the.aLoginState();
      await lti.addLoginState(state);
      const taken = (await atOnce(30, () => lti.takeLoginState(state.id))).filter(
        (found) => found !== undefined,
      );
      expect(taken).to.deep.equal([state]);
    });
    it("forgets login states that ran out", async () => {
      const { lti } = store();
      const [old, young] = [the.aLoginState({ expiresAt: 100 }), the.aLoginState({ expiresAt: 900 })];
      await lti.addLoginState(old);
      await lti.addLoginState(young);
      expect(await lti.purgeLoginStates(500)).to.equal(1);
      expect(await lti.takeLoginState(old.id)).to.equal(undefined);
      expect(await lti.takeLoginState(young.id)).to.deep.equal(young);
    });
    it("replaces a platform of the same issuer and client, and keeps its id", async () => {
      const { lti } = store();
      const first = await lti.savePlatform(the.aPlatform());
      const second = await lti.savePlatform(
        the.aPlatform({ name: "LMS 2", jwksUrl: "https://lms.example/new" }),
      );
      expect(second).to.include({ id: first.id, name: "LMS 2", jwksUrl: "https://lms.example/new" });
      expect(await lti.platforms()).to.deep.equal([second]);
    });
    it("adds a platform to one of many who register it at once, and leaves a known one as it is", async () => {
      const { lti } = store();
      const answers = await atOnce(10, (n) => lti.addPlatform(the.aPlatform({ name: `LMS ${n}` })));
      expect(answers.filter((answer) => answer === "added")).to.have.length(1);
      const [first] = await lti.platforms();
      const foreign = the.aPlatform({ ...belmora, jwksUrl: "https://other.example/keys" });
      expect(await lti.addPlatform(foreign)).to.equal("taken");
      expect(await lti.platforms()).to.deep.equal([first]);
    });
    it("changes of a platform what its owner decides, which a new start does not undo", async () => {
      const { lti } = store();
      const { id } = await lti.savePlatform(the.aPlatform());
      expect(await lti.changePlatform(id, { gradeColumns: "activity" })).to.equal(true);
      expect(await lti.changePlatform(id, { status: "inactive" })).to.equal(true);
      expect(await lti.platform(id)).to.include({ gradeColumns: "activity", status: "inactive" });
      const again = await lti.savePlatform(the.aPlatform());
      expect(again).to.include({ id, gradeColumns: "activity", status: "active" });
      expect(await lti.changePlatform("nobody", { status: "active" })).to.equal(false);
    });
    it("finds the clients of one issuer, or the one that was named", async () => {
      const { lti } = store();
      for (const clientId of ["one", "two"]) await lti.savePlatform(the.aPlatform({ clientId }));
      expect(await lti.findPlatforms("https://lms.example")).to.have.length(2);
      expect((await lti.findPlatforms("https://lms.example", "two"))[0]?.clientId).to.equal("two");
      expect(await lti.findPlatforms("https://other.example")).to.deep.equal([]);
    });
    it("agrees on one deployment, which stays approved when it is seen again", async () => {
      const { lti } = store();
      const seen = await atOnce(20, () => lti.findOrAddDeployment(the.aDeployment()));
      expect(new Set(seen.map((deployment) => deployment.id)).size).to.equal(1);
      expect(await lti.approveDeployment("platform", "1")).to.equal(true);
      expect(await lti.approveDeployment("platform", "2")).to.equal(false);
      expect((await lti.findOrAddDeployment(the.aDeployment())).status).to.equal("approved");
      expect(await lti.deployments("platform")).to.have.length(1);
    });
    it("brings a placement up to date and keeps its id", async () => {
      const { lti } = store();
      const first = await lti.savePlacement(the.aPlacement());
      const { contextId, ...bare } = the.aPlacement({ moduleId: "M02" });
      expect(first.contextId).to.equal(contextId);
      const second = await lti.savePlacement(bare);
      expect(second).to.deep.equal({ ...bare, id: first.id });
      expect(await lti.placement(first.id)).to.deep.equal(second);
    });
    it("finds the placements of one course, the oldest first, and never those of another", async () => {
      const { lti } = store();
      const inCourse = { platformId: "platform", deploymentId: "1", contextId: "course" };
      const first = await lti.savePlacement(the.aPlacement({ resourceLinkId: "a" }));
      const second = await lti.savePlacement(the.aPlacement({ resourceLinkId: "b", moduleId: "" }));
      const { contextId, ...nowhere } = the.aPlacement({ resourceLinkId: "c" });
      expect(contextId).to.equal(inCourse.contextId);
      await lti.savePlacement(nowhere);
      await lti.savePlacement(the.aPlacement({ resourceLinkId: "d", contextId: "course-2" }));
      await lti.savePlacement(the.aPlacement({ deploymentId: "2" }));
      await lti.savePlacement(the.aPlacement({ ...belmora, platformId: "platform-2" }));
      expect(await lti.placementsIn(inCourse)).to.deep.equal([first, second]);
      expect(await lti.placementsIn({ ...inCourse, contextId: "course-9" })).to.deep.equal([]);
      const grades = { scopes: ["score"], lineItemUrl: "https://lms.example/items/1" };
      await lti.savePlacement(the.aPlacement({ resourceLinkId: "a", contextId: "course-2", grades }));
      expect(await lti.placementsIn(inCourse)).to.deep.equal([second]);
      expect((await lti.placementsIn({ ...inCourse, contextId: "course-2" }))[0]).to.deep.include({
        ...{ id: first.id, grades },
      });
    });
    it("brings a grade target's URLs up to date, never its last score", async () => {
      const { lti } = store();
      const { id } = await lti.saveGradeTarget(the.aGradeTarget());
      await lti.setLineItem(id, "https://lms.example/items/1");
      await lti.reserveScoreSecond(id, 7000);
      await lti.recordScore(id, 66.5);
      const again = await lti.saveGradeTarget(the.aGradeTarget({ scopes: ["score", "lineitem"] }));
      expect(again).to.include({
        id,
        lastScoreAt: 7000,
        lastScore: 66.5,
        lineItemUrl: "https://lms.example/items/1",
      });
      expect(again.scopes).to.deep.equal(["score", "lineitem"]);
      expect(await lti.gradeTargets("person", "M01")).to.deep.equal([again]);
    });
    it("never gives the same second to two scores", async () => {
      const { lti } = store();
      const { id } = await lti.saveGradeTarget(the.aGradeTarget());
      const given = await atOnce(40, (n) => lti.reserveScoreSecond(id, (n % 5) * 1000 + 10_000));
      expect(new Set(given).size).to.equal(40);
      expect(given.every((second, n) => second >= (n % 5) * 1000 + 10_000)).to.equal(true);
      expect(await lti.reserveScoreSecond(id, 900_000)).to.equal(900_000);
      expect(await lti.reserveScoreSecond(id, 5000)).to.equal(901_000);
    });
    it("never takes a value for an operator", async () => {
      const { lti, directory } = store();
      await lti.savePlatform(the.aPlatform());
      const operator = { $gt: "" } as unknown as string;
      const attacks = [
        () => lti.findPlatforms(operator),
        () => lti.findPlatforms("https://lms.example", operator),
        () => lti.takeLoginState(operator),
        () => lti.platform(["a", "b"] as unknown as string),
        () => directory.academyBySlug({ $ne: null } as unknown as string),
        () => lti.findOrAddDeployment(the.aDeployment({ deploymentId: operator })),
      ];
      for (const attack of attacks) {
        const error: unknown = await attack().catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(KnownError).and.have.property("code", "store_value_refused");
      }
      expect(await lti.findPlatforms("' OR 1=1 --")).to.deep.equal([]);
    });
  });
}

export function attemptsContract(make: MakeDatabase): void {
  describe("attempts", () => {
    const store = eachTestHasAStore(make);

    it("keeps an attempt as it was saved, with its event", async () => {
      const { attempts, outbox } = store();
      const activities = { "a.b": { openedAt: 5, runs: [] }, $c: {} };
      const attempt = the.anAttempt({ activities });
      const event = the.anEvent("lane", 1);
      expect(await attempts.addAttempt(attempt, [event])).to.equal("saved");
      expect(await attempts.findAttempt(arvenia, "person", "M01")).to.deep.equal(attempt);
      expect(await outbox.undispatched(10)).to.deep.equal([event]);
    });
    it("begins a cycle once, and saves the events of the one that began", async () => {
      const { attempts, outbox } = store();
      const answers = await atOnce(20, (n) => attempts.addAttempt(the.anAttempt(), [the.anEvent("lane", n)]));
      expect(answers.filter((answer) => answer === "saved")).to.have.length(1);
      expect(await outbox.undispatched(100)).to.have.length(1);
    });
    it("saves one of many changes of the same version, with its events and no others", async () => {
      const { attempts, outbox } = store();
      const attempt = the.anAttempt();
      await attempts.addAttempt(attempt, []);
      const answers = await atOnce(30, (n) =>
        attempts.saveAttempt({ ...attempt, version: 2, forms: [`form-${n}`] }, 1, [the.anEvent("lane", n)]),
      );
      const winner = answers.indexOf("saved");
      expect(answers.filter((answer) => answer === "saved")).to.have.length(1);
      expect((await attempts.findAttempt(arvenia, "person", "M01"))?.forms).to.deep.equal([`form-${winner}`]);
      expect((await outbox.undispatched(100)).map((event) => event.sequence)).to.deep.equal([winner]);
    });
    it("finds the latest cycle, of this academy only", async () => {
      const { attempts } = store();
      for (const cycle of [1, 3, 2]) await attempts.addAttempt(the.anAttempt({ cycle }), []);
      expect((await attempts.findAttempt(arvenia, "person", "M01"))?.cycle).to.equal(3);
      expect(await attempts.findAttempt(belmora, "person", "M01")).to.equal(undefined);
    });
    it("finds the attempts whose learning is to be forgotten, the earliest first", async () => {
      const { attempts } = store();
      const until = [300, 100, undefined, 200, 400, 200, 200];
      const made = until.map((formativeUntil, n) =>
        the.anAttempt({ personId: `p-${n}`, ...(formativeUntil === undefined ? {} : { formativeUntil }) }),
      );
      for (const attempt of made) await attempts.addAttempt(attempt, []);
      expect(await attempts.attemptsToTrim(99, 10)).to.deep.equal([]);
      const equals = [made[3]!, made[5]!, made[6]!].sort((one, other) => (one.id < other.id ? -1 : 1));
      const due = [made[1]!, ...equals, made[0]!];
      expect(await attempts.attemptsToTrim(300, 10)).to.deep.equal(due);
      expect(await attempts.attemptsToTrim(300, 2)).to.deep.equal(due.slice(0, 2));
      for (const [n, last] of due.entries())
        expect(await attempts.attemptsToTrim(300, 2, last)).to.deep.equal(due.slice(n + 1, n + 3));
      const { formativeUntil, ...trimmed } = made[1]!;
      expect(formativeUntil).to.equal(100);
      await attempts.saveAttempt({ ...trimmed, version: 2 }, 1, []);
      expect(await attempts.attemptsToTrim(300, 1)).to.deep.equal(equals.slice(0, 1));
      expect(await attempts.findAttempt(arvenia, "p-1", "M01")).not.to.have.property("formativeUntil");
    });
    it("does not carry an attempt over to another academy", async () => {
      const { attempts } = store();
      const attempt = the.anAttempt();
      await attempts.addAttempt(attempt, []);
      expect(await attempts.saveAttempt({ ...attempt, ...belmora, version: 2 }, 1, [])).to.equal("stale");
    });
  });
}
