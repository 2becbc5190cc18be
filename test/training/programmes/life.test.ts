import { expect } from "chai";
import fc from "fast-check";
import { addMonths, days } from "../../../src/foundation/kernel/index.js";
import type { Programme } from "../../../src/standards/curriculum/index.js";
import {
  phaseOf,
  windowOf,
  type Period,
  type Phase,
  type Standing,
} from "../../../src/training/programmes/index.js";
import { induction, tenant } from "./a-programme.js";

const at = (text: string): number => Date.parse(text);
const refresher = { module: "R01", opensMonthsBefore: 6, lateDays: 90, compulsory: [] } as const;
const kept: Programme = { ...induction, refresher };
const nothing: Pick<Standing, "attestations" | "outcomes"> = { outcomes: {} };

function period(from: number, months = 24, core = "0.2.0"): Period {
  return { id: "e", at: from, validUntil: addMonths(from, months), curriculum: { core } };
}

function standingWith(entitlement: Period | undefined, more: Partial<Standing> = {}): Standing {
  return {
    ...{ ...tenant, id: "s", personId: "p", version: 1 },
    ...{ modules: {}, passes: {}, outcomes: {}, competencies: {} },
    entitlements: entitlement ? { [induction.id]: entitlement } : {},
    ...more,
  };
}

/** What it is one millisecond before, at and one after. */
const around = (standing: Standing, programme: Programme, moment: number): Phase[] =>
  [moment - 1, moment, moment + 1].map((now) => phaseOf(standing, programme, now));

