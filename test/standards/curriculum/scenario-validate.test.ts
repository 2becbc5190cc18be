import { expect } from "chai";
import { requireCurriculum, type Rule, validateCurriculum } from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages, smallPackage, type Changes } from "./a-package.js";
import { scenarioFile, smallScenario, withScenario } from "./a-scenario.js";

type Edit = readonly [from: string | RegExp, to: string];

function edited(...edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`the scenario does not hold ${String(from)}`);
    return changed;
  }, smallScenario);
}

/** Decisions in a row, each with two options that lead to the next. */
function aRow(length: number, options = 2): string {
  const [head = ""] = smallScenario.split("  - { id: limp");
  const decisions = Array.from({ length }, (_, at) => {
    const to = at === length - 1 ? "end" : `d${at + 1}`;
    const each = Array.from(
      { length: options },
      (_, n) =>
        `      - { id: o${n}, text: T, label: L, ratings: { legality: 2 }, why: W, consequence: C, ways: [{ to: ${to} }], sources: [{ code: CODE, note: N }] }\n`,
    );
    return `  - id: d${at}\n    label: L\n    scene: S\n    question: Q\n    options:\n${each.join("")}`;
  });
  return `${head}decisions:\n${decisions.join("")}endings:\n  - { id: end, title: T, text: T }\n`;
}

