import { existsSync } from "node:fs";
import { expect } from "chai";
import { exportStatements } from "../../bench/export.js";

const mebibyte = 2 ** 20;

describe("all statements through more links", () => {
  it("come once each, in memory that does not grow with them (64 MiB; `npm run bench -- export` for 1 GiB)", async function () {
    this.timeout(240_000);
    // What a process has resident is read where Linux says it.
    if (!existsSync("/proc/self/status")) this.skip();
    const { stored, answered, resident } = await exportStatements(64 * mebibyte);
    expect(stored).to.be.at.least(64 * mebibyte);
    expect(answered).to.be.above(stored);
    expect(resident).to.be.within(1, 300);
  });
});
