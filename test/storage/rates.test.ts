import { expect } from "chai";
import type { RateStore } from "../../src/foundation/web/index.js";
import type { Storage } from "../../src/storage/index.js";
import { fixedAt } from "../kit/clock.js";
import { aStore } from "../kit/store.js";

const trainees = 400;

/** The CPU time of so many counted requests of one address, in microseconds. */
async function costOf(rates: RateStore, atOnce: number): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < trainees; done += atOnce)
    await Promise.all(Array.from({ length: atOnce }, () => rates.countRequest("address", 60_000, 1)));
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

describe("a class that comes at once, from one address", () => {
  let storage: Storage;
  before(async () => {
    storage = await aStore(fixedAt("2026-03-01T09:00:00.000Z"));
  });
  after(() => storage.close());

  it("costs no more to count than the same trainees one by one", async () => {
    const { rates } = storage;
    await costOf(rates, 1);
    const oneByOne = await costOf(rates, 1);
    expect(await costOf(rates, trainees)).to.be.below(oneByOne);
    expect(await rates.countRequest("address", 60_000, 1)).to.include({ count: 3 * trainees + 1 });
  });
});
