import { expect } from "chai";
import fc from "fast-check";
import { addMonths } from "../../../src/foundation/kernel/index.js";

const later = (from: string, months: number): string =>
  new Date(addMonths(Date.parse(from), months)).toISOString().replace(".000Z", "Z");

describe("so many months later", () => {
  it("is the same day and time, where that month has the day", () => {
    expect(later("2026-11-21T09:30:15Z", 24)).to.equal("2028-11-21T09:30:15Z");
    expect(later("2026-12-31T23:59:59Z", 1)).to.equal("2027-01-31T23:59:59Z");
    expect(later("2026-07-15T12:00:00Z", 0)).to.equal("2026-07-15T12:00:00Z");
  });

  it("is the month's last day, where it has no such day", () => {
    expect(later("2026-08-31T10:00:00Z", 6)).to.equal("2027-02-28T10:00:00Z");
    expect(later("2027-08-31T10:00:00Z", 6)).to.equal("2028-02-29T10:00:00Z");
    expect(later("2026-01-31T00:00:00Z", 1)).to.equal("2026-02-28T00:00:00Z");
    expect(later("2026-03-31T00:00:00Z", 1)).to.equal("2026-04-30T00:00:00Z");
    expect(later("2028-02-29T00:00:00Z", 12)).to.equal("2029-02-28T00:00:00Z");
    expect(later("2028-02-29T00:00:00Z", 48)).to.equal("2032-02-29T00:00:00Z");
    expect(later("2096-02-29T00:00:00Z", 48)).to.equal("2100-02-28T00:00:00Z");
  });

  it("does not depend on where the machine stands: no summer time shifts it", () => {
    const zone = process.env["TZ"];
    try {
      for (const place of ["UTC", "Europe/Berlin", "Pacific/Apia", "America/New_York"]) {
        process.env["TZ"] = place;
        expect(later("2026-01-31T23:30:00Z", 2), place).to.equal("2026-03-31T23:30:00Z");
        expect(later("2026-09-25T01:30:00Z", 1), place).to.equal("2026-10-25T01:30:00Z");
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  it("keeps the time of day and lands in the right month, from any day", () => {
    const moment = fc.integer({ min: Date.parse("2000-01-01"), max: Date.parse("2100-01-01") });
    fc.assert(
      fc.property(moment, fc.nat({ max: 60 }), (at, months) => {
        const [from, to] = [new Date(at), new Date(addMonths(at, months))];
        const month = (date: Date): number => date.getUTCFullYear() * 12 + date.getUTCMonth();
        expect(month(to)).to.equal(month(from) + months);
        expect(to.getTime() % 86_400_000).to.equal(at % 86_400_000);
        const kept = to.getUTCDate() === from.getUTCDate();
        const last = new Date(to.getTime() + 86_400_000).getUTCDate() === 1;
        expect(kept || (last && to.getUTCDate() < from.getUTCDate())).to.equal(true);
      }),
    );
  });
});
