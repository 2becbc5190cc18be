import { expect } from "chai";
import fc from "fast-check";
import { Readable } from "node:stream";
import { createGzip, gunzipSync, gzipSync } from "node:zlib";
import {
  encodeStatusList,
  leastStatusListLength,
  statusBit,
  VcError,
} from "../../../src/standards/vc/index.js";

const refusal = (act: () => unknown): { code: string; reason: unknown } => {
  try {
    act();
    return { code: "none", reason: undefined };
  } catch (error) {
    const known = error instanceof VcError;
    return known
      ? { code: error.code, reason: error.data.reason }
      : { code: String(error), reason: undefined };
  }
};
const malformed = (reason: string) => ({ code: "vc_status_list_malformed", reason });
const encoded = (zipped: Buffer): string => `u${zipped.toString("base64url")}`;

describe("a status list", () => {
  it("gives back what was set and nothing else", () => {
    const index = fc.nat(leastStatusListLength - 1);
    fc.assert(
      fc.property(
        fc.uniqueArray(index, { maxLength: 40 }),
        fc.array(index, { maxLength: 40 }),
        (set, others) => {
          const list = encodeStatusList(set);
          for (const one of [...set, ...others]) expect(statusBit(list, one)).to.equal(set.includes(one));
        },
      ),
    );
  });

  it("has its first entry in the left-most bit, and 16 KiB at least (§3.2, §6.1)", () => {
    const bits = gunzipSync(Buffer.from(encodeStatusList([0, 9]).slice(1), "base64url"));
    expect(bits).to.have.length(16_384);
    expect([bits[0], bits[1]]).to.deep.equal([0b1000_0000, 0b0100_0000]);
    expect(encodeStatusList([]).charAt(0)).to.equal("u");
  });

  it("is read as the standard's own example is", () => {
    const example = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
    for (const index of [0, 94_567, leastStatusListLength - 1])
      expect(statusBit(example, index)).to.equal(false);
  });

  it("may be longer", () => {
    const list = encodeStatusList([1_000_000], 1_048_576);
    expect(statusBit(list, 1_000_000)).to.equal(true);
    expect(statusBit(list, 1_048_575)).to.equal(false);
  });

  it("refuses an index outside it", () => {
    const list = encodeStatusList([]);
    for (const index of [-1, leastStatusListLength, 1e9, 0.5, NaN, Infinity]) {
      expect(refusal(() => statusBit(list, index)).code).to.equal("vc_status_index_out_of_range");
      expect(refusal(() => encodeStatusList([index])).code).to.equal("vc_status_index_out_of_range");
    }
    for (const length of [0, 8, 131_073, 1e12]) {
      expect(refusal(() => encodeStatusList([], length)).code).to.equal("vc_status_list_malformed");
    }
  });

  it("that is too short, damaged, followed by something or no gzip is refused", () => {
    const good = gzipSync(Buffer.alloc(16_384));
    expect(refusal(() => statusBit(encoded(gzipSync(Buffer.alloc(16_383))), 0))).to.deep.equal(
      malformed("length"),
    );
    const bad = [
      Buffer.concat([good, Buffer.from("x")]),
      Buffer.concat([good, Buffer.alloc(8)]),
      good.subarray(0, -1),
      Buffer.concat([good.subarray(0, -6), Buffer.alloc(6)]),
      Buffer.alloc(16_384),
      Buffer.from("no gzip"),
    ];
    for (const [place, zipped] of bad.entries()) {
      expect(
        refusal(() => statusBit(encoded(zipped), 0)),
        String(place),
      ).to.deep.equal(malformed("gzip"));
    }
    const text = encoded(good);
    for (const odd of [
      "",
      "u",
      text.slice(1),
      `z${text.slice(1)}`,
      `${text}=`,
      `${text}!`,
      `${text.slice(0, -1)}é`,
    ]) {
      expect(
        refusal(() => statusBit(odd, 0)),
        odd.slice(-8),
      ).to.deep.equal(malformed("encoding"));
    }
  });

  it("that is a bomb costs neither memory nor time", async () => {
    const bomb = encoded(await zippedZeros(256));
    const small = gzipSync(Buffer.alloc(1024 * 1024));
    const chain = encoded(Buffer.concat(Array.from({ length: 200 }, () => small)));
    const huge = `u${"A".repeat(50_000_000)}`;
    const peakBefore = process.resourceUsage().maxRSS;
    const started = performance.now();
    expect(refusal(() => statusBit(bomb, 0))).to.deep.equal(malformed("gzip"));
    expect(refusal(() => statusBit(chain, 0))).to.deep.equal(malformed("gzip"));
    expect(refusal(() => statusBit(huge, 0))).to.deep.equal(malformed("encoding"));
    expect(performance.now() - started).to.be.lessThan(1_000);
    // In KiB: the most that the process ever had.
    expect(process.resourceUsage().maxRSS - peakBefore).to.be.lessThan(32 * 1024);
  });
});

/** So many MiB of zeros as one gzip member, made piece by piece so that making it takes no memory either. */
async function zippedZeros(mebibytes: number): Promise<Buffer> {
  const piece = Buffer.alloc(1024 * 1024);
  const pieces = Readable.from(Array.from({ length: mebibytes }, () => piece));
  const zipped: Buffer[] = [];
  for await (const part of pieces.pipe(createGzip())) zipped.push(part as Buffer);
  return Buffer.concat(zipped);
}
