import { checkUnique } from "./framework.js";
import { takeFile, type Package } from "./package.js";
import type { IsReviewed } from "./reviews.js";
import type { Rubric } from "./rubric-model.js";
import { rubricsSchema, type Framework } from "./schemas.js";
import { readYaml, type YamlText } from "./yaml-text.js";

const path = "core/rubrics.yaml";

/** Reads `core/rubrics.yaml`; a package without it has no rubrics. */
export function readRubrics(content: Package, framework: Framework, isReviewed: IsReviewed): Rubric[] {
  const file = takeFile(content, path, () => undefined);
  const read = file && readYaml({ file: path, text: file.text }, rubricsSchema, content.findings);
  if (!read) return [];
  const { rubrics } = read.data;
  checkUnique(
    rubrics.map(({ id }) => id),
    { origin: read, path: ["rubrics"], key: "id" },
    content.findings,
  );
  rubrics.forEach((_rubric, index) => checkCriteria(read, index, { content, framework }));
  return rubrics.map((rubric) => ({ ...rubric, reviewed: isReviewed(path) }));
}

function checkCriteria(
  read: YamlText<{ readonly rubrics: readonly Omit<Rubric, "reviewed">[] }>,
  index: number,
  { content: { findings }, framework }: { readonly content: Package; readonly framework: Framework },
): void {
  const rubric = read.data.rubrics[index];
  if (!rubric) return;
  const at = ["rubrics", index, "criteria"];
  checkUnique(
    rubric.criteria.map(({ id }) => id),
    { origin: read, path: at, key: "id" },
    findings,
  );
  rubric.criteria.forEach(({ competency, passes }, place) => {
    if (competency !== undefined && !framework.competencies.some(({ id }) => id === competency)) {
      const line = read.lineAt([...at, place, "competency"]);
      findings.add(path, line, "reference-unknown", `"${competency}" is not one of the competencies.`);
    }
    if (passes >= rubric.levels.length) {
      const sentence = `Level ${passes} is none of its ${rubric.levels.length} levels, which begin with 0.`;
      findings.add(path, read.lineAt([...at, place, "passes"]), "rubric-level", sentence);
    }
  });
}
