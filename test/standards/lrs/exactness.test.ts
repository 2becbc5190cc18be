import { expect } from "chai";
import fc from "fast-check";
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

describe("the text of a statement", () => {
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
            const out = withProperties(one, { stored: '"now"', authority: '{"mbox":"mailto:x@y.z"}' });
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
