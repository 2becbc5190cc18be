import type { Findings, Rule } from "./findings.js";
import { rightsTests, type Scenario, type ScenarioChoice, type ScenarioOption } from "./model.js";
import { choiceName, mostPaths, walkAllPaths, type PathFacts } from "./scenario-paths.js";
import type { ScenarioStep } from "./scenario-run.js";

type Path = readonly PropertyKey[];
type Checked = Omit<Scenario, "language">;

interface Origin {
  readonly file: string;
  lineAt(path: Path): number;
}

/** How many decisions every way has, and how many options every decision. */
const decisionsOnAWay = { least: 3, most: 6 };
const optionsOfADecision = { least: 2, most: 5 };

/** A scenario while it is checked. */
interface Check {
  readonly scenario: Scenario;
  report(rule: Rule, path: Path, sentence: string): void;
}

/**
 * The `Scenario rules` of docs/content.md, for a scenario whose ids are unique. All paths are walked only when there are
 * no loops and no dead ends: otherwise there might be no end to them.
 */
export function checkScenario(draft: Checked, origin: Origin, findings: Findings): void {
  const check: Check = {
    scenario: { ...draft, language: "" },
    report: (rule, path, sentence) => findings.add(origin.file, origin.lineAt(path), rule, sentence),
  };
  checkRatings(check);
  checkFacts(check);
  const before = findings.count;
  checkOptions(check);
  checkWays(check);
  checkChoices(check);
  checkLoops(check);
  if (findings.count === before) checkPaths(check);
}

/** Every option of every decision, with where it stands. */
function eachOption(
  { scenario }: Check,
  look: (option: ScenarioOption, path: Path, nodeId: string) => void,
): void {
  // Decisions stand first in `nodes`, in the order of the file.
  scenario.nodes.forEach((node, at) => {
    if (node.kind !== "decision") return;
    node.options.forEach((option, index) => look(option, ["decisions", at, "options", index], node.id));
  });
}

function pathOf({ scenario }: Check, nodeId: string): Path {
  const at = scenario.nodes.findIndex(({ id }) => id === nodeId);
  const decisions = scenario.nodes.filter(({ kind }) => kind === "decision").length;
  return at < decisions ? ["decisions", at] : ["endings", at - decisions];
}

function checkOptions(check: Check): void {
  const { least, most } = optionsOfADecision;
  for (const node of check.scenario.nodes) {
    if (node.kind === "ending" || (node.options.length >= least && node.options.length <= most)) continue;
    const sentence = `"${node.id}" has ${node.options.length} options; a decision has ${least} to ${most}.`;
    check.report("scenario-options", [...pathOf(check, node.id), "options"], sentence);
  }
}

function checkRatings(check: Check): void {
  eachOption(check, ({ id, ratings }, path) => {
    const rated = rightsTests.filter((test) => ratings[test] !== undefined);
    if (rated.length === 0) {
      check.report("scenario-rating", [...path, "id"], `"${id}" is rated on none of the six tests.`);
    }
    for (const test of rated) {
      if ([-2, -1, 0, 1, 2].includes(ratings[test] ?? 0)) continue;
      const sentence = `"${id}" has ${ratings[test]} for ${test}; a rating is -2, -1, 0, 1 or 2.`;
      check.report("scenario-rating", [...path, "ratings", test], sentence);
    }
  });
}

function checkFacts(check: Check): void {
  const { facts } = check.scenario;
  const revealed = new Set<string>();
  eachOption(check, ({ reveals }, path) => {
    reveals.forEach((id, index) => {
      revealed.add(id);
      if (facts.some((fact) => fact.id === id)) return;
      check.report("scenario-fact-unknown", [...path, "reveals", index], `"${id}" is not one of the facts.`);
    });
  });
  facts.forEach(({ id, known }, index) => {
    if (known || revealed.has(id)) return;
    check.report("scenario-fact-unrevealed", ["facts", index, "id"], `No option reveals the fact "${id}".`);
  });
}

function checkWays(check: Check): void {
  const nodes = new Set(check.scenario.nodes.map(({ id }) => id));
  eachOption(check, ({ id, ways }, path) => {
    ways.forEach(({ to, after }, index) => {
      if (!nodes.has(to)) {
        const sentence = `"${to}" is neither a decision nor an ending.`;
        check.report("scenario-way-unknown", [...path, "ways", index], sentence);
      }
      const isLast = index === ways.length - 1;
      if (isLast === (after.length === 0)) return;
      const sentence = isLast
        ? `The last way of "${id}" has a condition, so it may lead nowhere.`
        : `This way of "${id}" has no condition, so the ways after it are never taken.`;
      check.report("scenario-way-condition", [...path, "ways", index], sentence);
    });
  });
}

