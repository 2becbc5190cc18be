import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { parseConfig } from "../foundation/config/index.js";
import { loadCatalogues, type Translator } from "../foundation/i18n/index.js";
import { systemClock } from "../foundation/kernel/index.js";
import { createOutbound } from "../foundation/outbound/index.js";
import {
  createProofWorker,
  createResolver,
  createVerifier,
  dayOf,
  extractCredential,
  mostFileBytes,
  readTrust,
  shortDid,
  verificationData,
  VerificationError,
  wordsOf,
  type Answer,
  type Asked,
  type Trust,
  type Verification,
  type Verifier,
} from "../trust/verification/index.js";
import { answer, exitCodes, explainError, withJson } from "./context.js";

interface VerifyOptions extends Asked {
  readonly json?: boolean;
  readonly roots?: string;
  readonly jurisdiction?: string;
}

/** `tessera certificate verify FILE|URL`: the answers of the public page, as any stranger gets them, without a database. */
export function certificateVerifyCommand(): Command {
  return withJson(new Command("verify"))
    .description(
      "ask about a certificate: exit 0 when it is unaltered, within its dates and in force, 1 when one of these is no, else 3",
    )
    .argument("<file-or-url>", "a file (JSON, PNG, SVG, PDF, a token, an offline bundle), or its address")
    .option("--on <date>", "what was true then: a day (2027-03-03) or a moment, in UTC")
    .option("--offline", "fetch nothing: an offline bundle has to bring it")
    .option(
      "--roots <file>",
      "whom to trust for what a bundle brings: root DIDs, keys of logs, DID documents",
    )
    .option("--jurisdiction <code>", "ask as well whether this jurisdiction recognises it")
    .action(verifyAction);
}

async function verifyAction(given: string, options: VerifyOptions, command: Command): Promise<void> {
  const { on, offline, jurisdiction, roots } = options;
  const asked: Asked = { ...(on === undefined ? {} : { on }), ...(offline === true ? { offline } : {}) };
  const bytes = isAddress(given) ? undefined : await readBounded(given, command);
  try {
    const trust = roots === undefined ? undefined : readTrust((await readBounded(roots, command)).toString());
    const verification = await withVerifier(trust, async (verifier) =>
      bytes === undefined
        ? verifier.ofUrl(given, asked)
        : verifier.ofText((await extractCredential(bytes)).text, asked),
    );
    const words = terminalWords();
    answer(options, verificationData(verification, words), asLines(verification, words));
    process.exitCode = exitCodeOf(verification.answers, jurisdiction);
  } catch (error) {
    // That it can't be fetched says nothing about the certificate, nor about how the command was used.
    if (!(error instanceof VerificationError) || error.code !== "verification_not_reached") throw error;
    process.stderr.write(`${explainError(error)}\n`);
    process.exitCode = exitCodes.unknown;
  }
}

const isAddress = (given: string): boolean => /^https?:\/\//i.test(given);

async function readBounded(path: string, command: Command): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(mostFileBytes + 1), 0, mostFileBytes + 1, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    const exitCode = exitCodes.wrongUse;
    return command.error(`error: ${path} can't be read as a file`, { exitCode });
  }
}

/** Nobody else waits here: milliseconds for all fetches. */
const patience = 15_000;

async function withVerifier<T>(
  trust: Trust | undefined,
  work: (verifier: Verifier) => Promise<T>,
): Promise<T> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const allowPrivate = !parseConfig(process.env).production;
  const clock = systemClock;
  const outbound = createOutbound({ allowPrivate, userAgent: "Tessera" });
  const worker = createProofWorker();
  const nothingHere = (): Promise<undefined> => Promise.resolve(undefined);
  const resolver = createResolver({
    ...{ origin: undefined, local: nothingHere, outbound, allowPrivate, clock },
    deadlineMs: patience,
  });
  const deps = { resolver, check: worker.check, issuers: nothingHere, clock, deadlineMs: 2 * patience };
  try {
    return await work(createVerifier({ ...deps, ...(trust ? { trust } : {}) }));
  } finally {
    await Promise.all([worker.close(), outbound.close()]);
  }
}

/** What one jurisdiction says counts only where it was asked for: no certificate is recognised everywhere. */
function exitCodeOf(answers: readonly Answer[], jurisdiction: string | undefined): number {
  const asked = answers.filter(
    ({ question, recognition }) =>
      ["unaltered", "dates", "standing", "evidence"].includes(question) ||
      (question === "recognised" && jurisdiction !== undefined && recognition?.jurisdiction === jurisdiction),
  );
  if (asked.some((one) => one.answer === "no")) return exitCodes.no;
  const isAnswered = jurisdiction === undefined || asked.some(({ question }) => question === "recognised");
  // Who may not see the statements can't tell whether the evidence is complete: only a no counts.
  const needed = asked.filter(({ question }) => question !== "evidence");
  return isAnswered && needed.every((one) => one.answer === "yes") ? exitCodes.yes : exitCodes.unknown;
}

const signs = { yes: "✓", no: "✗", unknown: "?" } as const;

function asLines({ at, on, stated, answers }: Verification, words: Translator): string[] {
  const altered = answers.some((one) => one.question === "unaltered" && one.answer === "no");
  const heading = altered
    ? words.t("verification.result.alteredTitle")
    : `${stated.title} (${stated.issuerName ?? shortDid(stated.issuerId)})`;
  const said = answers.map((one) => {
    const { question, verdict, reason, age } = wordsOf(one, words, { now: at, on });
    const grounds = [reason, ...(age === undefined ? [] : [`${age}.`])].join(" ");
    return `${signs[one.answer]} ${verdict.padEnd(8)} ${question} ${grounds}`;
  });
  return [heading, words.t("verification.result.on", { day: dayOf(on, words) }), "", ...said];
}

function terminalWords(): Translator {
  const locales = fileURLToPath(new URL("../../views/locales", import.meta.url));
  const { LC_ALL, LANG } = process.env;
  return loadCatalogues(locales).negotiate([(LC_ALL ?? LANG ?? "").split(".")[0] ?? ""]);
}
