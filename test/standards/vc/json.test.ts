import { expect } from "chai";
import fc from "fast-check";
import {
  canonicalJson,
  parseJson,
  VcError,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";

const refusal = (text: string): string => {
  try {
    parseJson(text);
    return "read";
  } catch (error) {
    return error instanceof VcError ? error.code : "another error";
  }
};

describe("the JSON reader", () => {
  it("reads what JSON.parse reads, and the same", () => {
    const anyObject = fc.dictionary(
      fc.string({ unit: "grapheme" }).filter((name) => name !== "__proto__"),
      fc.jsonValue({ maxDepth: 4, stringUnit: "grapheme" }),
    );
    const plain = (value: unknown): boolean =>
      typeof value === "number"
        ? !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value))
        : typeof value !== "object" || value === null
          ? true
          : Object.entries(value).every(([name, member]) => name !== "__proto__" && plain(member));
    fc.assert(
      fc.property(anyObject.filter(plain), fc.constantFrom(undefined, 2, "\t"), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseJson(text)).to.deep.equal(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it("reads no text that JSON.parse does not read", () => {
    const snippet = fc.constantFrom(
      ...'{ } [ ] , : " \\ 0 1 - . e E + true null "a" "a": \n \t x \u0001 \ufeff //'.split(" "),
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(snippet, { maxLength: 9 }), (parts) => {
        const text = `{${parts.join("")}}`;
        if (refusal(text) !== "read") return;
        read += 1;
        JSON.parse(text);
      }),
      { numRuns: 10_000 },
    );
    expect(read).to.be.greaterThan(10);
  });

  it("refuses what two readers could take for two things", () => {
    const malformed = [
      '{"n":9007199254740993}',
      '{"n":1e400}',
      '{"n":-0}',
      '{"n":-0.0}',
      '{"n":1e-400}',
      '{"n":0.1000000000000000055}',
      '{"n":3.141592653589793238}',
      '{"s":"\\ud800"}',
      '{"s":"\ud800"}',
      '{"\\udc00":1}',
      '{"s":"\\udc00\\ud800"}',
      '{"__proto__":{}}',
      '{"a":{"__pr\\u006fto__":1}}',
      "[]",
      '"text"',
      "null",
      "",
      '{"a":1}x',
      '\ufeff{"a":1}',
      '{"a":01}',
      "{'a':1}",
      '{"a":1,}',
      '{"a":"\n"}',
      '{"a":NaN}',
    ];
    for (const text of malformed) expect(refusal(text), text).to.equal("vc_json_malformed");
    for (const text of ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"x":[{"b":1,"c":2,"b":3}]}']) {
      expect(refusal(text), text).to.equal("vc_json_repeated_key");
    }
  });

  it("takes each number as it is written", () => {
    expect(parseJson('{"n":[0,1.0,-1.50,1e2,12E-1,0.1,9007199254740991,1e-7,0.0]}')).to.deep.equal({
      n: [0, 1, -1.5, 100, 1.2, 0.1, 9007199254740991, 1e-7, 0],
    });
    expect(parseJson('{"s":"\\ud83d\\ude00 😀"}')).to.deep.equal({ s: "😀 😀" });
  });

  it("bounds size and depth, and needs no time to say so", () => {
    const deep = (levels: number): string => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    expect(refusal(deep(32))).to.equal("read");
    expect(refusal(deep(33))).to.equal("vc_json_too_deep");
    expect(refusal(`{"a":${"[".repeat(200_000)}`)).to.equal("vc_json_too_deep");
    const ofLength = (bytes: number): string => `{"a":"${"x".repeat(bytes - 8)}"}`;
    expect(refusal(ofLength(512 * 1024))).to.equal("read");
    expect(refusal(ofLength(512 * 1024 + 1))).to.equal("vc_json_too_large");
    expect(refusal(`{"a":"${"é".repeat(270_000)}"}`)).to.equal("vc_json_too_large");
    const started = performance.now();
    expect(refusal("[".repeat(100_000_000))).to.equal("vc_json_too_large");
    expect(refusal(`{"a":"${"\\".repeat(500_000)}`)).to.equal("vc_json_malformed");
    expect(refusal(`{"a":1${"0".repeat(500_000)}}`)).to.equal("vc_json_malformed");
    expect(refusal(`{"a":0.${"0".repeat(250_000)}${"1".repeat(250_000)}}`)).to.equal("vc_json_malformed");
    expect(performance.now() - started).to.be.lessThan(1_000);
    expect(() => parseJson('{"a":[]}', { maxDepth: 1 })).to.throw(VcError);
    expect(() => parseJson('{"a":1}', { maxBytes: 6 })).to.throw(VcError);
  });
});

describe("canonical JSON", () => {
  it("is RFC 8785's: its own example, sorted by UTF-16, numbers as ECMAScript writes them", () => {
    const example = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    ) as JsonObject;
    expect(canonicalJson(example)).to.equal(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    const order = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(Object.values(JSON.parse(canonicalJson(order)) as object)).to.have.length(7);
    expect(canonicalJson(order)).to.equal('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it("is the same however the members stand, and gives the value back", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const text = canonicalJson(value as Json);
        const reversed = (one: unknown): unknown =>
          Array.isArray(one)
            ? one.map(reversed)
            : typeof one === "object" && one !== null
              ? Object.fromEntries(
                  Object.entries(one)
                    .reverse()
                    .map(([name, member]) => [name, reversed(member)]),
                )
              : one;
        expect(canonicalJson(reversed(value) as Json)).to.equal(text);
        expect(canonicalJson(JSON.parse(text) as Json)).to.equal(text);
      }),
    );
  });

  it("refuses what is no I-JSON", () => {
    for (const value of [NaN, Infinity, "\ud800", { "\udc00": 1 }, [undefined], { a: undefined }, 1n]) {
      expect(() => canonicalJson(value as never))
        .to.throw(VcError)
        .with.property("code", "vc_json_malformed");
    }
  });
});