/** What is wrong, the text, the rule that it breaks, what stands in the line of which the finding speaks, what it entails. */
const faults: readonly (readonly [
  what: string,
  text: string,
  rule: Rule,
  line: string,
  entails?: readonly Rule[],
])[] = [
  [
    "a way back",
    edited(["ways: [{ to: bad }]", "ways: [{ to: one }]"]),
    "scenario-loop",
    "ways: [{ to: one }]",
  ],
  [
    "a way back that only some can take",
    edited(["{ to: bad, after: [two/search] }", "{ to: two, after: [two/search] }"]),
    "scenario-loop",
    "{ to: two, after: [two/search] }",
  ],
  [
    "a way from a decision to itself",
    edited(["          - { to: two }\n", "          - { to: one }\n"]),
    "scenario-loop",
    "          - { to: one }",
  ],
  [
    "a way to a node that is not there",
    edited(["ways: [{ to: bad }]", "ways: [{ to: nowhere }]"]),
    "scenario-way-unknown",
    "ways: [{ to: nowhere }]",
  ],
  [
    "a decision without options",
    edited([/(id: three[\s\S]*?options:)[\s\S]*(?=endings:)/, "$1 []\n"]),
    "scenario-options",
    "    options: []",
  ],
  [
    "a decision with one option",
    edited([/ {6}- id: nothing[\s\S]*(?=endings:)/, ""]),
    "scenario-options",
    "options:@3",
  ],
  ["a decision with six options", aRow(3, 6), "scenario-options", "options:@1"],
  [
    "an option that leads on only under a condition",
    edited(["ways: [{ to: bad }]", "ways: [{ to: bad, after: [one/ask] }]"]),
    "scenario-way-condition",
    "ways: [{ to: bad, after: [one/ask] }]",
  ],
  [
    "a way after one without a condition",
    edited(["ways: [{ to: bad }]", "ways: [{ to: good }, { to: bad }]"]),
    "scenario-way-condition",
    "ways: [{ to: good }, { to: bad }]",
  ],
  [
    "a way whose conditions exclude each other",
    edited(["after: [two/search] }", "after: [two/search, two/wait] }"]),
    "scenario-way-never",
    "after: [two/search, two/wait]",
  ],
  [
    "a decision that nothing leads to",
    edited([
      /(?= {2}- id: three)/,
      (/ {2}- id: three[\s\S]*(?=endings:)/.exec(smallScenario)?.[0] ?? "").replace("three", "island"),
    ]),
    "scenario-unreachable",
    "  - id: island",
  ],
  [
    "an ending that nothing leads to",
    edited(["endings:\n", "endings:\n  - { id: never, title: T, text: T }\n"]),
    "scenario-unreachable",
    "{ id: never",
  ],
  [
    "an ending behind a condition that never holds",
    edited(
      ["endings:\n", "endings:\n  - { id: never, title: T, text: T }\n"],
      ["- { to: bad, after: [two/search] }", "- { to: never, after: [one/ask, one/shout] }"],
    ),
    "scenario-unreachable",
    "{ id: never",
    ["scenario-way-never"],
  ],
  [
    "a fact that is not there",
    edited(["reveals: [limp]", "reveals: [limp, scar]"]),
    "scenario-fact-unknown",
    "reveals: [limp, scar]",
  ],
  [
    "a fact that nobody reveals",
    edited(["  - { id: limp", "  - { id: scar, text: A scar }\n  - { id: limp"]),
    "scenario-fact-unrevealed",
    "{ id: scar",
  ],
  [
    "a fact that is known from the beginning",
    edited(["reveals: [limp]", "reveals: [limp, hour]"]),
    "scenario-fact-known",
    "reveals: [limp, hour]",
  ],
  [
    "a fact that comes to light twice on every way",
    edited(
      ["consequence: He steps back.", "consequence: He steps back.\n        reveals: [limp]"],
      ["consequence: He rests.", "consequence: He rests.\n        reveals: [limp ]"],
    ),
    "scenario-fact-known",
    "reveals: [limp ]",
  ],
  [
    "an echo of an option that is not there",
    edited(["after: one/shout, text", "after: one/sing, text"]),
    "scenario-choice-unknown",
    "after: one/sing",
  ],
  [
    "a condition on a decision that is not there",
    edited(["after: [two/search]", "after: [ten/search]"]),
    "scenario-choice-unknown",
    "after: [ten/search]",
  ],
  [
    "an echo of what comes later",
    edited(["after: one/shout, text", "after: three/all, text"]),
    "scenario-choice-impossible",
    "after: three/all",
  ],
  [
    "an echo of a choice that leads elsewhere",
    edited(
      [/- after: two\/search/, "- after: two/wait"],
      ["to: bad, after", "to: good, after"],
      ["ways: [{ to: bad }]", "ways: [{ to: bad, after: [two/search] }, { to: good }]"],
    ),
    "scenario-choice-impossible",
    "- after: two/wait",
  ],
  [
    "an option that has itself for its condition",
    edited(["to: three, after: [one/shout]", "to: three, after: [two/wait]"]),
    "scenario-choice-impossible",
    "after: [two/wait]",
    // It always holds, so the way after it is never taken.
    ["scenario-way-never"],
  ],
  [
    "a way with too few decisions",
    edited(["ways: [{ to: three }]", "ways: [{ to: bad }]"]),
    "scenario-length",
    "      - id: search",
    // The search now ends it, so nothing can come of it later.
    ["scenario-choice-impossible", "scenario-way-never"],
  ],
  ["a way with too many decisions", aRow(7), "scenario-length", "{ id: o0@6"],
  ["more ways than anyone could review", aRow(15, 2), "scenario-paths", "decisions:"],
  [
    "a rating beyond 2",
    edited(["ratings: { necessity: 2 }", "ratings: { necessity: 3 }"]),
    "scenario-rating",
    "necessity: 3",
  ],
  [
    "a rating between two steps",
    edited(["ratings: { necessity: 2 }", "ratings: { necessity: 1.5 }"]),
    "scenario-rating",
    "necessity: 1.5",
  ],
  [
    "an option without any rating",
    edited(["        ratings: { necessity: 2 }\n", ""]),
    "scenario-rating",
    "      - id: wait",
  ],
  [
    "a rating on a test that is not one of the six",
    edited(["{ necessity: 2 }", "{ necessity: 2, kindness: 2 }"]),
    "key-unknown",
    "kindness",
  ],
  [
    "a scenario that nobody can pass",
    edited(["{ necessity: 2 }", "{ necessity: -2 }"]),
    "scenario-no-pass",
    "title: At the gate",
  ],
  [
    "an instrument that is not there",
    edited(['code: CODE, provisions: "6"', "code: OTHER"]),
    "reference-unknown",
    "code: OTHER",
  ],
  [
    "an option without a source",
    edited(['sources: [{ code: CODE, provisions: "6", note: Rule }]', "sources: []"]),
    "value-wrong",
    "sources: []",
  ],
  [
    "a choice that is not written as one",
    edited(["after: one/shout, text", "after: shout, text"]),
    "id-form",
    "after: shout",
  ],
  ["two decisions of one id", edited(["- id: three", "- id: one"]), "id-duplicate", "- id: one@2"],
  ["two options of one id", edited(["- id: shout", "- id: ask"]), "id-duplicate", "- id: ask@2"],
  ["two facts of one id", edited(["{ id: limp", "{ id: hour"]), "id-duplicate", "{ id: hour@2"],
  ["an ending with a decision's id", edited(["- id: bad", "- id: two"]), "id-duplicate", "- id: two@2"],
];

