import { expect } from "chai";
import { addMonths, days } from "../../../src/foundation/kernel/index.js";
import type { EventOf } from "../../../src/foundation/events/index.js";
import type { Curriculum, CurriculumModule, Programme } from "../../../src/standards/curriculum/index.js";
import { statementId } from "../../../src/training/evidence/index.js";
import {
  aProgrammeRoom,
  curriculumWith,
  Doing,
  induction,
  start,
  tenant,
  withTwin,
  type Room,
} from "./a-programme.js";

const kept: Programme = {
  ...induction,
  refresher: { module: "R01", opensMonthsBefore: 6, lateDays: 90, compulsory: [] },
  repeat: [{ module: "M01", only: "scenarios" }],
};
/** Of the first day: M01 is done about then. */
const minute = 60_000;

/** A later time through a module, or a refresher, done so that it is completed exactly at `doneAt`. */
function again(module: CurriculumModule, doneAt: number, registration: string): Doing {
  const scenario = module.activities.find(({ kind }) => kind === "scenario")!;
  const doing = new Doing("p", module, doneAt - 4 * minute);
  const own = { registration, ...(module.refresherOf ? { refresherOf: module.refresherOf } : { cycle: 2 }) };
  doing.tell("module.begun", own);
  const run = { activityId: scenario.id, runId: "r", scaled: 0.8, durationMs: minute, path: ["a"], ...own };
  const end = doing.tell("scenario.passed", run);
  doing.tell("debrief.completed", { activityId: scenario.id, runId: "r", endEventId: end.id, ...own });
  doing.tell("module.completed", { durationMs: minute, ...own });
  return doing;
}

