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
  shortDid,
  VerificationError,
  wordsOf,
  type Answer,
  type Verification,
  type Verifier,
} from "../trust/verification/index.js";
import { answer, exitCodes, explainError, withJson } from "./context.js";

const maxBytes = 512 * 1024;

/** `tessera certificate verify FILE|URL`: the answers of the public page, as any stranger gets them, without a database. */
export function certificateVerifyCommand(): Command {
  return withJson(new Command("verify"))
    .description(
      "ask about a certificate: exit 0 when it is unaltered, within its dates and in force, 1 when any answer is no, else 3",
    )
    .argument("<file-or-url>", "its JSON file, or its address")
    .action(verifyAction);
}

async function verifyAction(given: string, options: { json?: boolean }, command: Command): Promise<void> {
  const text = isAddress(given) ? undefined : await readCertificate(given, command);
  try {
    const verification = await withVerifier((verifier) =>
      text === undefined ? verifier.ofUrl(given) : verifier.ofText(text),
    );
    const words = terminalWords();
    answer(options, asData(verification, words), asLines(verification, words));
    process.exitCode = exitCodeOf(verification.answers);
  } catch (error) {
    // That it can't be fetched says nothing about the certificate, nor about how the command was used.
    if (!(error instanceof VerificationError) || error.code !== "verification_not_reached") throw error;
    process.stderr.write(`${explainError(error)}\n`);
    process.exitCode = exitCodes.unknown;
  }
}

const isAddress = (given: string): boolean => /^https?:\/\//i.test(given);

async function readCertificate(path: string, command: Command): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
      if (bytesRead > maxBytes) throw new VerificationError("verification_too_large");
      return buffer.toString("utf8", 0, bytesRead).replace(/^\ufeff/, "");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof VerificationError) throw error;
    const exitCode = exitCodes.wrongUse;
    return command.error(`error: ${path} can't be read as a file`, { exitCode });
  }
}

async function withVerifier<T>(work: (verifier: Verifier) => Promise<T>): Promise<T> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const allowPrivate = !parseConfig(process.env).production;
  const clock = systemClock;
  const outbound = createOutbound({ allowPrivate, userAgent: "Tessera" });
  const worker = createProofWorker();
  const nothingHere = (): Promise<undefined> => Promise.resolve(undefined);
  const resolver = createResolver({ origin: undefined, local: nothingHere, outbound, allowPrivate, clock });
  try {
    return await work(createVerifier({ resolver, check: worker.check, issuers: nothingHere, clock }));
  } finally {
    await Promise.all([worker.close(), outbound.close()]);
  }
}

function exitCodeOf(answers: readonly Answer[]): number {
  if (answers.some((one) => one.answer === "no")) return exitCodes.no;
  const needed = answers.filter(({ question }) => ["unaltered", "dates", "standing"].includes(question));
  return needed.every((one) => one.answer === "yes") ? exitCodes.yes : exitCodes.unknown;
}

function asData({ at, stated, answers }: Verification, words: Translator): unknown {
  const altered = answers.some((one) => one.question === "unaltered" && one.answer === "no");
  const { id, title, issuerId, issuerName, validFrom, validUntil } = stated;
  return {
    askedAt: iso(at),
    // What an altered certificate says can't be relied on.
    certificate: altered
      ? null
      : { id, title, issuer: issuerId, issuerName, validFrom: iso(validFrom), validUntil: iso(validUntil) },
    answers: answers.map((one) => ({
      question: one.question,
      answer: one.answer,
      reason: one.reason,
      text: wordsOf(one, words, at).reason,
      ...(one.asOf === undefined ? {} : { asOf: iso(one.asOf) }),
    })),
  };
}

const iso = (at: number | "malformed" | undefined): string | undefined =>
  typeof at === "number" ? new Date(at).toISOString() : undefined;

const signs = { yes: "✓", no: "✗", unknown: "?" } as const;

function asLines({ at, stated, answers }: Verification, words: Translator): string[] {
  const altered = answers.some((one) => one.question === "unaltered" && one.answer === "no");
  const heading = altered
    ? words.t("verification.result.alteredTitle")
    : `${stated.title} (${stated.issuerName ?? shortDid(stated.issuerId)})`;
  const said = answers.map((one) => {
    const { question, verdict, reason, age } = wordsOf(one, words, at);
    const grounds = [reason, ...(age === undefined ? [] : [`${age}.`])].join(" ");
    return `${signs[one.answer]} ${verdict.padEnd(8)} ${question} ${grounds}`;
  });
  return [heading, words.t("verification.result.on", { day: dayOf(at, words) }), "", ...said];
}

function terminalWords(): Translator {
  const locales = fileURLToPath(new URL("../../views/locales", import.meta.url));
  const { LC_ALL, LANG } = process.env;
  return loadCatalogues(locales).negotiate([(LC_ALL ?? LANG ?? "").split(".")[0] ?? ""]);
}
