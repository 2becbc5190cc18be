import { expect } from "chai";
import { countTogether, type RateStore } from "../../../src/foundation/web/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const windowMs = 60_000;

describe("requests that are counted together", () => {
  let storage: Storage;
  let asked: number;
  let failing: number;
  /** The store, with a count of what it is asked, and out of order when it is told to be. */
  let rates: RateStore;
  beforeEach(async () => {
    storage = await aStore(fixedAt("2026-03-01T08:00:00Z"));
    [asked, failing] = [0, 0];
    rates = {
      ...storage.rates,
      countRequest: (...ask) => {
        asked += 1;
        failing -= 1;
        return failing >= 0 ? Promise.reject(new Error("out of order")) : storage.rates.countRequest(...ask);
      },
    };
  });
  afterEach(() => storage.close());

  const counts = async (store: RateStore, times: number, now = 1): Promise<number[]> => {
    const all = await Promise.all(
      Array.from({ length: times }, () => store.countRequest("key", windowMs, now)),
    );
    return all.map(({ count }) => count).sort((a, b) => a - b);
  };
  const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

  it("are each counted once in one process, also when they come at once", async () => {
    const together = countTogether(rates);
    expect(await counts(together, 100)).to.deep.equal(upTo(100));
    for (const expected of [101, 102, 103])
      expect((await together.countRequest("key", windowMs, 2)).count).to.equal(expected);
  });

  it("cost the store one question in twenty", async () => {
    const together = countTogether(rates);
    for (let time = 0; time < 200; time += 1) await together.countRequest("key", windowMs, 1);
    expect(asked).to.be.within(9, 11);
  });

  it("begin anew when their window has ended, or the clock was set back", async () => {
    const together = countTogether(rates);
    await counts(together, 30);
    expect(await together.countRequest("key", windowMs, 1 + windowMs)).to.deep.include({ count: 1 });
    expect((await together.countRequest("other", windowMs, 1)).count).to.equal(1);
    const { count } = await together.countRequest("key", windowMs, 1);
    expect(count, "the store's own window lies ahead").to.equal(2);
  });

  it("of two processes are counted as one's, but for nineteen that each has not told of", async () => {
    const [one, other] = [countTogether(rates), countTogether(rates)];
    let last = 0;
    for (let time = 0; time < 100; time += 1) {
      await one.countRequest("key", windowMs, 1);
      last = (await other.countRequest("key", windowMs, 1)).count;
    }
    expect(last).to.be.within(200 - 2 * 19, 200);
    expect((await counts(countTogether(rates), 1))[0]).to.be.within(201 - 2 * 19, 201);
  });

  it("ask the store at once whose first one of a window it is", async () => {
    await counts(countTogether(rates), 1);
    expect(await counts(countTogether(rates), 1)).to.deep.equal([2]);
  });

  it("are refused while the store is out of order, and lost to nobody", async () => {
    const together = countTogether(rates);
    failing = 1;
    expect(await together.countRequest("key", windowMs, 1).catch(() => "refused")).to.equal("refused");
    expect(await counts(together, 19)).to.deep.equal(upTo(19));
    failing = 1;
    await together.countRequest("key", windowMs, 1);
    expect(await together.countRequest("key", windowMs, 1).catch(() => "refused")).to.equal("refused");
    expect((await together.countRequest("key", windowMs, 1)).count).to.equal(22);
  });
});