describe("a programme that is kept up", () => {
  let curriculum: Curriculum;
  let room: Room;
  let doneAt: number;
  before(async () => {
    curriculum = await curriculumWith(kept);
  });
  beforeEach(async () => {
    room = await aProgrammeRoom(curriculum);
    const first = new Doing("p", moduleOf("M01")).all();
    doneAt = first.at;
    await room.take(...first.events);
  });
  afterEach(() => room.storage.close());

  const moduleOf = (id: string): CurriculumModule => curriculum.modules.find((one) => one.id === id)!;
  const endsAt = (): number => addMonths(doneAt, 24);
  const refresh = (at: number, registration = "round-1") =>
    room.take(...again(moduleOf("R01"), at, registration).events);
  const standing = async () => (await room.standingOf("p"))!;
  const renewals = () => room.raised("programme.renewed");

  for (const [when, at] of [
    ["in the first moment of its window", () => addMonths(endsAt(), -6)],
    ["a moment before the end", () => endsAt() - 1],
    ["at the end, when it has lapsed", () => endsAt()],
    ["in the last moment of the late window", () => endsAt() + days(90)],
  ] as const)
    it(`is renewed by a refresher ${when}`, async () => {
      await refresh(at());
      const [renewed, ...more] = await renewals();
      const [entitled] = await room.raised("programme.entitled");
      expect(more).to.deep.equal([]);
      expect(renewed!.at).to.equal(at());
      expect(renewed!.lane).to.equal(renewed!.data.renewalId);
      expect(renewed!.data).to.include({
        ...{ programmeId: kept.id, entitlementId: entitled!.data.entitlementId },
        ...{ registration: entitled!.data.registration, validUntil: addMonths(at(), 24) },
      });
      expect(renewed!.data.refresher).to.deep.equal({ moduleId: "R01", registration: "round-1" });
    });

  for (const [when, at] of [
    ["a moment before its window", () => addMonths(endsAt(), -6) - 1],
    ["a moment after the late window", () => endsAt() + days(90) + 1],
  ] as const)
    it(`is not renewed by a refresher ${when}`, async () => {
      await refresh(at());
      expect(await renewals()).to.deep.equal([]);
    });

  it("has its competencies achieved again in the same cycle, with a new end and what was done as evidence", async () => {
    const before = await room.raised("competency.achieved");
    const round = again(moduleOf("R01"), endsAt(), "round-1");
    await room.take(...round.events);
    const known = new Set(before.map(({ id }) => id));
    const achieved = (await room.raised("competency.achieved")).filter(({ id }) => !known.has(id));
    expect(
      achieved.map(({ data }) => [data.competencyId, data.registration, data.level]),
    ).to.have.deep.members(before.map(({ data }) => [data.competencyId, data.registration, data.level]));
    const templates = [
      "refresher-initialized",
      "scenario-completed",
      "debrief-completed",
      "refresher-completed",
    ] as const;
    const statements = round.events.map(({ id }, index) => statementId(id, templates[index]!));
    for (const { data } of achieved) {
      expect(data.expiresAt).to.equal(addMonths(endsAt(), 24));
      expect(data.evidence).to.deep.equal(statements);
      expect(data.strongest).to.equal(statements[1]);
    }
    const [renewed] = await renewals();
    expect(renewed!.data.evidence.slice(0, 4)).to.deep.equal(statements);
    expect(renewed!.data.competencies.map((one) => one.achieved)).to.deep.equal(
      achieved.map(({ id }) => statementId(id, "competency-achieved")),
    );
    for (const { achieved: id } of renewed!.data.competencies) expect(renewed!.data.evidence).to.include(id);
  });

  it("is renewed once by one refresher, however often its events come", async () => {
    const round = again(moduleOf("R01"), endsAt(), "round-1");
    await room.take(...round.events, ...round.events, round.events.at(-1)!);
    expect(await renewals()).to.have.length(1);
    expect((await standing()).entitlements[kept.id]!.renewals).to.have.length(1);
  });

  it("is renewed again and again, each window reckoned from the renewal before", async () => {
    await refresh(endsAt(), "round-1");
    const second = addMonths(endsAt(), 24);
    await refresh(addMonths(second, -6) - 1, "too-early");
    await refresh(addMonths(second, -6), "round-2");
    expect((await renewals()).map(({ data }) => data.validUntil)).to.have.members([
      second,
      addMonths(addMonths(second, -6), 24),
    ]);
  });

  describe("when nothing renewed it", () => {
    const expired = () => room.raised("programme.expired", "competency.expired");

    it("is told of by the sweep after the late window, once, and not before", async () => {
      const closes = endsAt() + days(90);
      await room.sweep(closes);
      expect(await expired()).to.deep.equal([]);
      expect(await room.sweep(closes + 1)).to.equal(1);
      expect(await room.sweep(closes + days(1))).to.equal(0);
      const events = await expired();
      const [entitled] = await room.raised("programme.entitled");
      const [programme] = await room.raised("programme.expired");
      expect(programme!.data).to.deep.equal({
        ...{ personId: "p", programmeId: kept.id, entitlementId: entitled!.data.entitlementId },
        ...{ registration: entitled!.data.registration, at: closes },
      });
      expect(new Set(events.map(({ at }) => at))).to.deep.equal(new Set([closes]));
      const achieved = await room.raised("competency.achieved");
      const competencies = events.filter(
        (one): one is EventOf<"competency.expired"> => one.type === "competency.expired",
      );
      expect(competencies.map(({ data }) => [data.registration, data.achieved])).to.have.deep.members(
        achieved.map(({ id, data }) => [data.registration, statementId(id, "competency-achieved")]),
      );
    });

    it("is told of not at all where a refresher came in time", async () => {
      await refresh(endsAt() + days(90));
      expect(await room.sweep(endsAt() + days(91))).to.equal(0);
      expect(await expired()).to.deep.equal([]);
    });

    it("is renewed all the same by a refresher in time of which the tool hears late, in a new cycle", async () => {
      await room.sweep(endsAt() + days(91));
      await refresh(endsAt() + days(90));
      const [renewed] = await renewals();
      const [entitled] = await room.raised("programme.entitled");
      expect(renewed!.data.registration).not.to.equal(entitled!.data.registration);
      expect(await room.raised("programme.expired")).to.have.length(1);
    });

    it("comes back when what is named is done again, in new cycles that begin with an assertion", async () => {
      const at = endsAt() + days(200);
      const before = new Set((await room.raised("competency.achieved")).map(({ data }) => data.registration));
      const known = new Set((await room.raised("competency.asserted")).map(({ id }) => id));
      await room.take(...again(moduleOf("M01"), at, "again").events);
      expect(await room.raised("programme.expired")).to.have.length(1);
      const [renewed] = await renewals();
      const [entitled] = await room.raised("programme.entitled");
      expect(renewed!.data).to.include({ validUntil: addMonths(at, 24) });
      expect(renewed!.data).not.to.have.property("refresher");
      expect(renewed!.data.registration).not.to.equal(entitled!.data.registration);
      const asserted = (await room.raised("competency.asserted")).filter(({ id }) => !known.has(id));
      const achieved = (await room.raised("competency.achieved")).filter(({ at: then }) => then === at);
      expect(achieved).to.have.length(3);
      for (const { data, sequence, lane } of achieved) {
        expect(before.has(data.registration)).to.equal(false);
        const first = asserted.find((one) => one.data.registration === data.registration)!;
        expect(first.lane).to.equal(lane);
        expect(first.sequence).to.be.below(sequence);
      }
    });

    it("does not come back by what was begun before the window closed", async () => {
      const closes = endsAt() + days(90);
      await room.take(...again(moduleOf("M01"), closes + 4 * minute - minute, "begun-before").events);
      expect(await renewals()).to.deep.equal([]);
    });
  });

  it("tells the player when a refresher and a repeat are open to whom", async () => {
    const turn = (module: string, person = "p") => room.turnOf(tenant, person, module);
    const at = (now: number) => room.clock.advance(now - room.clock.now());
    expect(await turn("R01", "stranger")).to.deep.equal({ open: false, reason: "nothing" });
    const opens = addMonths(endsAt(), -6);
    at(opens - 1);
    expect(await turn("R01")).to.deep.equal({ open: false, reason: "early", at: opens });
    at(opens);
    expect(await turn("R01")).to.deep.equal({ open: true, since: opens });
    expect(await turn("M01")).to.equal(undefined);
    const closes = endsAt() + days(90);
    at(closes);
    expect(await turn("R01")).to.deep.equal({ open: true, since: opens });
    at(closes + 1);
    expect(await turn("R01")).to.deep.equal({ open: false, reason: "late", at: closes });
    expect(await turn("M01")).to.deep.equal({ open: true, since: closes + 1, only: "scenarios" });
    expect(await turn("M02")).to.equal(undefined);
    expect(start).to.be.below(opens);
  });
});

