import { createHash } from "node:crypto";
import { expect } from "chai";
import {
  requireCurriculum,
  validateCurriculum,
  type Curriculum,
} from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages } from "./a-package.js";

const path = "core/rubrics.yaml";
const care = "{ id: care, title: Care, passes: 1, competency: foundations }";
const aRubric = (...criteria: string[]): string =>
  `rubrics:
  - id: marks
    version: 3
    title: Marks
    description: By hand.
    levels: ["No", "Yes"]
    criteria:
${criteria.map((one) => `      - ${one}\n`).join("")}`;

describe("the rubrics of a content package", () => {
  after(removePackages);

  const load = async (reviews = "reviews: []\n"): Promise<Curriculum> =>
    requireCurriculum(await aPackage({ [path]: aRubric(care), "reviews.yaml": reviews }), {
      overlays: ["XA"],
      production: false,
    });

  it("are read with their levels and criteria, and may be left out", async () => {
    const [rubric] = (await load()).rubrics;
    expect(rubric).to.deep.equal({
      ...{ id: "marks", version: 3, title: "Marks", description: "By hand.", levels: ["No", "Yes"] },
      criteria: [{ id: "care", title: "Care", passes: 1, competency: "foundations" }],
      reviewed: false,
    });
    const without = await requireCurriculum(await aPackage(), { overlays: ["XA"], production: false });
    expect(without.rubrics).to.deep.equal([]);
  });

  it("are drafts until a person has reviewed exactly their text", async () => {
    const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
    const review = (text: string): string =>
      `reviews:\n  - { file: ${path}, sha256: "${hash(text)}", role: pedagogy, jurisdiction: XA, date: 2026-01-31 }\n`;
    expect((await load(review(aRubric(care)))).rubrics[0]?.reviewed).to.equal(true);
    expect((await load(review("another text"))).rubrics[0]?.reviewed).to.equal(false);
  });

  const faults: readonly (readonly [
    what: string,
    criteria: readonly string[],
    rule: string,
    line: number,
  ])[] = [
    ["a level that there is not", ["{ id: care, title: Care, passes: 2 }"], "rubric-level", 8],
    [
      "a competency that there is not",
      ["{ id: care, title: Care, passes: 1, competency: nothing }"],
      "reference-unknown",
      8,
    ],
    ["a criterion twice", [care, care], "id-duplicate", 9],
    ["no criteria", [], "value-wrong", 7],
  ];
  for (const [what, criteria, rule, line] of faults)
    it(`may not have ${what}`, async () => {
      const findings = await validateCurriculum(await aPackage({ [path]: aRubric(...criteria) }));
      expect(findings.map((one) => `${one.rule} ${one.file}:${one.line}`)).to.deep.equal([
        `${rule} ${path}:${line}`,
      ]);
    });

  it("belong to a version whose day is said", async () => {
    const findings = await validateCurriculum(
      await aPackage({ "core/curriculum.yaml": ["changed: 2026-01-31\n", ""] }),
    );
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).to.include(
      "key-missing core/curriculum.yaml",
    );
  });
});
