import { expect } from "chai";
import fc from "fast-check";
import type { AnyEvent } from "../../../src/foundation/events/index.js";
import type { Curriculum, CurriculumModule } from "../../../src/standards/curriculum/index.js";
import type { Standing } from "../../../src/training/programmes/index.js";
import {
  aProgrammeRoom,
  assessed,
  curriculumWith,
  Doing,
  induction,
  start,
  withTwin,
} from "./a-programme.js";

/**
 * A standing without what is made at random (ids of events, registrations, versions), and without how often
 * competencies were asserted and achieved on the way.
 */
function comparable(standing: Standing | undefined): unknown {
  const { modules, passes, outcomes, competencies, entitlements } = standing!;
  const values = <T extends object>(record: Readonly<Record<string, T>>, drop: (one: T) => object) =>
    Object.fromEntries(Object.entries(record).map(([key, one]) => [key, drop(one)]));
  return {
    ...{ modules, passes, outcomes },
    competencies: values(competencies, ({ achieved }) => ({
      achieved: achieved && { at: achieved.at, level: achieved.level, expiresAt: achieved.expiresAt },
    })),
    entitlements: values(entitlements, ({ at, validUntil, curriculum }) => ({ at, validUntil, curriculum })),
  };
}

/** What one person does in one module: the order of the activities, and which are passed once more. */
const aWay = (module: CurriculumModule): fc.Arbitrary<{ order: string[]; again: string[] }> => {
  const all = assessed(module);
  return fc.record({
    order: fc.shuffledSubarray(all, { minLength: all.length }),
    again: fc.subarray(all),
  });
};

/** Deliveries of these lanes: each lane's events in their order, any of them again at any later time. */
function deliveries(lanes: readonly (readonly AnyEvent[])[], choices: readonly number[]): AnyEvent[] {
  const next = lanes.map(() => 0);
  const delivered: AnyEvent[] = [];
  let choice = 0;
  const draw = (below: number): number => (choices[choice++ % choices.length] ?? 0) % below;
  while (next.some((place, lane) => place < lanes[lane]!.length)) {
    const open = lanes.flatMap((lane, index) => (next[index]! < lane.length ? [index] : []));
    const lane = open[draw(open.length)]!;
    if (delivered.length > 0 && draw(3) === 0) delivered.push(delivered[draw(delivered.length)]!);
    delivered.push(lanes[lane]![next[lane]!]!);
    next[lane]! += 1;
  }
  return [...delivered, ...delivered.filter((_event, index) => index % 3 === 0)];
}

const someChoices = fc.array(fc.nat({ max: 10_000 }), { minLength: 10, maxLength: 60 });

describe("a standing", function () {
  this.timeout(30_000);
  let curriculum: Curriculum;
  let first: CurriculumModule;
  before(async () => {
    curriculum = withTwin(
      await curriculumWith(induction, { ...induction, id: "both", modules: ["M01", "M02"] }),
    );
    first = curriculum.modules.find(({ id }) => id === "M01")!;
  });
  const twin = (): CurriculumModule => curriculum.modules.find(({ id }) => id === "M02")!;

  it("is the same, with one entitlement, however the events of two people come and come again", async () => {
    const ways = fc.tuple(aWay(first), aWay(first), someChoices);
    await fc.assert(
      fc.asyncProperty(ways, async ([one, other, choices]) => {
        const [p, q] = [
          new Doing("p", first).all(one.order, one.again),
          new Doing("q", first, start + 500).all(other.order, other.again),
        ];
        const [apart, mixed] = [await aProgrammeRoom(curriculum), await aProgrammeRoom(curriculum)];
        await apart.take(...p.events, ...q.events);
        await mixed.take(...deliveries([p.events, q.events], choices));
        for (const person of ["p", "q"])
          expect(comparable(await mixed.standingOf(person))).to.deep.equal(
            comparable(await apart.standingOf(person)),
          );
        const entitled = await mixed.raised("programme.entitled");
        expect(entitled.map(({ data }) => data.personId)).to.have.members(["p", "q"]);
        const [asserted, achieved] = [
          await mixed.raised("competency.asserted"),
          await mixed.raised("competency.achieved"),
        ];
        expect([asserted.length, achieved.length]).to.deep.equal([6, 6]);
        await apart.storage.close();
        await mixed.storage.close();
      }),
      { numRuns: 25 },
    );
  });

  it("is the same in whatever order the modules' lanes are worked, at the same time as well", async () => {
    const ways = fc.tuple(aWay(first), aWay(twin()), someChoices, fc.boolean());
    await fc.assert(
      fc.asyncProperty(ways, async ([one, other, choices, atOnce]) => {
        const m1 = new Doing("p", first).all(one.order);
        const m2 = new Doing("p", twin(), start + 30_500).all(other.order);
        const [apart, mixed] = [await aProgrammeRoom(curriculum), await aProgrammeRoom(curriculum)];
        await apart.take(...m1.events, ...m2.events);
        if (atOnce) await Promise.all([mixed.take(...m1.events), mixed.take(...m2.events)]);
        else await mixed.take(...deliveries([m1.events, m2.events], choices));
        expect(comparable(await mixed.standingOf("p"))).to.deep.equal(
          comparable(await apart.standingOf("p")),
        );
        const entitled = await mixed.raised("programme.entitled");
        expect(entitled.map(({ data }) => data.programmeId)).to.have.members(["hcp-induction", "both"]);
        await apart.storage.close();
        await mixed.storage.close();
      }),
      { numRuns: 25 },
    );
  });

  it("is the same even when a dead letter's event comes last of all", async () => {
    const { events } = new Doing("p", first).all();
    const ordered = await aProgrammeRoom(curriculum);
    await ordered.take(...events);
    for (const late of events) {
      const room = await aProgrammeRoom(curriculum);
      await room.take(...events.filter((event) => event !== late));
      await room.take(late);
      expect(comparable(await room.standingOf("p")), late.type).to.deep.equal(
        comparable(await ordered.standingOf("p")),
      );
      expect(await room.raised("programme.entitled"), late.type).to.have.length(1);
      await room.storage.close();
    }
    await ordered.storage.close();
  });

  it("changes its version only with news, and raises nothing without", async () => {
    const room = await aProgrammeRoom(curriculum);
    const { events } = new Doing("p", first).all();
    await room.take(...events);
    const [before, raised] = [await room.standingOf("p"), await room.storage.outbox.undispatched(1000)];
    await room.take(...events, ...events.toReversed());
    expect(await room.standingOf("p")).to.deep.equal(before);
    expect(before!.version).to.equal(events.length);
    expect(await room.storage.outbox.undispatched(1000)).to.deep.equal(raised);
    await room.storage.close();
  });
});
