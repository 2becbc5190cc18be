import { Command, InvalidArgumentError, Option } from "commander";
import type { AttestationKind } from "../foundation/events/index.js";
import type { Tenant } from "../foundation/kernel/index.js";
import {
  createProgrammes,
  type Attestation,
  type Programmes,
  type Whose,
} from "../training/programmes/index.js";
import { CertificatesError } from "../trust/certificates/index.js";
import { withGround } from "./compose.js";
import { answer, withJson, type CliContext } from "./context.js";

interface WhoOptions {
  readonly person?: string;
  readonly certificate?: string;
  readonly json?: boolean;
}

interface AttestOptions extends WhoOptions {
  readonly outcome?: string;
  readonly months?: number;
  readonly hours?: number;
  readonly share?: number;
  readonly evaluator?: "another-academy" | "another-jurisdiction";
  readonly evidence: string;
  readonly by: string;
  readonly on: number;
}

/** `tessera attest …`: what somebody answers for because no room of the tool records it. */
export function attestCommand(): Command {
  const attest = new Command("attest");
  attest
    .addCommand(
      kindCommand("service", "months of service done").requiredOption("--months <n>", "how many", count),
    )
    .addCommand(
      kindCommand("immersion", "hours spent in a community")
        .requiredOption("--outcome <id>", "as M04-O2")
        .requiredOption("--hours <n>", "how many", count),
    )
    .addCommand(
      kindCommand("external-mark", "that an external evaluator passed an outcome")
        .requiredOption("--outcome <id>", "as M02-O2")
        .addOption(
          new Option("--evaluator <from>", "where the evaluator belongs").choices([
            ...["another-academy", "another-jurisdiction"],
          ]),
        )
        .option("--share <part>", "of a calibration: how many marks were within one level, 0 to 1", part),
    )
    .addCommand(
      kindCommand("prior-learning", "that an outcome was reached elsewhere").requiredOption(
        "--outcome <id>",
        "one outcome each, with its own evidence",
      ),
    )
    .addCommand(who(new Command("list").description("what was attested for a person")).action(listAction))
    .addCommand(
      who(new Command("withdraw").description("it counts no more; certificates stay as they are"))
        .argument("<attestation>", "its number, as `list` shows it")
        .requiredOption("--by <who>", "who decided: an office or a role")
        .action(withdrawAction),
    );
  return attest;
}

function who(command: Command): Command {
  return withJson(command)
    .option("--person <id>", "the number of the person")
    .option("--certificate <id>", "or one of their certificates: the last part of its address");
}

function kindCommand(kind: AttestationKind, description: string): Command {
  return who(new Command(kind).description(description))
    .requiredOption("--evidence <sha256>", "SHA-256 of the paper that shows it, which you keep", digest)
    .requiredOption("--by <who>", "who answers for it: an office or a role, never a name")
    .requiredOption("--on <day>", "the day on which it was so, as 2027-03-31 (UTC)", day)
    .action((options: AttestOptions) => attestAction(kind, options));
}

async function attestAction(kind: AttestationKind, options: AttestOptions): Promise<void> {
  const { outcome, months, hours, share, evaluator, evidence, by, on } = options;
  const amount = months ?? hours;
  const made = await withPerson(options, (programmes, whose) =>
    programmes.attest(whose, {
      ...{ kind, digest: evidence, by, at: on },
      ...(outcome === undefined ? {} : { outcomeId: outcome }),
      ...(amount === undefined ? {} : { amount }),
      ...(share === undefined ? {} : { share }),
      ...(evaluator === undefined ? {} : { from: evaluator }),
    }),
  );
  answer(options, made, [lineOf(made)]);
}

async function listAction(options: WhoOptions): Promise<void> {
  const found = await withPerson(options, (programmes, whose) => programmes.attestationsOf(whose));
  answer(options, found, found.map(lineOf));
}

async function withdrawAction(id: string, { by, ...options }: WhoOptions & { by: string }): Promise<void> {
  await withPerson(options, (programmes, whose) => programmes.withdraw(whose, id, by));
  answer(options, { withdrawn: id }, [
    `withdrawn  ${id}`,
    "A certificate that rested on it stays as it is: see `tessera certificate revoke`.",
  ]);
}

function lineOf({ id, kind, outcomeId = "", amount, by, at, withdrawn }: Attestation): string {
  const what = [kind, outcomeId, amount === undefined ? "" : String(amount)].filter((one) => one !== "");
  const day = new Date(at).toISOString().slice(0, 10);
  return `${id}  ${day}  ${what.join(" ")}  by ${by}${withdrawn ? "  withdrawn" : ""}`;
}

async function withPerson<T>(
  options: WhoOptions,
  work: (programmes: Programmes, whose: Whose) => Promise<T>,
): Promise<T> {
  return withGround(async (context) => {
    const { storage, curriculum, visits, clock, newId } = context;
    const programmes = createProgrammes({
      ...{ standings: storage.standings, curriculum, visits, clock, newId },
    });
    return work(programmes, await whoseOf(options, context));
  });
}

interface Finding extends Pick<CliContext, "directory"> {
  readonly issuing: { find(id: string): Promise<(Tenant & { readonly ownerId: string }) | undefined> };
}

/** @throws CertificatesError `certificate_unknown`, DirectoryError `person_unknown` */
async function whoseOf({ person, certificate }: WhoOptions, { directory, issuing }: Finding): Promise<Whose> {
  if (certificate !== undefined) {
    const record = await issuing.find(certificate);
    if (!record) throw new CertificatesError("certificate_unknown");
    return { tenant: record, personId: record.ownerId };
  }
  const found = await directory.person(person ?? "");
  return { tenant: found, personId: found.id };
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

function part(text: string): number {
  const number = Number(text);
  if (number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError("It must be between 0 and 1.");
}

function digest(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be 64 hexadecimal digits, as sha256sum prints them.");
}

function day(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError("It must be a day, as 2027-03-31.");
}
