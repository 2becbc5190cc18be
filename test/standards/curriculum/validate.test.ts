import { writeFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { CurriculumError, type Rule, validateCurriculum } from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages, smallPackage, type Changes } from "./a-package.js";

const framework = "core/curriculum.yaml";
const instruments = "core/instruments.yaml";
const moduleFile = "core/modules/M01/module.yaml";
const lesson = "core/modules/M01/lessons/tests.en.md";
const quiz = "core/modules/M01/quizzes/tests-quiz.en.yaml";
const overlay = "overlays/XA/overlay.yaml";
const boxes = "overlays/XA/modules/M01/lessons/tests.en.md";
const inLesson = (text: string): Changes => ({ [lesson]: ["Ask *first*.", text] });

/** What is wrong, the one finding that it gives, and where. */
const faults: readonly (readonly [what: string, changes: Changes, rule: Rule, place: string])[] = [
  ["a package without its curriculum", { [framework]: null }, "file-missing", `${framework}:1`],
  [
    "a file with a mistyped name",
    { "core/modules/M01/modul.yaml": "a: 1\n" },
    "file-unknown",
    "core/modules/M01/modul.yaml:1",
  ],
  ["a file beyond the size limit", { [quiz]: `# ${"x".repeat(256 * 1024)}` }, "file-too-large", `${quiz}:1`],
  ["a file that is not UTF-8", { [quiz]: Uint8Array.of(0xff, 0xfe) }, "file-not-utf8", `${quiz}:1`],

  ["YAML that can't be read", { [quiz]: ["stem: Which ones?", "stem: {Which"] }, "yaml-syntax", `${quiz}:14`],
  [
    "a key written twice",
    { [moduleFile]: ["minutes: 5\n  - id", "minutes: 5\n    minutes: 6\n  - id"] },
    "yaml-syntax",
    `${moduleFile}:6`,
  ],
  ["a tag", { [moduleFile]: ["minutes: 5", "minutes: !js 5"] }, "yaml-syntax", `${moduleFile}:5`],
  ["an anchor", { [moduleFile]: ["id: tests\n", "id: &bomb tests\n"] }, "yaml-alias", `${moduleFile}:2`],
  [
    "brackets nested without end",
    { [moduleFile]: `activities:\n  ${"[".repeat(12_000)}` },
    "yaml-syntax",
    `${moduleFile}:2`,
  ],

  [
    "an unknown key",
    { [quiz]: ["explanation: So.", "explanation: So.\n    hint: No."] },
    "key-unknown",
    `${quiz}:10`,
  ],
  ["a missing key", { [quiz]: ["    stem: Which ones?\n", ""] }, "key-missing", `${quiz}:11`],
  [
    "an option without its why",
    { [quiz]: ["text: B, why: Overlooks.", "text: B"] },
    "key-missing",
    `${quiz}:8`,
  ],
  [
    "minutes that are not positive",
    { [moduleFile]: ["minutes: 5", "minutes: 0"] },
    "value-wrong",
    `${moduleFile}:5`,
  ],
  [
    "a kind that is not known",
    { [moduleFile]: ["kind: lesson", "kind: film"] },
    "value-wrong",
    `${moduleFile}:3`,
  ],
  ["an empty stem", { [quiz]: ["stem: Which?", 'stem: " "'] }, "value-wrong", `${quiz}:5`],
  ["a pass mark above one", { [moduleFile]: ["pass: 0.8", "pass: 80"] }, "value-wrong", `${moduleFile}:11`],
  [
    "a provision that YAML takes for a number",
    { [lesson]: ['"1, 6"', "1.10"] },
    "value-wrong",
    `${lesson}:5`,
  ],
  [
    "an instrument's address without https",
    { [instruments]: ["https:", "http:"] },
    "value-wrong",
    `${instruments}:5`,
  ],

  [
    "an activity id with other signs",
    { [moduleFile]: ["id: tests\n", "id: Tests_1\n"] },
    "id-form",
    `${moduleFile}:2`,
  ],
  [
    "an activity id that leads out",
    { [moduleFile]: ["id: tests\n", "id: ../../reviews\n"] },
    "id-form",
    `${moduleFile}:2`,
  ],
  ["an option id with other signs", { [quiz]: ["{ id: c", "{ id: C!"] }, "id-form", `${quiz}:17`],
  ["a version that is not semantic", { [framework]: ['"1.2.3"', '"1.2"'] }, "id-form", `${framework}:1`],
  [
    "an outcome of another module",
    { [framework]: ["id: M02-O1", "id: M03-O1"] },
    "id-form",
    `${framework}:24`,
  ],
  [
    "an overlay in another's folder",
    { [overlay]: ["jurisdiction: XA", "jurisdiction: XB"] },
    "id-form",
    `${overlay}:1`,
  ],

  ["two items of one id", { [quiz]: ["id: second", "id: first"] }, "id-duplicate", `${quiz}:11`],
  ["two options of one id", { [quiz]: ["{ id: c", "{ id: b"] }, "id-duplicate", `${quiz}:17`],
  [
    "two competencies of one id",
    {
      [framework]: [
        "modules:\n",
        '  - { id: foundations, title: T, level: 1, statement: S, instruments: ["CODE:1"] }\nmodules:\n',
      ],
    },
    "id-duplicate",
    `${framework}:9`,
  ],
  [
    "two instruments of one code",
    {
      [instruments]: `${smallPackage[instruments] ?? ""}  - { code: CODE, title: T, identifier: I, check: { title: checked, provisions: checked } }
`,
    },
    "id-duplicate",
    `${instruments}:11`,
  ],
  ["two boxes of one name", inLesson("::: local search\n:::"), "id-duplicate", `${lesson}:21`],

  [
    "an outcome that is not there",
    { [moduleFile]: (smallPackage[moduleFile] ?? "").replace("O1", "O9").replace("after-lesson", "at-once") },
    "reference-unknown",
    `${moduleFile}:4`,
  ],
  [
    "a competency that is not there",
    { [framework]: ["competency: foundations", "competency: other"] },
    "reference-unknown",
    `${framework}:16`,
  ],
  [
    "an instrument that is not there, in a lesson",
    { [lesson]: ["code: UNNUMBERED", "code: OTHER"] },
    "reference-unknown",
    `${lesson}:7`,
  ],
  [
    "an instrument that is not there, in a quiz",
    { [quiz]: ["{ code: CODE, note", "{ code: OTHER, note"] },
    "reference-unknown",
    `${quiz}:19`,
  ],
  [
    "an instrument that is not there, in an outcome",
    { [framework]: ["CODE:2-3", "OTHER:2-3"] },
    "reference-unknown",
    `${framework}:30`,
  ],
  [
    "a module that is not there",
    { [framework]: ["      - M02", "      - M01\n      - M07"] },
    "reference-unknown",
    `${framework}:40`,
  ],
  [
    "a programme that requires itself",
    { [framework]: ["requires: basic", "requires: further"] },
    "reference-unknown",
    `${framework}:40`,
  ],
  [
    "a review of a file that is not there",
    {
      "reviews.yaml": `reviews:\n  - file: core/none.md\n    sha256: "${"0".repeat(64)}"\n    role: law\n    jurisdiction: XA\n    date: 2026-01-31\n`,
    },
    "reference-unknown",
    "reviews.yaml:2",
  ],
  [
    "a number of an instrument that has none",
    { [lesson]: ["UNNUMBERED\n", 'UNNUMBERED\n    provisions: "4"\n'] },
    "provisions-not-citable",
    `${lesson}:7`,
  ],

  [
    "a lesson that is missing in a language",
    {
      [framework]: ["[en]", "[en, fr]"],
      "core/modules/M01/quizzes/tests-quiz.fr.yaml": smallPackage[quiz] ?? "",
    },
    "language-missing",
    "core/modules/M01/lessons/tests.fr.md:1",
  ],
  [
    "a translation that changes what is right",
    {
      [framework]: ["[en]", "[en, fr]"],
      "core/modules/M01/lessons/tests.fr.md": smallPackage[lesson] ?? "",
      "overlays/XA/modules/M01/lessons/tests.fr.md": smallPackage[boxes] ?? "",
      "core/modules/M01/quizzes/tests-quiz.fr.yaml": (smallPackage[quiz] ?? "").replace(
        "text: B, right: true",
        "text: B",
      ),
    },
    "language-differs",
    "core/modules/M01/quizzes/tests-quiz.fr.yaml:1",
  ],
  [
    "an outcome without its quiz",
    {
      [moduleFile]: [/ {2}- id: tests-quiz[\s\S]*/.exec(smallPackage[moduleFile] ?? "")?.[0] ?? "", ""],
      [quiz]: null,
      [lesson]: ["(tests-quiz)", "(tests)"],
    },
    "outcome-without-quiz",
    `${framework}:18`,
  ],
  [
    "an item without a right option",
    { [quiz]: ["id: a, text: A, right: true", "id: a, text: A"] },
    "quiz-no-right",
    `${quiz}:3`,
  ],
  [
    "a choice with two right options",
    { [quiz]: ["kind: multiple", "kind: choice"] },
    "quiz-several-right",
    `${quiz}:11`,
  ],
  [
    "a draw of more items than there are",
    { [moduleFile]: ["draw: 2", "draw: 3"] },
    "quiz-draw",
    `${moduleFile}:12`,
  ],
  [
    "a retake after a lesson that is not there",
    {
      [framework]: [
        "  - id: M02\n",
        '      - { id: M01-O2, text: T, competency: foundations, level: 1, assessment: quiz, instruments: ["CODE:1"] }\n  - id: M02\n',
      ],
      [moduleFile]: `${smallPackage[moduleFile] ?? ""}  - { id: more, kind: quiz, outcome: M01-O2, minutes: 1, rules: { pass: 1, draw: 1, shuffle: false, retake: after-lesson } }\n`,
      "core/modules/M01/quizzes/more.en.yaml": smallPackage[quiz] ?? "",
    },
    "quiz-retake",
    `${moduleFile}:15`,
  ],

  ["a lesson without front matter", { [lesson]: "Only text.\n" }, "front-matter", `${lesson}:1`],
  ["a directive that is not known", inLesson("::: warning\n"), "directive", `${lesson}:18`],
  [
    "a box that is not closed",
    { [lesson]: ["::: local search\n:::\n", "::: local search\n"] },
    "directive",
    `${lesson}:20`,
  ],
  [
    "a box with text in the core",
    { [lesson]: ["::: local search\n", "::: local search\nText.\n"] },
    "directive",
    `${lesson}:20`,
  ],
  [
    "text outside a box in an overlay",
    { [boxes]: `${smallPackage[boxes] ?? ""}\nMore.\n` },
    "directive",
    `${boxes}:5`,
  ],
  [
    "a box without text in an overlay",
    { [boxes]: ["A search needs **a ground**.\n", ""] },
    "directive",
    `${boxes}:1`,
  ],
  ["a box without a jurisdiction's text", { [boxes]: null }, "local-missing", `${lesson}:20`],
  [
    "a text for a box that is not there",
    { [boxes]: `${smallPackage[boxes] ?? ""}::: local other\nText.\n:::\n` },
    "local-unknown",
    `${boxes}:4`,
  ],

  ["a block of HTML", inLesson("<div onclick=alert(1)>hi</div>"), "markdown-html", `${lesson}:18`],
  ["HTML within a line", inLesson("one\ntwo <b>"), "markdown-html", `${lesson}:19`],
  ["an HTML comment", inLesson("<!-- note -->"), "markdown-html", `${lesson}:18`],
  ["HTML in an overlay", { [boxes]: ["A search", "A <i>search"] }, "markdown-html", `${boxes}:2`],
  ["an image", inLesson("See\n![a map](https://example.org/map.png)"), "markdown-image", `${lesson}:19`],
  ["a script behind a link", inLesson("[here](javascript:alert)"), "markdown-link", `${lesson}:18`],
  ["a data link", inLesson("[here](data:text/html,x)"), "markdown-link", `${lesson}:18`],
  ["a link without encryption", inLesson("<http://example.org>"), "markdown-link", `${lesson}:18`],
  ["a link to another folder", inLesson("[here](../../reviews.yaml)"), "markdown-link", `${lesson}:18`],
  ["a link to another host's path", inLesson("[here](//example.org)"), "markdown-link", `${lesson}:18`],
  [
    "a link to an activity that is not there",
    inLesson("- [here](elsewhere)"),
    "markdown-link",
    `${lesson}:18`,
  ],
  ["a heading of the first level", inLesson("# Title"), "markdown-heading", `${lesson}:18`],
  ["a heading that skips a level", inLesson("#### Deep"), "markdown-heading", `${lesson}:18`],
  [
    "a heading in an overlay's box",
    { [boxes]: ["A search", "## A search"] },
    "markdown-heading",
    `${boxes}:2`,
  ],
  ["a table", inLesson("| a | b |\n|---|---|\n| 1 | 2 |"), "markdown-not-allowed", `${lesson}:18`],
  ["a block of code", inLesson("```\ncode\n```"), "markdown-not-allowed", `${lesson}:18`],

  ["an overlay for another core", { [overlay]: ['"1.2.3"', '"1.0.0"'] }, "overlay-core", `${overlay}:4`],
];

