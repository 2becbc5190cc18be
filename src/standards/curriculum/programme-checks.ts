import type { Findings, Rule } from "./findings.js";
import type { CurriculumModule } from "./model.js";
import type { Programme } from "./programme-model.js";
import type { Framework, ProgrammeEntry } from "./schemas.js";
import type { YamlText } from "./yaml-text.js";

/** Checks what programmes say about modules, outcomes and each other, and what refreshers say about them. */
export function checkProgrammes(read: YamlText<Framework>, findings: Findings): void {
  const { programmes, modules } = read.data;
  const ids = programmes.map((entry) => entry.id);
  checkRefreshers(read, findings);
  programmes.forEach((programme, index) => {
    const report: Report = (path, rule, sentence) =>
      findings.add(read.file, read.lineAt(["programmes", index, ...path]), rule, sentence);
    programme.modules.forEach((id, at) => {
      const module = modules.find((one) => one.id === id);
      if (!module) report(["modules", at], "reference-unknown", `"${id}" is not one of the modules.`);
      else if (module.refresherOf !== undefined)
        report(["modules", at], "programme-refresher", `"${id}" is a refresher, and no part of a programme.`);
    });
    checkOrder(programme, ids.slice(0, index), report);
    checkOutcomes(programme, read.data, report);
    checkRenewal(programme, read.data, report);
  });
}

type Report = (path: readonly PropertyKey[], rule: Rule, sentence: string) => void;

/** Only an earlier programme can be required or renewed, so that no circle can arise. */
function checkOrder({ requires, renews = [] }: ProgrammeEntry, above: readonly string[], report: Report) {
  if (requires !== undefined && !above.includes(requires))
    report(["requires"], "reference-unknown", `"${requires}" is not a programme above this one.`);
  renews.forEach((id, at) => {
    if (above.includes(id)) return;
    report(["renews", at], "reference-unknown", `"${id}" is not a programme above this one.`);
  });
}

function checkOutcomes(programme: ProgrammeEntry, { modules }: Framework, report: Report): void {
  const { externalMarks, immersion, calibration } = programme;
  const own = modules.filter(({ id }) => programme.modules.includes(id)).flatMap(({ outcomes }) => outcomes);
  const known = (id: string, path: readonly PropertyKey[]): void => {
    if (own.some((outcome) => outcome.id === id)) return;
    report(path, "programme-outcome", `"${id}" is not an outcome of the programme's modules.`);
  };
  externalMarks?.outcomes.forEach((id, at) => {
    known(id, ["externalMarks", "outcomes", at]);
    if (own.find((outcome) => outcome.id === id)?.externalEvaluator !== false) return;
    const sentence = `"${id}" is marked by no external evaluator, as its module says.`;
    report(["externalMarks", "outcomes", at], "programme-external", sentence);
  });
  for (const { id } of own.filter((outcome) => externalMarks && outcome.externalEvaluator)) {
    if (externalMarks?.outcomes.includes(id)) continue;
    report(["externalMarks"], "programme-external", `"${id}" needs an external mark, and is not listed.`);
  }
  if (immersion) known(immersion.outcome, ["immersion", "outcome"]);
  if (calibration) known(calibration.outcome, ["calibration", "outcome"]);
}

function checkRenewal(programme: ProgrammeEntry, { modules }: Framework, report: Report): void {
  const { refresher, repeat = [] } = programme;
  if (refresher) {
    const module = modules.find(({ id }) => id === refresher.module);
    if (!module)
      report(
        ["refresher", "module"],
        "reference-unknown",
        `"${refresher.module}" is not one of the modules.`,
      );
    else if (module.refresherOf !== programme.id)
      report(
        ["refresher", "module"],
        "programme-refresher",
        `"${module.id}" is no refresher of this programme.`,
      );
    refresher.compulsory.forEach(({ from, until }, at) => {
      if (from < until) return;
      report(["refresher", "compulsory", at, "until"], "programme-refresher", "It ends before it begins.");
    });
  }
  repeat.forEach(({ module }, at) => {
    if (programme.modules.includes(module)) return;
    const sentence = `"${module}" is none of the programme's modules.`;
    report(["repeat", at, "module"], "programme-repeat", sentence);
  });
}

/** A module has outcomes of its own, or it is the refresher that a programme names. */
function checkRefreshers(read: YamlText<Framework>, findings: Findings): void {
  const { programmes, modules } = read.data;
  modules.forEach(({ id, refresherOf, outcomes }, index) => {
    const report: Report = (path, rule, sentence) =>
      findings.add(read.file, read.lineAt(["modules", index, ...path]), rule, sentence);
    if (refresherOf === undefined) {
      if (outcomes.length === 0) report([], "module-outcomes", `${id} has no outcome.`);
      return;
    }
    if (outcomes.length > 0) {
      const sentence = `${id} is a refresher: it is on the outcomes of ${refresherOf} and has none of its own.`;
      report(["outcomes"], "module-outcomes", sentence);
    }
    const programme = programmes.find((one) => one.id === refresherOf);
    if (!programme)
      report(["refresherOf"], "reference-unknown", `"${refresherOf}" is not one of the programmes.`);
    else if (programme.refresher?.module !== id)
      report(["refresherOf"], "programme-refresher", `${refresherOf} names another refresher, or none.`);
  });
}

/** No quiz and no scenario of a programme passes below the programme's mark. */
export function checkPassMarks(
  read: YamlText<Framework>,
  modules: readonly CurriculumModule[],
  findings: Findings,
): void {
  read.data.programmes.forEach(({ passMarks, modules: own, refresher }, index) => {
    if (!passMarks) return;
    const named = new Set([...own, refresher?.module]);
    for (const module of modules.filter(({ id }) => named.has(id)))
      for (const activity of module.activities) {
        if (activity.kind === "lesson" || activity.texts[0].pass >= passMarks[activity.kind]) continue;
        const line = read.lineAt(["programmes", index, "passMarks", activity.kind]);
        const sentence = `${module.id}/${activity.id} passes at ${String(activity.texts[0].pass)}, below this mark.`;
        findings.add(read.file, line, "programme-pass-mark", sentence);
      }
  });
}

/** The programme without the keys that its file leaves out. */
export function programmeOf(entry: ProgrammeEntry): Programme {
  const { repeat, ...rest } = entry;
  return {
    ...present(rest),
    ...(repeat ? { repeat: repeat.map(present) } : {}),
  };
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function present<T extends object>(entry: T): Present<T> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Present<T>;
}
