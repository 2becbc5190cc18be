import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const root = new URL("../..", import.meta.url).pathname;

function tessera(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["src/cli/tessera.js", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

describe("tessera curriculum validate", function () {
  this.timeout(60_000);
  let empty: string;
  before(() => {
    empty = mkdtempSync(join(tmpdir(), "tessera-empty-"));
  });
  after(() => rmSync(empty, { recursive: true }));

  it("says valid, with exit code 0, of the content that we ship, and counts what is in it", () => {
    const out = "valid: 4 lessons, 3 quizzes, 2 scenarios\n";
    expect(tessera("curriculum", "validate")).to.deep.equal({ code: 0, out, err: "" });
    const json: unknown = JSON.parse(tessera("curriculum", "validate", "--json").out);
    expect(json).to.deep.equal({ valid: true, findings: [], counts: { lesson: 4, quiz: 3, scenario: 2 } });
  });

  it("prints file and line, code and sentence of each finding, with exit code 1", () => {
    const { code, out } = tessera("curriculum", "validate", empty);
    expect(code).to.equal(1);
    expect(out.split("\n")[0]).to.match(
      /^core\/curriculum\.yaml:1 +file-missing +This file is missing from the package\.$/,
    );
    expect(out).to.match(/\n3 to put right\n$/);
  });

  it("prints the findings as JSON", () => {
    const { code, out } = tessera("curriculum", "validate", empty, "--json");
    expect(code).to.equal(1);
    expect(JSON.parse(out)).to.have.property("valid", false);
    expect(JSON.parse(out)).to.have.nested.property("findings[0].line", 1);
  });

  it("answers a folder that is not there, and an unknown option, with exit code 2", () => {
    expect(tessera("curriculum", "validate", join(empty, "none"))).to.include({ code: 2, out: "" });
    expect(tessera("curriculum", "validate", "--loudly")).to.include({ code: 2, out: "" });
  });
});