describe("the validator of content packages", () => {
  after(removePackages);

  it("finds nothing in a package that keeps to the rules", async () => {
    expect(await validateCurriculum(await aPackage())).to.deep.equal([]);
  });

  for (const [what, changes, rule, place] of faults) {
    it(`refuses ${what}: ${rule} at ${place}`, async () => {
      const findings = await validateCurriculum(await aPackage(changes));
      expect(findings.map((finding) => `${finding.rule} ${finding.file}:${finding.line}`)).to.deep.equal([
        `${rule} ${place}`,
      ]);
      expect(findings[0]?.sentence).to.match(/^["A-Z0-9].+\.$/s);
    });
  }

  it("refuses links, also to files within the package", async () => {
    const directory = await aPackage({ [quiz]: null });
    await mkdir(dirname(join(directory, quiz)));
    await symlink(join(directory, "reviews.yaml"), join(directory, quiz));
    await symlink("/", join(directory, "overlays/XZ"));
    const findings = await validateCurriculum(directory);
    expect(findings.map((finding) => `${finding.rule} ${finding.file}`)).to.include.members([
      `file-link ${quiz}`,
      "file-link overlays/XZ",
    ]);
    expect(findings.filter((finding) => finding.file.startsWith("overlays/XZ/"))).to.deep.equal([]);
  });

  it("refuses more files than anyone could review", async () => {
    const directory = await aPackage();
    await mkdir(join(directory, "core/many"));
    for (let n = 0; n < 5000; n += 1) writeFileSync(join(directory, "core/many", String(n)), "");
    const findings = await validateCurriculum(directory);
    expect(findings.filter((finding) => finding.rule === "files-too-many")).to.have.length(1);
  });

  it("refuses an alias before it is opened", async () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let n = 1; n < 12; n += 1) {
      const [name, last] = [String.fromCharCode(97 + n), String.fromCharCode(96 + n)];
      bomb.push(`${name}: &${name} [${Array<string>(9).fill(`*${last}`).join(", ")}]`);
    }
    const findings = await validateCurriculum(await aPackage({ [moduleFile]: bomb.join("\n") }));
    expect(new Set(findings.map((finding) => finding.rule))).to.deep.equal(new Set(["yaml-alias"]));
  });

  it("tells everything that is wrong at once, in the order of files and lines", async () => {
    const directory = await aPackage({
      [quiz]: ["id: a, text: A, right: true", "id: a, text: A"],
      [moduleFile]: ["draw: 2", "draw: 20"],
      [lesson]: ["Ask *first*.", "<b>\n\n![x](y)\n"],
    });
    const findings = await validateCurriculum(directory);
    expect(findings.map((finding) => `${finding.file}:${finding.line} ${finding.rule}`)).to.deep.equal([
      `${lesson}:18 markdown-html`,
      `${lesson}:20 markdown-image`,
      `${moduleFile}:12 quiz-draw`,
      `${quiz}:3 quiz-no-right`,
    ]);
  });

  it("counts lines the same with Windows line ends", async () => {
    const text = (smallPackage[quiz] ?? "")
      .replace("kind: multiple", "kind: choice")
      .replaceAll("\n", "\r\n");
    const [finding] = await validateCurriculum(await aPackage({ [quiz]: text }));
    expect(finding).to.include({ file: quiz, line: 11, rule: "quiz-several-right" });
  });

  it("says so when the folder is not there", async () => {
    const error: unknown = await validateCurriculum("/nowhere/at/all").catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(CurriculumError).with.property("code", "curriculum_not_found");
  });
});
