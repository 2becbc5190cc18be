import { expect } from "chai";
import fc from "fast-check";
import {
  createNewId,
  digest,
  randomToken,
  uuidPattern,
  uuidV5,
} from "../../../src/foundation/kernel/index.js";

const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

/** The millisecond that a UUIDv7 says it was made in. */
const timeOf = (id: string): number => parseInt(id.replaceAll("-", "").slice(0, 12), 16);

describe("an id", () => {
  it("is a UUIDv7 that holds the time of its making", () => {
    const id = createNewId({ now: () => 0x017f22e279b0 })();
    expect(id).to.match(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(id).to.match(uuidPattern);
  });

  it("rises strictly when the clock stands still for longer than the counter lasts", () => {
    const newId = createNewId({ now: () => 1_700_000_000_000 });
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids).to.deep.equal([...new Set(ids)].sort());
    expect(timeOf(ids.at(-1)!) - timeOf(ids[0]!)).to.be.within(4, 6);
  });

  it("rises strictly whatever the clock does, fractions of a millisecond and jumps back included", () => {
    const steps = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 300 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 30 }), (moves, each) => {
        let now = 1_700_000_000_000;
        const newId = createNewId({ now: () => now });
        const ids = moves.flatMap((move) => {
          now += move;
          return Array.from({ length: each }, newId);
        });
        expect(ids).to.deep.equal([...new Set(ids)].sort());
      }),
      { numRuns: 60 },
    );
  });

  it("rises strictly over a jump back in the middle of an overflow, and catches up with the clock", () => {
    let now = 1_000_000;
    const newId = createNewId({ now: () => now });
    const before = Array.from({ length: 9000 }, newId);
    now -= 500_000;
    const during = Array.from({ length: 9000 }, newId);
    now += 1_000_000;
    const after = newId();
    const all = [...before, ...during, after];
    expect(all).to.deep.equal([...new Set(all)].sort());
    expect(timeOf(after)).to.equal(now);
  });
});

describe("a UUIDv5", () => {
  it("is the one of RFC 9562 appendix A.4", () => {
    expect(uuidV5(dns, "www.example.com")).to.equal("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  });

  it("is the same for a namespace in capitals", () => {
    expect(uuidV5(dns.toUpperCase(), "www.example.com")).to.equal(uuidV5(dns, "www.example.com"));
  });

  it("is taken from the UTF-8 bytes of the name", () => {
    expect(uuidV5(dns, "bücher.example")).to.equal("849d4d8f-6c8e-59fa-9721-89ccba396bf9");
  });

  it("has version 5 and the RFC's variant for every name", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), (namespace, name) => {
        expect(uuidV5(namespace, name)).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
      }),
    );
  });

  it("refuses a namespace that is no UUID rather than hashing less of it", () => {
    for (const namespace of ["", "urn:x", dns.slice(1), `${dns}0`, "zz" + dns.slice(2)]) {
      expect(() => uuidV5(namespace, "a"), namespace).to.throw(TypeError);
    }
  });
});

describe("a token", () => {
  it("is as long as was asked for, in characters that an URL takes", () => {
    expect(randomToken()).to.match(/^[\w-]{43}$/);
    expect(randomToken(18)).to.match(/^[\w-]{24}$/);
    expect(new Set(Array.from({ length: 500 }, () => randomToken(9))).size).to.equal(500);
  });

  it("has SHA-256 in base64url as its digest", () => {
    expect(digest("abc")).to.equal("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  });
});
