import { expect } from "chai";
import fc from "fast-check";
import { merkleRoot } from "../../../src/foundation/log/index.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const rootOf = (inputs: readonly Uint8Array[]): string => hex(merkleRoot(inputs));

// The entries and roots that the implementations of RFC 6962 and RFC 9162 test each other with.
const texts = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const entries = texts.map((text) => Buffer.from(text, "hex"));
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const someEntries = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 40 });

describe("the Merkle root", () => {
  it("is the standard's for none to eight entries", () => {
    expect(roots.map((_root, count) => rootOf(entries.slice(0, count)))).to.deep.equal(roots);
  });

  it("changes with a bit of any entry", () => {
    fc.assert(
      fc.property(someEntries, fc.nat(), fc.nat(), (inputs, which, where) => {
        const index = which % inputs.length;
        const changed = inputs.map((input) => Uint8Array.from(input));
        const entry = changed[index]!;
        if (entry.length === 0) changed[index] = Uint8Array.of(0);
        else entry[where % entry.length]! ^= 1;
        expect(rootOf(changed)).not.to.equal(rootOf(inputs));
      }),
    );
  });

  it("changes with the order of different entries", () => {
    fc.assert(
      fc.property(someEntries, fc.nat(), fc.nat(), (inputs, first, second) => {
        const [a, b] = [first % inputs.length, second % inputs.length];
        fc.pre(hex(inputs[a]!) !== hex(inputs[b]!));
        const swapped = [...inputs];
        [swapped[a], swapped[b]] = [inputs[b]!, inputs[a]!];
        expect(rootOf(swapped)).not.to.equal(rootOf(inputs));
      }),
    );
  });

  it("changes with their number, the last one repeated or left out", () => {
    fc.assert(
      fc.property(someEntries, (inputs) => {
        const counts = [inputs.slice(0, -1), inputs, [...inputs, inputs.at(-1)!]].map(rootOf);
        expect(new Set(counts).size).to.equal(3);
      }),
    );
  });

  it("of two entries is not that of one entry which looks like their node", () => {
    const leaf = (input: Uint8Array): Uint8Array => merkleRoot([input]);
    const [a, b] = [entries[1]!, entries[2]!];
    expect(rootOf([Buffer.concat([leaf(a), leaf(b)])])).not.to.equal(rootOf([a, b]));
  });
});
