import { expect } from "chai";
import { addMonths } from "../../../src/foundation/kernel/index.js";
import type { Curriculum, Programme } from "../../../src/standards/curriculum/index.js";
import { statementId } from "../../../src/training/evidence/index.js";
import {
  aProgrammeRoom,
  curriculumWith,
  Doing,
  induction,
  start,
  withTwin,
  type Room,
} from "./a-programme.js";

const moduleOf = (curriculum: Curriculum, id = "M01") => curriculum.modules.find((one) => one.id === id)!;

/** Does `work` with the room and the content, and closes the store. */
async function inRoom(
  curriculum: Curriculum,
  work: (room: Room, doing: (person?: string, module?: string, at?: number) => Doing) => Promise<void>,
): Promise<void> {
  const room = await aProgrammeRoom(curriculum);
  await work(
    room,
    (person = "p", module = "M01", at = start) => new Doing(person, moduleOf(curriculum, module), at),
  );
  await room.storage.close();
}

const kinds = ["competency.asserted", "competency.achieved", "programme.entitled"] as const;

describe("the rules of a programme", () => {
  let curriculum: Curriculum;
  before(async () => {
    curriculum = await curriculumWith(induction);
  });

  it("assert and achieve each competency as its outcome is reached, and entitle when the module is complete", () =>
    inRoom(curriculum, async ({ take, raised }, doing) => {
      const { events } = doing().all();
      await take(...events.slice(0, -1));
      expect(await raised("programme.entitled")).to.deep.equal([]);
      await take(events.at(-1)!);
      expect((await raised(...kinds)).map(({ type }) => type)).to.have.members([
        ...["competency.asserted", "competency.achieved", "competency.asserted", "competency.achieved"],
        ...["competency.asserted", "competency.achieved", "programme.entitled"],
      ]);
    }));

  it("put a competency's events into the standing's lane, asserted before achieved", () =>
    inRoom(curriculum, async ({ take, raised, standingOf }, doing) => {
      await take(...doing().all().events);
      const { id } = (await standingOf("p"))!;
      const lane = (await raised("competency.asserted", "competency.achieved"))
        .toSorted((a, b) => a.sequence - b.sequence)
        .map((event) => [event.lane, event.type, event.data.competencyId]);
      expect(lane).to.deep.equal(
        ["rights-foundations", "non-discrimination", "torture-prohibition"].flatMap((competency) => [
          [id, "competency.asserted", competency],
          [id, "competency.achieved", competency],
        ]),
      );
    }));

  it("give an entitlement a lane of its own, valid from when the last rule was met", () =>
    inRoom(curriculum, async ({ take, raised, standingOf }, doing) => {
      const all = doing().all();
      await take(...all.events);
      const [entitled] = await raised("programme.entitled");
      const { entitlements } = (await standingOf("p"))!;
      expect(entitlements["hcp-induction"]).to.deep.equal({
        ...{ id: entitled!.data.entitlementId, at: all.at, validUntil: addMonths(all.at, 24) },
        ...{ curriculum: { core: "0.2.0" }, registration: entitled!.data.registration },
      });
      expect(entitled).to.include({ lane: entitled!.data.entitlementId, at: all.at });
      expect(new Date(entitled!.data.validUntil).toISOString()).to.match(/^2028-11-21T/);
    }));

  it("end at the month's last day, where the month has no such day", () =>
    inRoom(
      { ...curriculum, programmes: [{ ...induction, validMonths: 6 }] },
      async ({ take, raised }, doing) => {
        await take(...doing("p", "M01", Date.parse("2027-08-31T08:00:00Z")).all().events);
        const [entitled] = await raised("programme.entitled");
        expect(new Date(entitled!.data.validUntil).toISOString()).to.match(/^2028-02-29T08:/);
      },
    ));

  it("commit to every statement that it rests on, oldest first, and to nothing else", () =>
    inRoom(curriculum, async ({ take, raised }, doing) => {
      const { events } = doing().all();
      await take(...events);
      const templates: Record<string, Parameters<typeof statementId>[1]> = {
        "module.begun": "module-initialized",
        "quiz.passed": "quiz-passed",
        "scenario.passed": "scenario-completed",
        "debrief.completed": "debrief-completed",
        "module.completed": "module-completed",
        "competency.asserted": "competency-asserted",
        "competency.achieved": "competency-achieved",
      };
      const raisedNow = await raised("competency.asserted", "competency.achieved");
      const expected = [...events, ...raisedNow].map(({ id, type, at }) => ({
        at,
        statement: statementId(id, templates[type]!),
      }));
      const [entitled] = await raised("programme.entitled");
      const { evidence, competencies } = entitled!.data;
      expect(evidence).to.have.members(expected.map(({ statement }) => statement));
      const times = evidence.map((id) => expected.find(({ statement }) => statement === id)!.at);
      expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
      expect(competencies.map(({ achieved }) => evidence.includes(achieved))).to.deep.equal([
        true,
        true,
        true,
      ]);
      expect(competencies.map(({ competencyId, level }) => `${competencyId} ${level}`)).to.deep.equal([
        ...["rights-foundations 1", "non-discrimination 2", "torture-prohibition 2"],
      ]);
    }));

  it("take a scenario as done only with its debrief", () =>
    inRoom(curriculum, async ({ take, raised }, doing) => {
      const one = doing();
      one.tell("module.begun");
      one.pass("bus-from-castellan");
      const [begun, passed, debriefed] = one.events;
      await take(begun!, passed!);
      expect(await raised("competency.asserted")).to.deep.equal([]);
      await take(debriefed!);
      const [asserted] = await raised("competency.asserted");
      expect(asserted!.data.competencyId).to.equal("non-discrimination");
      expect(asserted!.data.evidence).to.deep.equal([
        statementId(passed!.id, "scenario-completed"),
        statementId(debriefed!.id, "debrief-completed"),
      ]);
      const [achieved] = await raised("competency.achieved");
      expect(achieved!.data.strongest).to.equal(statementId(passed!.id, "scenario-completed"));
    }));

  it("say how much of a competency is reached, of all its outcomes in the curriculum", () =>
    inRoom(curriculum, async ({ take, raised }, doing) => {
      await take(...doing().all().events);
      const shares = (await raised("competency.asserted")).map(({ data }) => [
        data.competencyId,
        data.confidence,
      ]);
      const outcomes = curriculum.modules.flatMap((module) => module.outcomes);
      for (const [competency, share] of shares) {
        const all = outcomes.filter((outcome) => outcome.competency === competency).length;
        expect(share, String(competency)).to.equal(1 / all);
      }
    }));

  it("make one registration a competency and one a credential, none of them the module's", () =>
    inRoom(withTwin(curriculum), async ({ take, raised }, doing) => {
      await take(...doing().all().events, ...doing("p", "M02", start + 86_400_000).all().events);
      const events = await raised(...kinds);
      const byCompetency = new Map<string, Set<string>>();
      for (const { data } of events) {
        const whose = "competencyId" in data ? data.competencyId : data.programmeId;
        byCompetency.set(whose, (byCompetency.get(whose) ?? new Set()).add(data.registration));
      }
      expect([...byCompetency.values()].map(({ size }) => size)).to.deep.equal([1, 1, 1, 1]);
      const all = [...byCompetency.values()].flatMap((set) => [...set]);
      expect(new Set([...all, "0f8fad5b-d9cb-469f-a165-70867728950e"]).size).to.equal(5);
      for (const id of all) expect(id).to.match(/^[\da-f]{8}-[\da-f]{4}-4/);
    }));

  it("entitle once, whatever is done again afterwards", () =>
    inRoom(curriculum, async ({ take, raised, standingOf }, doing) => {
      const one = doing().all();
      await take(...one.events);
      const before = (await standingOf("p"))!.entitlements;
      one.pass("six-tests-quiz", 1).tell("module.completed", { durationMs: 1 });
      await take(...one.events);
      expect(await raised("programme.entitled")).to.have.length(1);
      expect((await standingOf("p"))!.entitlements).to.deep.equal(before);
    }));

  it("leave alone who has not begun, and other people", () =>
    inRoom(curriculum, async ({ take, standingOf }, doing) => {
      await take(...doing("p").all().events);
      expect(await standingOf("q")).to.equal(undefined);
    }));
});

