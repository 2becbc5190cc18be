import { Command, Option } from "commander";
import {
  RecognitionError,
  type AgreementRecord,
  type DecisionStep,
  type RecognitionPartner,
} from "../trust/recognition/index.js";
import { answer, exitCodes, withJson } from "./context.js";
import { day, withRecognition } from "./recognition-context.js";

interface SubjectOptions {
  readonly authority: string;
  readonly by: string;
  readonly achievement: string;
  readonly issuer: string;
  readonly title: string;
  readonly certificate?: string;
  readonly json?: boolean;
}

interface GrantOptions extends SubjectOptions {
  readonly as: string;
  readonly level: string;
  readonly equivalence: string;
  readonly measure?: string;
  readonly basis: string;
  readonly from: number;
  readonly until?: number;
}

interface EndOptions {
  readonly authority: string;
  readonly by: string;
  readonly reason: string;
  readonly effective?: number;
  readonly json?: boolean;
}

/** `tessera recognition …`: what the authorities here decide, and what is pulled from partners. */
export function recognitionCommand(): Command {
  const recognition = new Command("recognition");
  about(recognition.command("grant").description("recognise an achievement, or one certificate, and sign it"))
    .requiredOption("--as <name>", "the national certificate that it counts as")
    .requiredOption("--level <level>", "at which level there")
    .addOption(new Option("--equivalence <extent>").choices(["full", "partial"]).makeOptionMandatory())
    .option("--measure <text>", "what is asked beside it; needed where it is partial")
    .requiredOption("--basis <text>", "the legal basis")
    .requiredOption("--from <day>", "from when on, such as 2027-03-14", day)
    .option("--until <day>", "until when, without that day", day)
    .action(grantAction);
  about(recognition.command("refuse").description("decide not to recognise it"))
    .requiredOption("--reason <text>", "why")
    .action(refuseAction);
  withJson(recognition.command("withdraw").description("end a recognition for good"))
    .argument("<id>", "the decision's id, as `list` says it")
    .requiredOption("--authority <slug>", "who withdraws it")
    .requiredOption("--by <who>", "who decided: an office or a role")
    .requiredOption("--reason <text>", "why")
    .option("--effective <day>", "from when on it counts no more (default: now)", day)
    .action(withdrawAction);
  withJson(recognition.command("list").description("every decision of the authorities here"))
    .option("--authority <slug>", "of this one only")
    .action(listAction);
  withJson(recognition.command("show").description("one of them with all its steps"))
    .argument("<id>", "its id")
    .action(showAction);
  return recognition.addCommand(partnerCommand());
}

function about(command: Command): Command {
  return withJson(command)
    .requiredOption("--authority <slug>", "who decides")
    .requiredOption("--by <who>", "who decided: an office or a role")
    .requiredOption("--achievement <url>", "the address of one version of an achievement")
    .requiredOption("--issuer <did>", "the DID of the academy that issues it")
    .requiredOption("--title <text>", "what it is called, for people")
    .option("--certificate <url>", "one certificate alone");
}

const subjectOf = ({ achievement, issuer, title, certificate }: SubjectOptions) => ({
  ...{ achievementId: achievement, issuerDid: issuer, title },
  ...(certificate === undefined ? {} : { certificateId: certificate }),
});

async function grantAction(options: GrantOptions): Promise<void> {
  const { authority, by: decidedBy, as, level, equivalence, measure, basis, from, until } = options;
  const terms = {
    ...{ recognisedAs: as, localLevel: level, equivalence, compensationMeasure: measure },
    ...{ legalBasis: basis, from, until },
  };
  const decided = await withRecognition(({ recognition }) =>
    recognition.grant({ authority, decidedBy }, subjectOf(options), terms),
  );
  answer(options, decided, describe(decided));
}

async function refuseAction(options: SubjectOptions & { readonly reason: string }): Promise<void> {
  const { authority, by: decidedBy, reason } = options;
  const decided = await withRecognition(({ recognition }) =>
    recognition.refuse({ authority, decidedBy }, subjectOf(options), reason),
  );
  answer(options, decided, describe(decided));
}

