import { expect } from "chai";
import fc from "fast-check";
import { addMonths, days, hours } from "../../../src/foundation/kernel/index.js";
import type { Curriculum, CurriculumModule, Programme } from "../../../src/standards/curriculum/index.js";
import { windowOf } from "../../../src/training/programmes/index.js";
import { aProgrammeRoom, curriculumWith, Doing, induction, tenant, type Room } from "./a-programme.js";

const refresher = { module: "R01", opensMonthsBefore: 6, lateDays: 90, compulsory: [] } as const;
const kept: Programme = { ...induction, refresher };
const until = (moment: number): string => new Date(moment).toISOString();

describe("reminders", () => {
  let curriculum: Curriculum;
  let room: Room;
  let doneAt: number;
  before(async () => {
    curriculum = await curriculumWith(kept);
  });
  beforeEach(async () => {
    await open(curriculum);
  });
  afterEach(() => room.storage.close());

  const moduleOf = (id: string): CurriculumModule => curriculum.modules.find((one) => one.id === id)!;

  async function open(content: Curriculum): Promise<void> {
    room = await aProgrammeRoom(content);
    const first = new Doing("p", moduleOf("M01")).all();
    doneAt = first.at;
    await room.take(...first.events);
  }
  const window = async (programme = kept) => {
    const { entitlements, ...standing } = (await room.standingOf("p"))!;
    const entitlement = entitlements[programme.id]!;
    return windowOf(entitlement.renewals?.at(-1) ?? entitlement, programme, standing);
  };
  const told = async () =>
    (await room.raised("programme.reminded")).map(({ data, at }) => [data.kind, until(at)]);
  async function refresh(at: number): Promise<void> {
    const doing = new Doing("p", moduleOf("R01"), at - 2 * 60_000);
    const round = { registration: "round-1", refresherOf: kept.id };
    doing.tell("module.begun", round);
    doing.tell("module.completed", { ...round, durationMs: 1 });
    await room.take(...doing.events);
  }

  it("are told at their moments, once each, and not a millisecond before", async () => {
    const { opensAt, endsAt, closesAt } = await window();
    const moments = [
      ["refresher-open", opensAt],
      ["ending", endsAt - days(30)],
      ["lapsed", endsAt],
      ["closing", closesAt - days(14)],
    ] as const;
    for (const [index, [kind, at]] of moments.entries()) {
      expect((await room.standingOf("p"))!.dueAt, kind).to.equal(at);
      expect(await room.sweep(at - 1), kind).to.equal(0);
      expect(await room.sweep(at), kind).to.equal(1);
      expect(await room.sweep(at), kind).to.equal(0);
      expect(await told()).to.have.length(index + 1);
    }
    expect((await room.standingOf("p"))!.dueAt).to.equal(closesAt + 1);
    await room.sweep(closesAt + 1);
    expect(await told()).to.deep.equal(moments.map(([kind, at]) => [kind, until(at)]));
    expect(await room.standingOf("p")).not.to.have.property("dueAt");
    const events = await room.raised("programme.reminded");
    const [entitled] = await room.raised("programme.entitled");
    const { entitlementId } = entitled!.data;
    for (const { data, lane } of events) {
      expect(lane).to.equal(entitlementId);
      expect(data).to.include({ personId: "p", programmeId: kept.id, entitlementId, endsAt, closesAt });
      expect(data).not.to.have.property("renewalId");
    }
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences).to.deep.equal([...new Set(sequences)].toSorted((a, b) => a - b));
  });

  it("that a late sweep finds are the newest alone", async () => {
    const { endsAt } = await window();
    await room.sweep(endsAt + days(1));
    await room.sweep(endsAt + days(2));
    expect(await told()).to.deep.equal([["lapsed", until(endsAt)]]);
  });

  it("are none after the late window, however late the sweep is", async () => {
    const { closesAt } = await window();
    await room.sweep(closesAt + 1);
    expect(await told()).to.deep.equal([]);
    expect(await room.raised("programme.expired")).to.have.length(1);
  });

  it("are none of what was renewed meanwhile, and come again in the new period, by its own id", async () => {
    const { opensAt, endsAt } = await window();
    await room.sweep(opensAt);
    await refresh(opensAt + hours(1));
    await room.sweep(endsAt);
    expect(await told()).to.deep.equal([["refresher-open", until(opensAt)]]);
    const next = await window();
    expect(next.endsAt).to.equal(addMonths(opensAt + hours(1), 24));
    await room.sweep(next.opensAt);
    const [, again] = await room.raised("programme.reminded");
    const [renewed] = await room.raised("programme.renewed");
    expect(again!.data).to.include({ kind: "refresher-open", renewalId: renewed!.data.renewalId });
    expect(again!.lane).to.equal(renewed!.data.renewalId);
  });

  it("are one before the end where there is no refresher", async () => {
    await room.storage.close();
    await open({ ...curriculum, programmes: [induction] });
    const end = addMonths(doneAt, 24);
    for (const at of [end - days(30) - 1, end - days(30), end - 1, end, end + days(80)]) await room.sweep(at);
    expect(await told()).to.deep.equal([["ending", until(end - days(30))]]);
  });

  it("are told again when an end moves, and not those that were passed", async () => {
    await room.storage.close();
    const calibrated: Programme = {
      ...kept,
      ...{ validMonths: 36, calibration: { outcome: "M01-O1", everyMonths: 12, agreement: 0.8 } },
    };
    await open({ ...curriculum, programmes: [calibrated] });
    const first = await window(calibrated);
    await room.sweep(first.endsAt - days(30));
    expect(await told()).to.deep.equal([["ending", until(first.endsAt - days(30))]]);
    await room.attest(
      { tenant, personId: "p" },
      {
        ...{ kind: "external-mark", outcomeId: "M01-O1", digest: "0".repeat(64), by: "panel", share: 0.9 },
        ...{ from: "another-academy", at: room.clock.now() },
      },
    );
    const moved = await window(calibrated);
    await room.sweep(first.endsAt - days(29));
    if (moved.endsAt > first.endsAt) {
      await room.sweep(moved.endsAt - days(30));
      expect((await told()).at(-1)).to.deep.equal(["ending", until(moved.endsAt - days(30))]);
    }
    expect(new Set((await told()).map(String)).size).to.equal((await told()).length);
  });

  it("of any sweeps are in order, each once, of its own time, and the same when nothing was late", async () => {
    const { opensAt, endsAt, closesAt } = await window();
    const borders = [opensAt, endsAt - days(30), endsAt, closesAt - days(14), closesAt];
    const order = ["refresher-open", "ending", "lapsed", "closing"];
    const moment = fc.oneof(
      fc.constantFrom(...borders.flatMap((at) => [at - 1, at, at + 1])),
      fc.integer({ min: doneAt, max: closesAt + days(30) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 8 }), async (moments) => {
        await room.storage.close();
        await open(curriculum);
        const sorted = moments.toSorted((a, b) => a - b);
        for (const at of sorted) {
          const before = (await told()).length;
          await room.sweep(at);
          const after = await told();
          expect(after.length - before).to.be.at.most(1);
          const place = borders.slice(0, 4).findLastIndex((border) => border <= at);
          if (at <= closesAt && place >= 0) expect(after.at(-1)?.[0]).to.equal(order[place]);
          else expect(after.length).to.equal(before);
          expect((await room.standingOf("p"))!.dueAt ?? Infinity).to.be.greaterThan(at);
        }
        const kinds = (await told()).map(([kind]) => order.indexOf(kind!));
        expect(kinds).to.deep.equal([...new Set(kinds)].toSorted((a, b) => a - b));
      }),
      { numRuns: 25 },
    );
  }).timeout(60_000);
});