/** Each place that names an earlier choice: echoes and conditions, with the node at which it has to be made already. */
function eachMention(check: Check, look: (choice: ScenarioChoice, path: Path, nodeId: string) => void): void {
  for (const { id, echoes } of check.scenario.nodes) {
    const path = pathOf(check, id);
    echoes.forEach(({ after }, index) => look(after, [...path, "echoes", index, "after"], id));
  }
  eachOption(check, ({ ways }, path, nodeId) => {
    ways.forEach(({ after }, index) => {
      after.forEach((choice, at) => look(choice, [...path, "ways", index, "after", at], nodeId));
    });
  });
}

function checkChoices(check: Check): void {
  const there = new Set<string>();
  eachOption(check, ({ id }, _path, nodeId) => there.add(choiceName(nodeId, id)));
  eachMention(check, ({ nodeId, optionId }, path) => {
    const name = choiceName(nodeId, optionId);
    if (there.has(name)) return;
    check.report("scenario-choice-unknown", path, `"${name}" is not an option of a decision.`);
  });
}

function checkLoops(check: Check): void {
  const state = new Map<string, "open" | "done">();
  const visit = (nodeId: string): void => {
    const node = check.scenario.nodes.find(({ id }) => id === nodeId);
    if (node?.kind !== "decision") return;
    state.set(nodeId, "open");
    node.options.forEach(({ ways }, at) => {
      ways.forEach(({ to }, index) => {
        if (state.get(to) === "open") {
          const path = [...pathOf(check, nodeId), "options", at, "ways", index];
          check.report(
            "scenario-loop",
            path,
            `This way leads back to "${to}"; a scenario only goes forward.`,
          );
        } else if (!state.has(to)) visit(to);
      });
    });
    state.set(nodeId, "done");
  };
  for (const { id } of check.scenario.nodes) if (!state.has(id)) visit(id);
}

/** What is true only of the scenario as it can be played. */
function checkPaths(check: Check): void {
  const facts = walkAllPaths(check.scenario, decisionsOnAWay);
  if (facts.tooMany) {
    const sentence = `There are more than ${mostPaths} ways through; let some of them meet again.`;
    check.report("scenario-paths", ["decisions"], sentence);
    return;
  }
  for (const { id } of check.scenario.nodes) {
    if (facts.madeBefore.has(id)) continue;
    check.report("scenario-unreachable", [...pathOf(check, id), "id"], `No way leads to "${id}".`);
  }
  checkLengths(check, facts);
  checkMentions(check, facts);
  checkTaken(check, facts);
  if (!facts.somePasses) {
    check.report("scenario-no-pass", [], "No way passes: on each there is a -2, or the mean is too low.");
  }
}

/** One finding for each choice at which it shows: many paths have the same fault. */
function checkLengths(check: Check, { wrongLength }: PathFacts): void {
  const { least, most } = decisionsOnAWay;
  const shown = new Map(wrongLength.map((steps) => [nameOf(steps.at(-1)), steps]));
  for (const steps of shown.values()) {
    const way = steps.map(nameOf).join(", ");
    const count = steps.length < least ? String(steps.length) : `more than ${most}`;
    const sentence = `The way ${way} has ${count} decisions; every way has ${least} to ${most}.`;
    const last = steps.at(-1);
    if (!last) continue;
    const at = last.decision.options.indexOf(last.option);
    check.report("scenario-length", [...pathOf(check, last.decision.id), "options", at, "id"], sentence);
  }
}

function nameOf(step: ScenarioStep | undefined): string {
  return step ? choiceName(step.decision.id, step.option.id) : "";
}

function checkMentions(check: Check, { madeBefore }: PathFacts): void {
  eachMention(check, ({ nodeId, optionId }, path, at) => {
    const name = choiceName(nodeId, optionId);
    const before = madeBefore.get(at);
    if (!before || before.has(name)) return;
    check.report("scenario-choice-impossible", path, `"${name}" can't have been chosen before "${at}".`);
  });
}

function checkTaken(check: Check, { madeBefore, taken, fresh }: PathFacts): void {
  eachOption(check, ({ id, ways, reveals }, path, nodeId) => {
    if (!madeBefore.has(nodeId)) return;
    const name = choiceName(nodeId, id);
    ways.forEach((_, index) => {
      if (taken.has(`${name}#${index}`)) return;
      const sentence = `No choices that can be made lead over this way of "${id}".`;
      check.report("scenario-way-never", [...path, "ways", index], sentence);
    });
    reveals.forEach((fact, index) => {
      if (fresh.has(`${name} ${fact}`) && reveals.indexOf(fact) === index) return;
      const sentence = `"${fact}" is known by then on every way that comes here.`;
      check.report("scenario-fact-known", [...path, "reveals", index], sentence);
    });
  });
}