async function withdrawAction(
  id: string,
  { authority, by, reason, effective, json }: EndOptions,
): Promise<void> {
  const why = { reason, ...(effective === undefined ? {} : { effective }) };
  const decided = await withRecognition(({ recognition }) =>
    recognition.withdraw({ authority, decidedBy: by }, id, why),
  );
  answer({ json }, decided, describe(decided));
}

async function listAction(options: { authority?: string; json?: boolean }): Promise<void> {
  const found = await withRecognition(async ({ recognition }) => {
    const all = (await recognition.authorities()).map(({ slug }) => slug);
    const slugs = options.authority === undefined ? all : [options.authority];
    const lists: AgreementRecord[][] = [];
    for (const slug of slugs) lists.push(await recognition.agreements(slug));
    return lists.flat();
  });
  answer(options, found, found.map(lineOf));
}

async function showAction(id: string, options: { json?: boolean }): Promise<void> {
  const found = await withRecognition(({ recognition }) => recognition.agreement(id));
  if (!found) throw new RecognitionError("recognition_unknown");
  answer(options, found, describe(found));
}

function partnerCommand(): Command {
  const partner = new Command("partner").description("other installations whose recognitions are pulled");
  withJson(partner.command("add").description("add one, and pull from it"))
    .argument("<url>", "its public address, without a path")
    .requiredOption("--jurisdiction <code>", "the one jurisdiction that it speaks for")
    .requiredOption("--jurisdiction-name <name>", "its name, for people")
    .action(async (url: string, options: PartnerOptions) => {
      const { jurisdiction: jurisdictionId, jurisdictionName } = options;
      const partners = await withRecognition(async ({ recognition }) => {
        await recognition.addPartner({ url, jurisdictionId, jurisdictionName });
        return recognition.pull();
      });
      tell(options, partners);
    });
  withJson(partner.command("list").description("list them")).action(async (options: { json?: boolean }) => {
    const partners = await withRecognition(({ recognition }) => recognition.partners());
    answer(options, partners, partners.map(partnerLine));
  });
  withJson(
    partner.command("pull").description("pull from all of them now; the server does so every hour"),
  ).action(async (options: { json?: boolean }) => {
    tell(options, await withRecognition(({ recognition }) => recognition.pull()));
  });
  return partner;
}

interface PartnerOptions {
  readonly jurisdiction: string;
  readonly jurisdictionName: string;
  readonly json?: boolean;
}

/** What came of a pull; where one could not be reached or relied on, nobody can tell what it recognises. */
function tell(options: { json?: boolean | undefined }, partners: readonly RecognitionPartner[]): void {
  answer(options, partners, partners.map(partnerLine));
  if (partners.some(({ failure }) => failure !== undefined)) process.exitCode = exitCodes.unknown;
}

const partnerLine = ({ url, jurisdictionId, triedAt, failure }: RecognitionPartner): string =>
  `${jurisdictionId}  ${url}  ${failure ?? (triedAt === undefined ? "never pulled" : `pulled ${isoDay(triedAt)}`)}`;

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

const lineOf = ({ id, title, certificateId, jurisdictionId, steps }: AgreementRecord): string =>
  `${id}  ${jurisdictionId}  ${steps.at(-1)?.decision ?? ""}  ${title}${certificateId === undefined ? "" : " (one certificate)"}`;

function describe(agreement: AgreementRecord): string[] {
  const { achievementId, issuerDid, certificateId, steps } = agreement;
  return [
    lineOf(agreement),
    `  achievement  ${achievementId}`,
    `  issuer       ${issuerDid}`,
    ...(certificateId === undefined ? [] : [`  certificate  ${certificateId}`]),
    ...steps.map((step) => `  ${isoDay(step.at)}   ${stepLine(step)} (decided by ${step.decidedBy})`),
  ];
}

function stepLine(step: DecisionStep): string {
  if (step.decision === "refused") return `refused: ${step.reason}`;
  if (step.decision === "withdrawn") return `withdrawn from ${isoDay(step.effective)} on: ${step.reason}`;
  const { recognisedAs, localLevel, equivalence, compensationMeasure, from, until } = step.terms;
  const measure = compensationMeasure === undefined ? "" : `, on condition: ${compensationMeasure}`;
  const dates = `from ${isoDay(from)}${until === undefined ? "" : ` until ${isoDay(until)}`}`;
  return `recognised (${equivalence}) as ${recognisedAs}, ${localLevel}, ${dates}${measure}`;
}