/** The number of the line that holds `marker`; `marker@2`: of the second one. */
function lineOf(text: string, marker: string): number {
  const [part = "", nth = "1"] = marker.split("@");
  const lines = text.split("\n").flatMap((line, index) => (line.includes(part) ? [index + 1] : []));
  return lines[Number(nth) - 1] ?? 0;
}

describe("the validator of scenarios", () => {
  after(removePackages);

  it("finds nothing in a scenario that keeps to the rules", async () => {
    expect(await validateCurriculum(await aPackage(withScenario()))).to.deep.equal([]);
    expect(await validateCurriculum(await aPackage(withScenario(aRow(6, 5))))).to.deep.equal([]);
  });

  for (const [what, text, rule, marker, entails = []] of faults) {
    it(`refuses ${what}: ${rule}`, async () => {
      const findings = await validateCurriculum(await aPackage(withScenario(text)));
      expect(new Set(findings.map((finding) => finding.rule))).to.deep.equal(new Set([rule, ...entails]));
      const finding = findings.find((one) => one.rule === rule);
      expect(finding).to.include({ file: scenarioFile, line: lineOf(text, marker) });
      for (const { sentence } of findings) expect(sentence).to.match(/^["A-Z0-9].+\.$/s);
    });
  }

  it("tells which way is too short", async () => {
    const text = edited(["ways: [{ to: three }]", "ways: [{ to: bad }]"]);
    const findings = await validateCurriculum(await aPackage(withScenario(text)));
    expect(findings.find(({ rule }) => rule === "scenario-length")?.sentence).to.equal(
      "The way one/shout, two/search has 2 decisions; every way has 3 to 6.",
    );
  });

  it("stops at the limit of ways, however many there are", async () => {
    const start = performance.now();
    const text = aRow(60, 5);
    const findings = await validateCurriculum(await aPackage(withScenario(text)));
    expect(findings.map(({ rule }) => rule)).to.deep.equal(["scenario-paths"]);
    expect(performance.now() - start).to.be.below(3000);
  });

  it("takes neither endless ways nor dead ends for something to walk", async () => {
    const start = performance.now();
    const endless = aRow(60, 5).replaceAll("to: end", "to: d0");
    expect(
      (await validateCurriculum(await aPackage(withScenario(endless)))).map(({ rule }) => rule),
    ).to.include("scenario-loop");
    const dead = aRow(60, 5).replaceAll("to: end", "to: nowhere");
    expect((await validateCurriculum(await aPackage(withScenario(dead)))).map(({ rule }) => rule)).to.include(
      "scenario-way-unknown",
    );
    expect(performance.now() - start).to.be.below(3000);
  });

  it("refuses an outcome that is assessed by a scenario and has none", async () => {
    const framework = "core/curriculum.yaml";
    const text = (smallPackage[framework] ?? "").replace("assessment: quiz", "assessment: scenario");
    const findings = await validateCurriculum(await aPackage({ [framework]: text }));
    expect(findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).to.deep.equal([
      `outcome-without-scenario ${framework}:${lineOf(text, "assessment: scenario")}`,
    ]);
    const changes = withScenario(undefined, { [framework]: text });
    expect(await validateCurriculum(await aPackage(changes))).to.deep.equal([]);
  });

  it("refuses a scenario without its file, and a pass mark above one", async () => {
    const missing = await validateCurriculum(
      await aPackage(withScenario(undefined, { [scenarioFile]: null })),
    );
    expect(missing.map(({ rule, file }) => `${rule} ${file}`)).to.deep.equal([
      `language-missing ${scenarioFile}`,
    ]);
    const moduleFile = "core/modules/M01/module.yaml";
    const module = String(withScenario()[moduleFile]).replace("pass: 0.7", "pass: 70");
    const marked = await validateCurriculum(
      await aPackage(withScenario(undefined, { [moduleFile]: module })),
    );
    expect(marked.map(({ rule, file }) => `${rule} ${file}`)).to.deep.equal([`value-wrong ${moduleFile}`]);
  });
});

/** The small package in two languages, with a translation of its scenario. */
function inTwoLanguages(translation: string): Changes {
  const copies = Object.entries(smallPackage).flatMap(([path, text]) =>
    path.includes(".en.") ? [[path.replace(".en.", ".fr."), text] as const] : [],
  );
  return withScenario(undefined, {
    ...Object.fromEntries(copies),
    "core/curriculum.yaml": ["[en]", "[en, fr]"],
    [scenarioFile.replace(".en.", ".fr.")]: translation,
  });
}

const differences: readonly (readonly [what: string, edit: Edit])[] = [
  ["an id", [/limp/g, "walk"]],
  [
    "what is known from the beginning",
    ["{ id: limp, text: He limps }", "{ id: limp, text: L, known: true }"],
  ],
  ["a way", ["- { to: three, after: [one/shout] }\n", "- { to: three, after: [one/ask] }\n"]],
  ["a rating", ["{ necessity: 2 }", "{ necessity: 1 }"]],
  ["what is rated", ["{ necessity: 2 }", "{ precaution: 2 }"]],
  [
    "what comes to light",
    [/reveals: \[limp\]([\s\S]*)consequence: He steps back\./, "$1consequence: X\n        reveals: [limp]"],
  ],
  ["an echo", ["after: one/shout, text", "after: one/ask, text"]],
];

describe("a scenario's translation", () => {
  after(removePackages);

  it("changes words", async () => {
    const words = edited(["It rains.", "Il pleut."], ["title: He left", "title: Il est parti"]);
    const directory = await aPackage(inTwoLanguages(words));
    expect(await validateCurriculum(directory)).to.deep.equal([]);
    const curriculum = await requireCurriculum(directory, { overlays: [], production: false });
    const activity = curriculum.modules[0]?.activities.find(({ kind }) => kind === "scenario");
    expect(activity?.texts.map(({ language }) => language)).to.deep.equal(["en", "fr"]);
  });

  it("may list the tests of a rating in another order", async () => {
    const turned = edited(["{ legality: 2, precaution: 2 }", "{ precaution: 2, legality: 2 }"]);
    expect(await validateCurriculum(await aPackage(inTwoLanguages(turned)))).to.deep.equal([]);
  });

  for (const [what, edit] of differences) {
    it(`is refused when it changes ${what}`, async () => {
      const findings = await validateCurriculum(await aPackage(inTwoLanguages(edited(edit))));
      expect(findings.map(({ rule, file }) => `${rule} ${file}`)).to.include(
        `language-differs ${scenarioFile.replace(".en.", ".fr.")}`,
      );
    });
  }
});
