import { expect } from "chai";
import {
  requireCurriculum,
  type Programme,
  type Rule,
  validateCurriculum,
} from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages } from "./a-package.js";

const framework = "core/curriculum.yaml";

/** Written into the first programme, whose last line is 35, or the second one, whose last line is 41. */
const faults: readonly (readonly [what: string, into: "basic" | "further", text: string, rule: Rule])[] = [
  ["renews one that stands below it", "basic", "renews: [further]", "reference-unknown"],
  ["renews itself", "further", "renews: [further]", "reference-unknown"],
  ["has a refresher that is no module", "basic", refresher("M09"), "reference-unknown"],
  ["has a refresher that is an ordinary module", "basic", refresher("M02"), "programme-refresher"],
  [
    "asks an external mark of an outcome that needs none",
    "basic",
    "externalMarks: { outcomes: [M01-O1], from: another-academy }",
    "programme-external",
  ],
  [
    "asks an external mark of another programme's outcome",
    "further",
    "externalMarks: { outcomes: [M01-O1, M02-O1], from: another-academy }",
    "programme-outcome",
  ],
  [
    "has its immersion in another programme",
    "basic",
    "immersion: { outcome: M02-O1, hours: 8 }",
    "programme-outcome",
  ],
  [
    "calibrates an outcome that is not there",
    "basic",
    "calibration: { outcome: M01-O9, everyMonths: 12, agreement: 0.8 }",
    "programme-outcome",
  ],
  ["repeats another programme's module", "basic", "repeat: [{ module: M02 }]", "programme-repeat"],
  [
    "has a quiz that passes below its mark",
    "basic",
    "passMarks: { quiz: 0.9, scenario: 0.7 }",
    "programme-pass-mark",
  ],
  ["repeats something that is no kind", "basic", "repeat: [{ module: M01, only: quizzes }]", "value-wrong"],
  ["takes marks from anywhere", "basic", "externalMarks: { outcomes: [M01-O1], from: here }", "value-wrong"],
  ["has a key that is none", "basic", "renew: [further]", "key-unknown"],
];

function refresher(module: string): string {
  return `refresher: { module: ${module}, opensMonthsBefore: 6, lateDays: 90 }`;
}

const refresherModule = "  - id: R01\n    title: Again\n    minutes: 5\n    refresherOf: basic\n";
const months = { basic: "validMonths: 24", further: "validMonths: 36" } as const;
const findingsOf = async (from: string, to: string) =>
  (await validateCurriculum(await aPackage({ [framework]: [from, to] }))).map(
    ({ line, rule }) => `${String(line)} ${rule}`,
  );

describe("the rules of programmes in data", () => {
  after(removePackages);

  for (const [what, into, text, rule] of faults)
    it(`are refused when a programme ${what}`, async () => {
      const found = await findingsOf(months[into], `${months[into]}\n    ${text}`);
      expect(found).to.deep.equal([`${into === "basic" ? "36" : "42"} ${rule}`]);
    });

  it("are refused when a refresher renews a programme that does not name it", async () => {
    expect(await findingsOf("programmes:\n", `${refresherModule}programmes:\n`)).to.deep.equal([
      "34 programme-refresher",
    ]);
  });

  it("are refused when a refresher renews a programme that is not there", async () => {
    const other = refresherModule.replace("basic", "other");
    expect(await findingsOf("programmes:\n", `${other}programmes:\n`)).to.deep.equal([
      "34 reference-unknown",
    ]);
  });

  it("are refused when a module has no outcome and is no refresher", async () => {
    const empty = refresherModule.replace("    refresherOf: basic\n", "");
    expect(await findingsOf("programmes:\n", `${empty}programmes:\n`)).to.deep.equal(["31 module-outcomes"]);
  });

  it("are refused when a refresher is a part of a programme, or compulsory from after its end", async () => {
    const compulsory = 'compulsory: [{ core: "2.0.0", from: 2027-05-01, until: 2027-05-01 }]';
    const text = `${refresher("R01").slice(0, -2)}, ${compulsory} }`;
    const found = await findingsOf(
      "programmes:\n  - id: basic\n    title: Basic\n    modules: [M01]\n",
      `${refresherModule}programmes:\n  - id: basic\n    title: Basic\n    modules: [M01, R01]\n    ${text}\n`,
    );
    expect(found).to.deep.equal(["38 programme-refresher", "39 programme-refresher"]);
  });

  it("are read with what is left out left out, and days as they begin in UTC", async () => {
    const compulsory = 'compulsory: [{ core: "2.0.0", from: 2027-05-01, until: 2027-11-01 }]';
    const text = `${refresher("R01").slice(0, -2)}, ${compulsory} }\n    repeat: [{ module: M01, only: scenarios }]`;
    const directory = await aPackage({
      [framework]: [
        "programmes:\n  - id: basic\n",
        `${refresherModule}programmes:\n  - id: basic\n    ${text}\n`,
      ],
    });
    const { programmes, modules } = await requireCurriculum(directory, { overlays: [], production: false });
    expect(modules.at(-1)).to.deep.include({ id: "R01", refresherOf: "basic", outcomes: [], activities: [] });
    const basic: Programme = {
      ...{ id: "basic", title: "Basic", modules: ["M01"], validMonths: 24 },
      refresher: {
        ...{ module: "R01", opensMonthsBefore: 6, lateDays: 90 },
        compulsory: [{ core: "2.0.0", from: Date.UTC(2027, 4, 1), until: Date.UTC(2027, 10, 1) }],
      },
      repeat: [{ module: "M01", only: "scenarios" }],
    };
    expect(programmes[0]).to.deep.equal(basic);
  });

  it("stand in the shipped curriculum with the figures that the partners proposed", async () => {
    const directory = new URL("../../../curriculum", import.meta.url).pathname;
    const { programmes } = await requireCurriculum(directory, { overlays: [], production: false });
    const byId = Object.fromEntries(programmes.map((one) => [one.id, one]));
    expect(programmes.map(({ validMonths }) => validMonths)).to.deep.equal([24, 24, 24, 36]);
    for (const { refresher: found } of programmes)
      expect(found).to.include({ opensMonthsBefore: 6, lateDays: 90 });
    expect(byId["hcp-foundation"]!.externalMarks!.outcomes).to.deep.equal(["M02-O2", "M03-O2", "M05-O2"]);
    expect(byId["hcp-practitioner"]).to.deep.include({
      requires: "hcp-foundation",
      immersion: { outcome: "M04-O2", hours: 8 },
      renews: ["hcp-foundation"],
    });
    expect(byId["hcp-leader"]!.service).to.include({ months: 12 });
    expect(byId["hcp-leader"]!.calibration).to.include({ everyMonths: 12, agreement: 0.8 });
  });
});
