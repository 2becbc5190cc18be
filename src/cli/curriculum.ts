import { Command } from "commander";
import {
  type Activity,
  CurriculumError,
  type Finding,
  requireCurriculum,
  validateCurriculum,
} from "../standards/curriculum/index.js";
import { answer, exitCodes, withJson } from "./context.js";

/** `tessera curriculum …`: what authors of content need. */
export function curriculumCommand(): Command {
  const validate = withJson(new Command("validate"))
    .description("check a content package: exit 0 when it is valid, 1 when there is something to put right")
    .argument("[directory]", "the package's folder", "curriculum")
    .action(validateAction);
  return new Command("curriculum").addCommand(validate);
}

async function validateAction(
  directory: string,
  options: { json?: boolean },
  command: Command,
): Promise<void> {
  const findings = await findingsOf(directory, command);
  const valid = findings.length === 0;
  const counts = valid ? await countActivities(directory) : undefined;
  answer(
    options,
    { valid, findings, ...(counts && { counts }) },
    counts ? [`valid: ${inWords(counts)}`] : report(findings),
  );
  process.exitCode = valid ? exitCodes.yes : exitCodes.no;
}

type Counts = Readonly<Record<Activity["kind"], number>>;

/** How many activities of each kind a valid package has. */
async function countActivities(directory: string): Promise<Counts> {
  const { modules } = await requireCurriculum(directory, { overlays: [], production: false });
  const counts = { lesson: 0, quiz: 0, scenario: 0 };
  for (const { kind } of modules.flatMap(({ activities }) => activities)) counts[kind] += 1;
  return counts;
}

function inWords({ lesson, quiz, scenario }: Counts): string {
  const some = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
  return [
    some(lesson, "lesson", "lessons"),
    some(quiz, "quiz", "quizzes"),
    some(scenario, "scenario", "scenarios"),
  ].join(", ");
}

/** A folder that is not there is a wrong use of the command, not a verdict about a package. */
async function findingsOf(directory: string, command: Command): Promise<Finding[]> {
  try {
    return await validateCurriculum(directory);
  } catch (error) {
    if (!(error instanceof CurriculumError)) throw error;
    const exitCode = exitCodes.wrongUse;
    return command.error(`error: ${directory} can't be read as a folder`, { exitCode, code: error.code });
  }
}

function report(findings: readonly Finding[]): string[] {
  const rows = findings.map(({ file, line, rule, sentence }) => [`${file}:${line}`, rule, sentence] as const);
  const placeWidth = Math.max(...rows.map(([place]) => place.length));
  const ruleWidth = Math.max(...rows.map(([, rule]) => rule.length));
  const lines = rows.map(
    ([place, rule, sentence]) => `${place.padEnd(placeWidth)}  ${rule.padEnd(ruleWidth)}  ${sentence}`,
  );
  return [...lines, "", `${findings.length} to put right`];
}