describe("the time of a certificate", () => {
  const from = at("2026-11-21T09:30:00Z");
  const standing = standingWith(period(from));
  const { opensAt, endsAt, closesAt } = windowOf(period(from), kept, nothing);

  it("begins when the last rule was met, and not before", () => {
    expect(around(standing, kept, from)).to.deep.equal(["not-begun", "valid", "valid"]);
  });

  it("opens its refresher six calendar months before the end, to the millisecond", () => {
    expect(new Date(opensAt).toISOString()).to.equal("2028-05-21T09:30:00.000Z");
    expect(around(standing, kept, opensAt)).to.deep.equal(["valid", "refresher-open", "refresher-open"]);
  });

  it("lapses at its end", () => {
    expect(new Date(endsAt).toISOString()).to.equal("2028-11-21T09:30:00.000Z");
    expect(around(standing, kept, endsAt)).to.deep.equal(["refresher-open", "lapsed", "lapsed"]);
  });

  it("ends after 90 days, the last moment of which is still in time", () => {
    expect(closesAt - endsAt).to.equal(days(90));
    expect(around(standing, kept, closesAt)).to.deep.equal(["lapsed", "lapsed", "ended"]);
  });

  it("ends at once where a programme has no refresher", () => {
    expect(around(standing, induction, endsAt)).to.deep.equal(["valid", "ended", "ended"]);
  });

  for (const [what, begun, months, ends, opens] of [
    ["29 February and 24 months", "2028-02-29T12:00:00Z", 24, "2030-02-28T12:00:00Z", "2029-08-28T12:00:00Z"],
    ["29 February and 48 months", "2028-02-29T12:00:00Z", 48, "2032-02-29T12:00:00Z", "2031-08-29T12:00:00Z"],
    [
      "28 February before a leap year",
      "2026-02-28T00:00:00Z",
      24,
      "2028-02-28T00:00:00Z",
      "2027-08-28T00:00:00Z",
    ],
    ["31 August and 6 months", "2027-08-31T23:59:59Z", 6, "2028-02-29T23:59:59Z", "2027-08-31T23:59:59Z"],
    [
      "31 August back from its end",
      "2024-08-31T10:00:00Z",
      24,
      "2026-08-31T10:00:00Z",
      "2026-02-28T10:00:00Z",
    ],
    [
      "a day on which clocks change in the north",
      "2026-03-29T01:30:00Z",
      24,
      "2028-03-29T01:30:00Z",
      "2027-09-29T01:30:00Z",
    ],
    ["the last second of a year", "2026-12-31T23:59:59Z", 36, "2029-12-31T23:59:59Z", "2029-06-30T23:59:59Z"],
  ] as const)
    it(`reckons in UTC: ${what}`, () => {
      const found = windowOf(period(at(begun), months), { ...kept, validMonths: months }, nothing);
      expect(new Date(found.endsAt).toISOString()).to.equal(ends.replace("Z", ".000Z"));
      expect(new Date(found.opensAt).toISOString()).to.equal(opens.replace("Z", ".000Z"));
    });

  it("is the same whatever zone the process runs in", () => {
    const zone = process.env["TZ"];
    const found = ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu", "UTC"].map((name) => {
      process.env["TZ"] = name;
      return windowOf(period(at("2028-02-29T23:30:00Z")), kept, nothing);
    });
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    for (const one of found) expect(one).to.deep.equal(found[0]);
  });

  it("goes through its phases in their order, whenever it begins and however long it holds", () => {
    const order: readonly Phase[] = ["not-begun", "valid", "refresher-open", "lapsed", "ended"];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: at("2100-01-01T00:00:00Z") }),
        fc.integer({ min: 7, max: 120 }),
        fc.array(fc.integer({ min: -days(400), max: days(5000) }), { minLength: 2, maxLength: 20 }),
        (begun, months, offsets) => {
          const one = standingWith(period(begun, months));
          const phases = offsets
            .toSorted((a, b) => a - b)
            .map((offset) => phaseOf(one, kept, begun + offset));
          const places = phases.map((phase) => order.indexOf(phase));
          expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
          const window = windowOf(period(begun, months), kept, nothing);
          expect(begun).to.be.at.most(window.opensAt);
          expect(window.opensAt).to.be.below(window.endsAt);
        },
      ),
    );
  });

  it("ends on the day, or on the month's last one, and months add up where days allow it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: at("2200-01-01T00:00:00Z") }),
        fc.integer({ min: 1, max: 120 }),
        (begun, months) => {
          const [first, last] = [new Date(begun), new Date(addMonths(begun, months))];
          const wanted = first.getUTCFullYear() * 12 + first.getUTCMonth() + months;
          expect(last.getUTCFullYear() * 12 + last.getUTCMonth()).to.equal(wanted);
          const lastDay = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 0)).getUTCDate();
          expect(last.getUTCDate()).to.equal(Math.min(first.getUTCDate(), lastDay));
          expect(begun % 86_400_000).to.equal(last.getTime() % 86_400_000);
          if (first.getUTCDate() <= 28) expect(addMonths(last.getTime(), -months)).to.equal(begun);
        },
      ),
    );
  });

  describe("with a compulsory refresher", () => {
    const [announced, until] = [at("2027-03-01T00:00:00Z"), at("2027-09-01T00:00:00Z")];
    const programme: Programme = {
      ...kept,
      refresher: { ...refresher, compulsory: [{ core: "1.0.0", from: announced, until }] },
    };

    it("opens when it was announced and lapses at its day", () => {
      expect(around(standing, programme, announced)).to.deep.equal([
        "valid",
        "refresher-open",
        "refresher-open",
      ]);
      expect(around(standing, programme, until)).to.deep.equal(["refresher-open", "lapsed", "lapsed"]);
      expect(around(standing, programme, until + days(90))).to.deep.equal(["lapsed", "lapsed", "ended"]);
    });

    it("asks nothing of who was certified under that version, or a newer one", () => {
      for (const core of ["1.0.0", "1.0.1", "1.10.0", "2.0.0"]) {
        const newer = standingWith(period(from, 24, core));
        expect(phaseOf(newer, programme, until), core).to.equal("valid");
      }
      for (const core of ["0.9.9", "0.10.0"])
        expect(phaseOf(standingWith(period(from, 24, core)), programme, until), core).to.equal("lapsed");
    });

    it("never holds a certificate longer than it is valid", () => {
      const late = { ...refresher, compulsory: [{ core: "1.0.0", from: announced, until: endsAt + 1 }] };
      expect(around(standing, { ...kept, refresher: late }, endsAt)[1]).to.equal("lapsed");
    });
  });

  describe("with a yearly calibration", () => {
    const programme: Programme = {
      ...kept,
      ...{ validMonths: 36, calibration: { outcome: "P01-O2", everyMonths: 12, agreement: 0.8 } },
    };
    const mark = (when: number, more = {}) => ({
      ...{ id: `m-${String(when)}`, kind: "external-mark", outcomeId: "P01-O2", digest: "0".repeat(64) },
      ...{ by: "panel", at: when, share: 0.9, ...more },
    });
    const withMarks = (...marks: readonly ReturnType<typeof mark>[]): Standing =>
      standingWith(period(from, 36), {
        attestations: Object.fromEntries(marks.map((one) => [one.id, one])) as NonNullable<
          Standing["attestations"]
        >,
      });

    it("lapses twelve months after the last one, and comes back with the next", () => {
      const due = addMonths(from, 12);
      expect(around(withMarks(), programme, due)).to.deep.equal(["valid", "lapsed", "lapsed"]);
      const again = addMonths(from, 13);
      expect(phaseOf(withMarks(mark(again)), programme, again)).to.equal("valid");
      const dueAgain = addMonths(again, 12);
      expect(around(withMarks(mark(again)), programme, dueAgain)).to.deep.equal([
        "valid",
        "lapsed",
        "lapsed",
      ]);
    });

    it("counts no calibration that was withdrawn", () => {
      const again = addMonths(from, 11);
      const withdrawn = mark(again, { withdrawn: { at: again + 1, by: "panel" } });
      expect(phaseOf(withMarks(withdrawn), programme, addMonths(from, 12))).to.equal("lapsed");
    });
  });
});
