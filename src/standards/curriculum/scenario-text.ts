import type { Findings } from "./findings.js";
import { checkUnique } from "./framework.js";
import type { Rating, RightsTest, Scenario, ScenarioChoice, ScenarioDecision } from "./model.js";
import type { PackageFile } from "./package-files.js";
import { checkScenario } from "./scenario-checks.js";
import { scenarioSchema, type ScenarioFile } from "./schemas.js";
import { resolveCitations, type Instruments } from "./sources.js";
import { readYaml, type YamlText } from "./yaml-text.js";

export type ScenarioDraft = Omit<Scenario, "language">;

export interface ScenarioReading {
  readonly pass: number;
  readonly instruments: Instruments | undefined;
}

/** Reads `scenarios/<id>.<language>.yaml`, and checks it by the `Scenario rules` of docs/content.md. */
export function readScenario(
  file: PackageFile,
  { pass, instruments }: ScenarioReading,
  findings: Findings,
): ScenarioDraft | undefined {
  const origin = readYaml({ file: file.path, text: file.text }, scenarioSchema, findings);
  if (!origin) return undefined;
  const before = findings.count;
  checkIds(origin, findings);
  // With an id there twice, a way could lead to either of two nodes.
  const idsAreUnique = findings.count === before;
  const { title, setting, facts, decisions, endings } = origin.data;
  const draft: ScenarioDraft = {
    title,
    setting,
    pass,
    start: decisions[0]?.id ?? "",
    facts,
    nodes: [
      ...decisions.map((_, at) => decisionOf(origin, at, { instruments, findings })),
      ...endings.map(({ id, title, text, echoes }) => ({
        kind: "ending" as const,
        id,
        title,
        text,
        echoes: echoes.map(({ after, text }) => ({ after: choiceOf(after), text })),
      })),
    ],
  };
  if (idsAreUnique) checkScenario(draft, origin, findings);
  return draft;
}

/** What has to be the same in every language, so that a run means the same in each. */
export function scenarioShape({ facts, nodes }: ScenarioDraft): string {
  return JSON.stringify([
    facts.map(({ id, known }) => [id, known]),
    nodes.map((node) => [
      node.kind,
      node.id,
      node.echoes.map(({ after }) => after),
      node.kind === "decision" &&
        node.options.map(({ id, ratings, reveals, ways }) => [
          id,
          Object.entries(ratings).toSorted(([a], [b]) => (a < b ? -1 : 1)),
          reveals,
          ways,
        ]),
    ]),
  ]);
}

function decisionOf(
  origin: YamlText<ScenarioFile>,
  at: number,
  { instruments, findings }: { readonly instruments: Instruments | undefined; readonly findings: Findings },
): ScenarioDecision {
  const { id, label, scene, question, echoes, options } = origin.data.decisions[at] as Decision;
  return {
    kind: "decision",
    id,
    label,
    scene,
    question,
    echoes: echoes.map(({ after, text }) => ({ after: choiceOf(after), text })),
    options: options.map(({ ratings, sources, ways, ...option }, index) => {
      const path = ["decisions", at, "options", index];
      return {
        ...option,
        ratings: ratingsOf(ratings),
        sources: resolveCitations(sources, { origin, path: [...path, "sources"] }, instruments, findings),
        ways: ways.map(({ to, after }) => ({ to, after: after.map(choiceOf) })),
      };
    }),
  };
}

type Decision = ScenarioFile["decisions"][number];

/** As they stand; `scenario-rating` refuses those that are no ratings. */
function ratingsOf(ratings: Decision["options"][number]["ratings"]): Partial<Record<RightsTest, Rating>> {
  return ratings as Partial<Record<RightsTest, Rating>>;
}

function choiceOf(text: string): ScenarioChoice {
  const [nodeId = "", optionId = ""] = text.split("/");
  return { nodeId, optionId };
}

function checkIds(origin: YamlText<ScenarioFile>, findings: Findings): void {
  const { facts, decisions, endings } = origin.data;
  const unique = (entries: readonly { readonly id: string }[], path: readonly PropertyKey[]): void =>
    checkUnique(
      entries.map(({ id }) => id),
      { origin, path, key: "id" },
      findings,
    );
  unique(facts, ["facts"]);
  unique(decisions, ["decisions"]);
  unique(endings, ["endings"]);
  decisions.forEach(({ options }, at) => unique(options, ["decisions", at, "options"]));
  endings.forEach(({ id }, at) => {
    if (!decisions.some((decision) => decision.id === id)) return;
    const line = origin.lineAt(["endings", at, "id"]);
    findings.add(origin.file, line, "id-duplicate", `"${id}" is a decision already.`);
  });
}
