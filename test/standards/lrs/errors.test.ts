import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ForwardingError, LrsError } from "../../../src/standards/lrs/index.js";
import { XapiError } from "../../../src/standards/xapi/index.js";

describe("the errors of the record store", () => {
  const families: [string, Readonly<Record<string, number>>][] = [
    ["lrs", { ...LrsError.statuses, ...ForwardingError.statuses }],
    ["xapi", XapiError.statuses],
  ];
  for (const [room, statuses] of families) {
    it(`have words for every code of ${room}, and no words without a code`, () => {
      const file = join(import.meta.dirname, `../../../views/locales/en/${room}.json`);
      const { errors } = JSON.parse(readFileSync(file, "utf8")) as { errors: Record<string, object> };
      expect(Object.keys(errors)).to.have.members(Object.keys(statuses));
      for (const words of Object.values(errors)) expect(words).to.have.all.keys("title", "text", "next");
    });
  }
});