describe("a higher programme", () => {
  const lower = kept;
  const higher: Programme = {
    ...{ id: "higher", title: "Higher", modules: ["M02"], requires: lower.id, validMonths: 36 },
    ...{
      renews: [lower.id],
      refresher: { module: "R02", opensMonthsBefore: 6, lateDays: 90, compulsory: [] },
    },
  };
  let curriculum: Curriculum;
  let room: Room;
  let lowerAt: number;
  before(async () => {
    const all = withTwin(await curriculumWith(lower, higher));
    const r01 = all.modules.find(({ id }) => id === "R01")!;
    const modules = all.modules.map((one) =>
      one.id === "R02" ? { ...one, activities: r01.activities, refresherOf: "higher" } : one,
    );
    curriculum = { ...all, modules };
  });
  beforeEach(async () => {
    room = await aProgrammeRoom(curriculum);
    const first = new Doing("p", moduleOf("M01")).all();
    lowerAt = first.at;
    await room.take(...first.events);
  });
  afterEach(() => room.storage.close());
  const moduleOf = (id: string): CurriculumModule => curriculum.modules.find((one) => one.id === id)!;
  const doHigher = (at: number) => room.take(...new Doing("p", moduleOf("M02"), at).all().events);

  it("needs the lower one in force when the last of it is done: a moment after its end is too late", async () => {
    const took = new Doing("q", moduleOf("M02"), 0).all().at;
    await doHigher(addMonths(lowerAt, 24) - took);
    expect((await room.raised("programme.entitled")).map(({ data }) => data.programmeId)).to.deep.equal([
      lower.id,
    ]);
  });

  it("is reached in the last moment of the lower one", async () => {
    const took = new Doing("q", moduleOf("M02"), 0).all().at;
    await doHigher(addMonths(lowerAt, 24) - 1 - took);
    expect(await room.raised("programme.entitled")).to.have.length(2);
  });

  it("renews the lower one with it, unless that has ended", async () => {
    await doHigher(addMonths(lowerAt, 20));
    const entitled = await room.raised("programme.entitled");
    const top = entitled.find(({ data }) => data.programmeId === "higher")!;
    // The lower one ends after 24 months: it is kept up by its own refresher, and then by the higher one's.
    const own = addMonths(lowerAt, 24);
    await room.take(...again(moduleOf("R01"), own, "own").events);
    const at = addMonths(top.data.validUntil, -6);
    await room.take(...again(moduleOf("R02"), at, "both").events);
    const renewed = (await room.raised("programme.renewed")).filter((one) => one.at === at);
    expect(renewed.map(({ data }) => [data.programmeId, data.validUntil])).to.have.deep.members([
      ["higher", addMonths(at, 36)],
      [lower.id, addMonths(at, 24)],
    ]);
    for (const { data } of renewed)
      expect(data.refresher).to.deep.equal({ moduleId: "R02", registration: "both" });
  });

  it("does not bring back a lower one that has ended", async () => {
    await doHigher(addMonths(lowerAt, 20));
    const top = (await room.raised("programme.entitled")).find(({ data }) => data.programmeId === "higher")!;
    const at = top.data.validUntil;
    await room.take(...again(moduleOf("R02"), at, "both").events);
    const renewed = await room.raised("programme.renewed");
    expect(renewed.map(({ data }) => data.programmeId)).to.deep.equal(["higher"]);
  });
});
