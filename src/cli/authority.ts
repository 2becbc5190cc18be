import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { RecognitionError, type AuthorityRecord } from "../trust/recognition/index.js";
import { answer, withJson } from "./context.js";
import { day, withRecognition } from "./recognition-context.js";

interface AddOptions {
  readonly name: string;
  readonly jurisdiction: string;
  readonly jurisdictionName: string;
  readonly root?: true;
  readonly json?: boolean;
}

interface MandateOptions {
  readonly root?: string;
  readonly file?: string;
  readonly from?: number;
  readonly until?: number;
  readonly json?: boolean;
}

interface IssuerOptions {
  readonly did?: string;
  readonly academy?: string;
  readonly name?: string;
  readonly end?: true;
  readonly json?: boolean;
}

/** `tessera authority …`: who recognises here, by whose mandate, and which issuers it lists. */
export function authorityCommand(): Command {
  const authority = new Command("authority");
  withJson(authority.command("list").description("list them")).action(async (options: { json?: boolean }) => {
    const found = await withRecognition(({ recognition }) => recognition.authorities());
    answer(options, found.map(shown), found.map(lineOf));
  });
  withJson(authority.command("add").description("add one, with keys of its own"))
    .argument("<slug>", "short name in addresses: a-z, 0-9 and hyphens")
    .requiredOption("--name <name>", "its name, for people")
    .requiredOption("--jurisdiction <code>", "ISO 3166 code of the jurisdiction that it speaks for", isoCode)
    .requiredOption("--jurisdiction-name <name>", "the jurisdiction's name, for people")
    .option("--root", "a root: it recognises nothing, and mandates those who do")
    .action(addAction);
  withJson(authority.command("mandate").description("give it a root's mandate, or keep one from elsewhere"))
    .argument("<slug>", "the authority")
    .option("--root <slug>", "a root of this installation, which signs it")
    .option("--file <path>", "a mandate that a root elsewhere signed")
    .option("--from <day>", "from when on, such as 2027-03-14 (default: now)", day)
    .option("--until <day>", "until when, without that day", day)
    .action(mandateAction);
  withJson(authority.command("issuer").description("say who issues certificates in its jurisdiction"))
    .argument("<slug>", "the authority")
    .option("--academy <slug>", "an academy of this installation")
    .option("--did <did>", "an issuer elsewhere")
    .option("--name <name>", "the issuer's name, for people")
    .option("--end", "from now on it does not any more")
    .action(issuerAction);
  return authority;
}

async function addAction(slug: string, options: AddOptions): Promise<void> {
  const { name, jurisdiction: jurisdictionId, jurisdictionName, root } = options;
  const added = await withRecognition(({ recognition }) =>
    recognition.ensureAuthority({
      ...{ slug, name, jurisdictionId, jurisdictionName, demonstration: false },
      kind: root ? "root" : "authority",
    }),
  );
  answer(options, shown(added), [lineOf(added)]);
}

async function mandateAction(slug: string, { root, file, from, until, json }: MandateOptions): Promise<void> {
  if ((root === undefined) === (file === undefined))
    throw new RecognitionError("recognition_malformed", { field: "--root | --file" });
  const authority = await withRecognition(({ recognition, clock }) => {
    if (root === undefined) return recognition.takeMandate(slug, readFileSync(file ?? "", "utf8"));
    const dates = { from: from ?? clock.now(), ...(until === undefined ? {} : { until }) };
    return recognition.giveMandate(root, slug, dates);
  });
  answer({ json }, shown(authority), [lineOf(authority)]);
}

async function issuerAction(slug: string, { did, academy, name, end, json }: IssuerOptions): Promise<void> {
  if ((did === undefined) === (academy === undefined))
    throw new RecognitionError("recognition_malformed", { field: "--academy | --did" });
  const authority = await withRecognition(async ({ recognition, directory, issuing, clock }) => {
    const known = academy === undefined ? undefined : await directory.chooseAcademy(academy);
    const issuer = known ? await issuing.didOf(known) : (did ?? "");
    return end
      ? recognition.unlistIssuer(slug, issuer, clock.now())
      : recognition.listIssuer(slug, { did: issuer, name: name ?? known?.name ?? issuer, from: clock.now() });
  });
  const issuers = authority.issuers.map((one) => `${one.did}  ${one.name}${one.until ? "  (ended)" : ""}`);
  answer({ json }, shown(authority), issuers);
}

const shown = ({
  slug,
  name,
  kind,
  jurisdictionId,
  jurisdictionName,
  issuers,
  mandates,
}: AuthorityRecord) => ({
  ...{ slug, name, kind, jurisdictionId, jurisdictionName, issuers, mandates: mandates.length },
});

const lineOf = ({ slug, name, kind, jurisdictionId, mandates }: AuthorityRecord): string =>
  `${slug}  ${name}  (${kind === "root" ? "root" : `${jurisdictionId}, mandates: ${mandates.length}`})`;

function isoCode(text: string): string {
  if (!/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(text))
    throw new InvalidArgumentError("It is not an ISO 3166 code.");
  return text;
}