describe("a programme of several modules", () => {
  const both: Programme = {
    ...induction,
    id: "both",
    title: "Both",
    modules: ["M01", "M02"],
    validMonths: 36,
  };
  const higher: Programme = {
    ...induction,
    id: "higher",
    title: "Higher",
    modules: ["M02"],
    requires: "hcp-induction",
  };
  const dayLater = start + 86_400_000;

  it("achieves a competency when all of its outcomes there are reached, at the lowest of their levels", async () => {
    const curriculum = withTwin(await curriculumWith(both));
    await inRoom(curriculum, async ({ take, raised }, doing) => {
      await take(...doing().all().events);
      expect(await raised("competency.achieved", "programme.entitled")).to.deep.equal([]);
      await take(...doing("p", "M02", dayLater).all().events);
      const achieved = await raised("competency.achieved");
      expect(achieved.map(({ data }) => data.level)).to.deep.equal([1, 2, 2]);
      expect(achieved.map(({ data }) => data.evidence.length)).to.have.members([2, 4, 2]);
      expect(await raised("programme.entitled")).to.have.length(1);
    });
  });

  it("achieves a competency again, under the same registration, when another programme asks more", async () => {
    const curriculum = withTwin(await curriculumWith(induction, both));
    await inRoom(curriculum, async ({ take, raised, standingOf }, doing) => {
      await take(...doing().all().events, ...doing("p", "M02", dayLater).all().events);
      const achieved = (await raised("competency.achieved")).filter(
        ({ data }) => data.competencyId === "rights-foundations",
      );
      expect(achieved.map(({ at, data }) => data.expiresAt - addMonths(at, 24) > 0)).to.deep.equal([
        false,
        true,
      ]);
      const standing = (await standingOf("p"))!.competencies["rights-foundations"]!;
      expect(standing.achieved!.expiresAt).to.equal(achieved[1]!.data.expiresAt);
      expect((await raised("programme.entitled")).map(({ data }) => data.programmeId)).to.have.members([
        ...["hcp-induction", "both"],
      ]);
    });
  });

  it("waits for the programme that it requires, and follows at once", async () => {
    const curriculum = withTwin(await curriculumWith(induction, higher));
    await inRoom(curriculum, async ({ take, raised }, doing) => {
      await take(...doing("p", "M02").all().events);
      expect(await raised("programme.entitled")).to.deep.equal([]);
      const last = doing("p", "M01", dayLater).all();
      await take(...last.events);
      const entitled = await raised("programme.entitled");
      expect(entitled.map(({ data }) => data.programmeId)).to.have.members(["hcp-induction", "higher"]);
      expect(entitled.map(({ at }) => at)).to.deep.equal([last.at, last.at]);
    });
  });

  it("does not count what ran out before the rest was done", async () => {
    const curriculum = withTwin(await curriculumWith(induction, higher));
    await inRoom(curriculum, async ({ take, raised }, doing) => {
      const long = addMonths(start, 25);
      await take(...doing().all().events, ...doing("p", "M02", long).all().events);
      expect((await raised("programme.entitled")).map(({ data }) => data.programmeId)).to.deep.equal([
        "hcp-induction",
      ]);
    });
  });

  it("is not offered, and gives nothing, while one of its modules is not written", async () => {
    const curriculum = await curriculumWith({ ...both, modules: ["M01", "M09"] });
    await inRoom(curriculum, async ({ take, raised }, doing) => {
      await take(...doing().all().events);
      expect(await raised("competency.asserted")).to.have.length(3);
      expect(await raised("competency.achieved", "programme.entitled")).to.deep.equal([]);
    });
  });

  it("can't be finished while an external evaluator is needed for an outcome", async () => {
    const content = await curriculumWith(induction);
    const modules = content.modules.map((module) => ({
      ...module,
      outcomes: module.outcomes.map((one) => ({ ...one, externalEvaluator: one.id === "M01-O2" })),
    }));
    await inRoom({ ...content, modules }, async ({ take, raised }, doing) => {
      await take(...doing().all().events);
      expect((await raised("competency.asserted")).map(({ data }) => data.competencyId)).to.have.members([
        ...["rights-foundations", "torture-prohibition"],
      ]);
      expect(await raised("programme.entitled")).to.deep.equal([]);
    });
  });
});
