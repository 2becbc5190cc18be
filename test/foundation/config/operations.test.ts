import { expect } from "chai";
import { readFileSync } from "node:fs";
import { parseConfig, settingNames, type Config } from "../../../src/foundation/config/index.js";

const manual = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
const rows = [...manual.matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$/gm)].map(
  ([, name = "", standard = "", meaning = ""]) => ({ name, standard, meaning }),
);
const plain = (config: Config): object => ({ ...config, database: config.database.reveal() });

describe("the manual for operators", () => {
  it("lists every setting once, and no other", () => {
    expect(rows.map(({ name }) => name)).to.deep.equal(settingNames);
  });

  it("tells the defaults that are in force", () => {
    const fixed = rows.filter(({ standard }) => /^`[^`]*`$/.test(standard));
    expect(fixed.length).to.be.greaterThan(5);
    for (const { name, standard } of fixed) {
      expect(plain(parseConfig({ [name]: standard.slice(1, -1) })), name).to.deep.equal(
        plain(parseConfig({})),
      );
    }
  });

  it("says of every setting what it means", () => {
    expect(rows.filter(({ meaning }) => meaning.length < 10)).to.deep.equal([]);
  });
});
