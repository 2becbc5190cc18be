import { expect } from "chai";
import fc from "fast-check";
import { isPrivate } from "../../../src/foundation/outbound/index.js";

const networks: [number, number][] = [
  [0x0a000000, 8],
  [0x7f000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0xa9fe0000, 16],
  [0x64400000, 10],
  [0xe0000000, 3],
  [0, 8],
];
const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => String((address >>> shift) & 255)).join(".");

describe("a private address", () => {
  it("is every one within a private network", () => {
    fc.assert(
      fc.property(fc.constantFrom(...networks), fc.nat(0xffffffff), ([network, prefix], host) => {
        const mask = 0xffffffff >>> prefix;
        expect(isPrivate(dotted((network | (host & mask)) >>> 0))).to.equal(true);
      }),
    );
  });

  it("is also one that an IPv6 address holds", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (address) => {
        const hex = `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;
        for (const form of [
          `::ffff:${hex}`,
          `::ffff:${dotted(address)}`,
          `64:ff9b::${hex}`,
          `2002:${hex}::1`,
        ]) {
          expect(isPrivate(form), form).to.equal(true);
        }
      }),
    );
  });

  it("is none that the Internet has", () => {
    const all = [
      "1.1.1.1",
      "8.8.8.8",
      "9.255.255.255",
      "11.0.0.0",
      "172.15.255.255",
      "172.32.0.0",
      "192.167.255.255",
      "100.63.255.255",
      "100.128.0.0",
      "223.255.255.255",
      "2606:4700::1111",
      "2a00:1450:4001:80b::200e",
      "2400::1",
    ];
    expect(all.filter(isPrivate)).to.deep.equal([]);
  });

  it("is what can't be read as an address", () => {
    for (const text of [
      "",
      "localhost",
      "1.2.3",
      "1.2.3.4.5",
      "01.1.1.1",
      "fe80::1%eth0",
      "2400::1%1",
      "::g",
    ]) {
      expect(isPrivate(text), text).to.equal(true);
    }
  });
});
