import type { Findings } from "./findings.js";
import type { Instrument } from "./model.js";
import { takeFile, type Package } from "./package.js";
import { frameworkSchema, instrumentsSchema, type Framework } from "./schemas.js";
import { checkProgrammes } from "./programme-checks.js";
import { checkReferences, type Instruments } from "./sources.js";
import { readYaml, type YamlText } from "./yaml-text.js";

/** Reads `core/instruments.yaml`. */
export function readInstruments(content: Package): Instruments | undefined {
  const { findings } = content;
  const file = takeFile(content, "core/instruments.yaml");
  const read = file && readYaml({ file: file.path, text: file.text }, instrumentsSchema, findings);
  if (!read) return undefined;
  const entries = read.data.instruments;
  checkUnique(
    entries.map((entry) => entry.code),
    { origin: read, path: ["instruments"], key: "code" },
    findings,
  );
  return new Map(
    entries.map(({ check, code, title, identifier, url }): [string, Instrument] => [
      code,
      {
        code,
        title,
        identifier,
        ...(url === undefined ? {} : { url }),
        titleChecked: check.title === "checked",
        provisions: check.provisions,
        confirmed: check.confirmed,
      },
    ]),
  );
}

/** Reads `core/curriculum.yaml`: what is taught, to which outcomes, for which programmes. */
export function readFramework(
  content: Package,
  instruments: Instruments | undefined,
): YamlText<Framework> | undefined {
  const { findings } = content;
  const file = takeFile(content, "core/curriculum.yaml");
  const read = file && readYaml({ file: file.path, text: file.text }, frameworkSchema, findings);
  if (!read) return undefined;
  checkCompetencies(read, instruments, findings);
  checkModules(read, instruments, findings);
  checkUnique(
    read.data.programmes.map((entry) => entry.id),
    { origin: read, path: ["programmes"], key: "id" },
    findings,
  );
  checkProgrammes(read, findings);
  return read;
}

interface UniquePlace {
  readonly origin: YamlText<unknown>;
  readonly path: readonly PropertyKey[];
  readonly key: string;
}

/** `ids` stand in a list at `path`, each under `key`. */
export function checkUnique(
  ids: readonly string[],
  { origin, path, key }: UniquePlace,
  findings: Findings,
): void {
  ids.forEach((id, index) => {
    if (ids.indexOf(id) === index) return;
    findings.add(
      origin.file,
      origin.lineAt([...path, index, key]),
      "id-duplicate",
      `"${id}" is there twice.`,
    );
  });
}

function checkCompetencies(
  read: YamlText<Framework>,
  instruments: Instruments | undefined,
  findings: Findings,
): void {
  const { competencies } = read.data;
  checkUnique(
    competencies.map((entry) => entry.id),
    { origin: read, path: ["competencies"], key: "id" },
    findings,
  );
  competencies.forEach((competency, index) => {
    const path = ["competencies", index, "instruments"];
    checkReferences(competency.instruments, { origin: read, path }, instruments, findings);
  });
}

function checkModules(
  read: YamlText<Framework>,
  instruments: Instruments | undefined,
  findings: Findings,
): void {
  const { modules } = read.data;
  const competencies = new Set(read.data.competencies.map((entry) => entry.id));
  checkUnique(
    modules.map((entry) => entry.id),
    { origin: read, path: ["modules"], key: "id" },
    findings,
  );
  modules.forEach((module, index) => {
    const path = ["modules", index, "outcomes"];
    checkUnique(
      module.outcomes.map((entry) => entry.id),
      { origin: read, path, key: "id" },
      findings,
    );
    module.outcomes.forEach((outcome, at) => {
      const line = (key: string): number => read.lineAt([...path, at, key]);
      if (!outcome.id.startsWith(`${module.id}-`)) {
        findings.add(
          read.file,
          line("id"),
          "id-form",
          `"${outcome.id}" must begin with its module, ${module.id}.`,
        );
      }
      if (!competencies.has(outcome.competency)) {
        const sentence = `"${outcome.competency}" is not one of the competencies.`;
        findings.add(read.file, line("competency"), "reference-unknown", sentence);
      }
      checkReferences(
        outcome.instruments,
        { origin: read, path: [...path, at, "instruments"] },
        instruments,
        findings,
      );
    });
  });
}
