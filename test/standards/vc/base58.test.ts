import { base58 } from "@scure/base";
import { expect } from "chai";
import fc from "fast-check";
import { fromBase58, toBase58 } from "../../../src/standards/vc/base.js";

describe("base58btc", () => {
  it("is written as the library writes it, whatever the bytes and however many of them are zero", () => {
    const zeros = fc.integer({ min: 0, max: 5 }).map((count) => new Uint8Array(count));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(zeros, fc.uint8Array({ maxLength: 66 }), zeros).map((parts) => Buffer.concat(parts)),
      fc.constantFrom(
        new Uint8Array(64).fill(255),
        new Uint8Array(1),
        new Uint8Array(0),
        Uint8Array.of(57, 58),
      ),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        const text = toBase58(given);
        expect(text).to.equal(`z${base58.encode(Uint8Array.from(given))}`);
        expect(fromBase58(text, given.length)).to.deep.equal(Uint8Array.from(given));
      }),
      { numRuns: 1_000 },
    );
  });
});
