import { expect } from "chai";
import fc from "fast-check";
import { Secret } from "../../../src/foundation/kernel/index.js";
import { createSealer, deriveKey, KeysError } from "../../../src/foundation/keys/index.js";

const secret = new Secret(Buffer.alloc(48, 7));
const sealer = createSealer(secret);
const refused = (work: () => unknown): void => void expect(work).to.throw(KeysError, "sealed_unreadable");

describe("sealed text", () => {
  it("opens with its context, whatever the text and the context are", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 300 });
    fc.assert(
      fc.property(text, text, (plain, context) => {
        const sealed = sealer.seal(plain, context);
        expect(sealer.open(sealed, context)).to.equal(plain);
        expect(createSealer(new Secret(Buffer.alloc(48, 7))).open(sealed, context)).to.equal(plain);
      }),
    );
  });

  it("is another one each time, and says with which version of the key", () => {
    const [one, other] = [sealer.seal("a", "b"), sealer.seal("a", "b")];
    expect(one).not.to.equal(other);
    expect(one).to.match(/^v1\./);
  });

  it("opens with no other context and no other secret", () => {
    const sealed = sealer.seal("text", "key lti one");
    for (const context of ["", "key lti on", "key lti one ", "KEY LTI ONE"])
      refused(() => sealer.open(sealed, context));
    refused(() => createSealer(new Secret(Buffer.alloc(48, 8))).open(sealed, "key lti one"));
  });

  it("opens no more when any one of its characters is changed to any other", () => {
    const sealed = sealer.seal("a private key", "c");
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n\u0000é";
    for (let at = 0; at < sealed.length; at += 1) {
      for (const character of alphabet) {
        if (character === sealed[at]) continue;
        const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
        refused(() => sealer.open(changed, "c"));
      }
    }
  });

  it("opens no more when anything is added, left out or swapped", () => {
    const sealed = sealer.seal("a private key", "c");
    const [version = "", iv = "", body = "", tag = ""] = sealed.split(".");
    const changed = [
      `${sealed}.`,
      `${sealed}.x`,
      `${sealed}=`,
      `${sealed}A`,
      ` ${sealed}`,
      `${sealed}\n`,
      sealed.slice(0, -1),
      sealed.slice(1),
      [version, iv, body].join("."),
      [version, iv, tag, body].join("."),
      [version, iv, "", tag].join("."),
      [version, "", body, tag].join("."),
      [version, iv, body, tag.slice(0, 6)].join("."),
      [version, iv, body, ""].join("."),
      ["v2", iv, body, tag].join("."),
      ["", iv, body, tag].join("."),
      "",
      "...",
      "v1...",
      "nonsense",
    ];
    for (const text of changed) refused(() => sealer.open(text, "c"));
  });

  it("refuses what was never sealed, in its own way", () => {
    fc.assert(fc.property(fc.string(), (text) => refused(() => sealer.open(`v1.${text}`, ""))));
  });
});

describe("a derived key", () => {
  it("has 256 bits and belongs to one secret and one purpose", () => {
    const keys = [
      deriveKey(secret, "forms"),
      deriveKey(secret, "form"),
      deriveKey(new Secret(Buffer.alloc(47, 7)), "forms"),
    ];
    expect(keys.map(({ length }) => length)).to.deep.equal([32, 32, 32]);
    expect(new Set(keys.map((key) => key.toString("hex"))).size).to.equal(3);
    expect(deriveKey(secret, "forms")).to.deep.equal(keys[0]);
  });
});
