import { Command, Option } from "commander";
import type { CredentialRecord } from "../standards/issuing/index.js";
import { CertificatesError, decisionReasons, type DecisionKind } from "../trust/certificates/index.js";
import { certificateAppealCommand } from "./certificate-appeal.js";
import { certificateBundleCommand } from "./certificate-bundle.js";
import { certificateVerifyCommand } from "./certificate-verify.js";
import { withGround } from "./compose.js";
import { answer, withJson } from "./context.js";
import { describe, factsFrom, lineOf, type ShownCertificate } from "./certificate-facts.js";

interface ListOptions {
  readonly academy?: string;
  readonly json?: boolean;
}

interface DecisionOptions {
  readonly reason: string;
  readonly by: string;
  readonly json?: boolean;
  /** Of a revocation alone: the holder hears of it first. */
  readonly notice?: boolean;
  readonly days?: string;
}

/** `tessera certificate …`: what those who answer for certificates need. None of it says who holds one. */
export function certificateCommand(): Command {
  const certificate = new Command("certificate");
  withJson(certificate.command("list").description("list them, the oldest first"))
    .option("--academy <slug>", "of this academy only")
    .action(listAction);
  withJson(certificate.command("show").description("what it attests, and every step of its life"))
    .argument("<id>", "the last part of its address")
    .action(showAction);
  certificate
    .addCommand(
      decisionCommand("revoke", "end it for good, at once or after a notice")
        .option(
          "--notice",
          "announce it to the holder: it takes effect by itself when the appeal window ends",
        )
        .addOption(
          new Option("--days <number>", "the same, and how long the holder may object").implies({
            notice: true,
          }),
        ),
    )
    .addCommand(decisionCommand("suspend", "take it out of force until something is decided"))
    .addCommand(decisionCommand("lift", "end a suspension: a successor takes its place"))
    .addCommand(certificateAppealCommand())
    .addCommand(certificateVerifyCommand())
    .addCommand(certificateBundleCommand());
  return certificate;
}

async function listAction({ academy: slug, ...options }: ListOptions): Promise<void> {
  const shown = await withGround(async (context) => {
    const { directory, storage, issuing } = context;
    const academies =
      slug === undefined ? await storage.directory.academies() : [await directory.chooseAcademy(slug)];
    const found: ShownCertificate[] = [];
    for (const academy of academies) {
      for (const record of await issuing.all(academy)) {
        const facts = await factsFrom(record, context);
        if (facts) found.push(facts);
      }
    }
    return found;
  });
  answer(options, shown, shown.map(lineOf));
}

async function showAction(id: string, options: { json?: boolean }): Promise<void> {
  const shown = await withGround(async (context) => {
    const record = await context.issuing.find(id);
    return known(record && (await factsFrom(record, context)));
  });
  answer(options, shown, describe(shown));
}

type Decided = Exclude<DecisionKind, "announce">;

/** A command that decides something: never without its reason and whoever decided. */
function decisionCommand(kind: Decided, description: string): Command {
  const reasons = decisionReasons[kind];
  return withJson(new Command(kind))
    .description(description)
    .argument("<id>", "the last part of its address")
    .addOption(
      new Option("--reason <code>", "why, as a code; what lies behind it belongs into the academy's file")
        .choices(reasons)
        .makeOptionMandatory(),
    )
    .requiredOption("--by <who>", "who decided: an office or a role")
    .action((id: string, options: DecisionOptions) => decide(kind, id, options));
}

async function decide(kind: Decided, id: string, options: DecisionOptions): Promise<void> {
  const { reason, by, json, notice = false, days } = options;
  const announced = { reason, decidedBy: by, ...(days === undefined ? {} : { days: Number(days) }) };
  const shown = await withGround(async (context) => {
    const { issuing, certificates } = context;
    const record = known(await issuing.find(id));
    const decided = notice
      ? await certificates.announce(record, id, announced)
      : await certificates[kind](record, id, { reason, decidedBy: by });
    return known(await factsFrom(decided, context));
  });
  answer({ json }, shown, [...(kind === "lift" ? ["its successor:"] : []), ...describe(shown)]);
}

/** @throws CertificatesError `certificate_unknown` */
function known<T extends CredentialRecord | ShownCertificate>(found: T | undefined): T {
  if (!found) throw new CertificatesError("certificate_unknown");
  return found;
}
