import { expect } from "chai";
import fc from "fast-check";
import { LrsError } from "../../../src/standards/lrs/errors.js";
import { outlineJson } from "../../../src/standards/lrs/json-bounds.js";
import { scanObjects } from "../../../src/standards/lrs/json-text.js";
import { readStatements, withProperties } from "../../../src/standards/lrs/received.js";
import { validStatement } from "../xapi/arbitraries.js";

const spaces = fc.constantFrom("", " ", "\n\t", "\r\n  ");

/** JSON text of a value with white space between all tokens, and some characters escaped that need not be. */
function spaced(value: unknown, space: string, escape: boolean): string {
  if (typeof value === "string") {
    const text = JSON.stringify(value);
    return escape ? text.replace(/[a-z](?![^\\]*\\)/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : text;
  }
  if (Array.isArray(value))
    return `[${value.map((one) => space + spaced(one, space, escape) + space).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) =>
      `${space}${spaced(name, "", escape)}${space}:${space}${spaced(member, space, escape)}${space}`,
  );
  return `{${members.join(",") || space}}`;
}

const assigned = new Map([
  ["stored", '"now"'],
  ["authority", '{"mbox":"mailto:x@y.z"}'],
]);

const refusal = (read: () => unknown): string => {
  try {
    read();
    return "none";
  } catch (error) {
    return error instanceof LrsError ? error.code : String(error);
  }
};

describe("the text of a statement", () => {
  it("is outlined in one pass as a reading of all of it says", () => {
    const name = fc.oneof(fc.constantFrom("id", "__proto__", 'q"\\', "a b", "é"), fc.string());
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.double(),
        fc.constant(null),
        tie("list"),
        tie("object"),
      ),
      list: fc.array(tie("value"), { maxLength: 4 }),
      object: fc.dictionary(name, tie("value"), { maxKeys: 5 }),
    }));
    const body = fc.oneof(tree.object, fc.array(tree.object, { maxLength: 3 }));
    fc.assert(
      fc.property(body, spaces, fc.boolean(), (value, space, escape) => {
        const text = `${space}${spaced(value, space, escape)}${space}`;
        const { spans, names } = outlineJson(text);
        expect(spans).to.deep.equal(scanObjects(text));
        expect(names).to.equal(text.replace(/"(?:[^"\\]|\\.)*"/gs, "").split(":").length - 1);
      }),
      { numRuns: 500 },
    );
  });

  it("is refused for a name that stands twice, however deep and however it is written", () => {
    const twice = ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"__proto__":1,"__proto__":1}'];
    for (const object of twice)
      for (const body of [object, `[{"x":[${object}]}]`])
        expect(refusal(() => readStatements(body, "1.0.3"))).to.equal("lrs_json_repeated_key");
    const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    expect(refusal(() => readStatements(deep(64), "1.0.3"))).to.equal("lrs_statement_malformed");
    expect(refusal(() => readStatements(deep(65), "1.0.3"))).to.equal("lrs_json_too_deep");
    expect(refusal(() => readStatements(deep(100_000), "1.0.3"))).to.equal("lrs_json_too_deep");
  });

  it("keeps every character but those of the properties that the LRS sets", () => {
    fc.assert(
      fc.property(
        fc.array(validStatement, { minLength: 1, maxLength: 3 }),
        spaces,
        fc.boolean(),
        (statements, space, escape) => {
          const texts = statements.map((one) =>
            spaced({ ...one, stored: "1999-12-31T23:59:58Z" }, space, escape),
          );
          const received = readStatements(`${space}[${texts.join(`${space},`)}]${space}`, "1.0.3");
          expect(received).to.have.lengthOf(statements.length);
          received.forEach((one, index) => {
            const out = withProperties(one, assigned);
            const original = texts[index] ?? "";
            expect(JSON.parse(out)).to.deep.equal({
              ...(JSON.parse(original) as object),
              stored: "now",
              authority: { mbox: "mailto:x@y.z" },
            });
            const changedBack = out
              .replace('"now"', '"1999-12-31T23:59:58Z"')
              .replace(',"authority":{"mbox":"mailto:x@y.z"}}', "");
            expect(original.startsWith(changedBack)).to.equal(true);
            expect(original.slice(changedBack.length)).to.match(/^\s*\}$/);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
