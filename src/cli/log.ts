import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import {
  makeHeadFile,
  readHeadFile,
  verifyLog,
  type LogFault,
  type PartnerVerdict,
} from "../foundation/log/index.js";
import { answer, exitCodes, withJson } from "./context.js";
import { withLog } from "./log-context.js";

interface Json {
  readonly json?: boolean;
}

/** `tessera log …`: the log's head, whether it is what it always was, and the partners who watch it. */
export function logCommand(): Command {
  const log = new Command("log");
  headCommand(log);
  verifyCommand(log);
  witnessCommands(log);
  withJson(
    log.command("partner").description("keep a partner's address and keys: from then on its log is watched"),
  )
    .argument("<url>", "its public origin; adding it again takes the keys that it has now")
    .action(async (url: string, options: Json) => {
      const partner = await withLog(({ partners }) => partners.add(url));
      answer(options, partner, [partner.origin, ...partner.keys, ...partner.witnessKeys]);
    });
  return log;
}

function headCommand(log: Command): void {
  withJson(log.command("head").description("the newest signed head, with its co-signatures"))
    .option("--out <file>", "keep it with all leaf hashes, for `log verify --against`")
    .action(async (options: Json & { out?: string }) => {
      const head = await withLog(async (rooms) => {
        const newest = await rooms.log.head();
        if (options.out !== undefined) {
          const file = await makeHeadFile(newest.text, rooms.storage.log);
          writeFileSync(options.out, `${JSON.stringify(file)}\n`);
        }
        return newest;
      });
      answer(options, head, head.text.trimEnd().split("\n"));
    });
}

interface VerifyOptions extends Json {
  readonly against?: string;
  readonly witness?: string[];
  readonly partners?: true;
}

function verifyCommand(log: Command): void {
  withJson(
    log.command("verify").description("whether any entry was deleted, altered, moved or withheld, and which"),
  )
    .option("--against <file>", "an earlier head, as `log head --out` wrote it")
    .option("--witness <key...>", "verifier keys of witnesses to believe, beside those of kept partners")
    .option("--partners", "look at the partners' logs too: whether they are still what was seen of them")
    .action(async (options: VerifyOptions) => {
      const earlier = options.against === undefined ? undefined : readEarlier(options.against);
      const { verdicts, ...audit } = await withLog(async ({ storage, log: own, partners }) => {
        const kept = await partners.list();
        const found = await verifyLog(storage.log, {
          keys: await own.keys(),
          witnesses: [...kept.flatMap(({ witnessKeys }) => witnessKeys), ...(options.witness ?? [])],
          ...(earlier ? { earlier } : {}),
        });
        const asked = options.partners ? kept : [];
        return { ...found, verdicts: await Promise.all(asked.map(({ url }) => partners.check(url))) };
      });
      const { size, heads, witnessed, faults } = audit;
      const vouched =
        witnessed === 0
          ? "No witness vouches for it: whoever can write to the store and has its keys could have written it anew."
          : `A witness vouches for the first ${witnessed} of them.`;
      const good = `Unchanged: ${size} entries, ${heads} signed heads. ${vouched}`;
      const lines = [
        ...(faults.length === 0 ? [good] : faults.map(wordsOf)),
        ...verdicts.map(verdictInWords),
      ];
      answer(options, options.partners ? { ...audit, partners: verdicts } : audit, lines);
      if (faults.length > 0 || verdicts.some(isBad)) process.exitCode = exitCodes.no;
      else if (verdicts.some(({ verdict }) => verdict !== "unchanged")) process.exitCode = exitCodes.unknown;
    });
}

function witnessCommands(log: Command): void {
  withJson(
    log
      .command("witness")
      .description("check that a partner's log goes on from what was seen, and co-sign it"),
  )
    .argument("<url>", "the partner's public origin")
    .action(async (url: string, options: Json) => {
      const { origin, size, line } = await withLog(({ partners }) => partners.witness(url));
      answer(options, { origin, size, line }, [`${origin}: ${size} entries, none of them changed`, line]);
    });
  withJson(log.command("cosign").description("take a partner's co-signature of this log"))
    .argument("<url>", "the partner's public origin")
    .action(async (url: string, options: Json) => {
      const found = await withLog(({ partners }) => partners.collect(url));
      answer(options, found ?? {}, [found ? `${found.size} entries  ${found.line}` : "It has none yet."]);
      if (!found) process.exitCode = exitCodes.unknown;
    });
}

function readEarlier(file: string): readonly string[] {
  return readHeadFile(readFileSync(file, "utf8")).leafHashes;
}

/** Of a partner's log: it is known not to be what it was. */
const isBad = ({ verdict }: PartnerVerdict): boolean => verdict === "rewritten" || verdict === "shorter";

function verdictInWords(found: PartnerVerdict): string {
  switch (found.verdict) {
    case "unchanged":
      return `${found.origin}: unchanged, ${found.size} entries.`;
    case "shorter":
      return `${found.origin}: withholds entries: it had ${found.seen} when it was last seen, and shows ${found.size}.`;
    case "rewritten":
      return found.index === undefined
        ? `${found.origin}: was rewritten.`
        : `${found.origin}: was rewritten: entry ${found.index} is another one than the one that was seen.`;
    case "key-changed":
      return `${found.origin}: is signed by a key that is not known here. Ask its operator, by another way.`;
    case "unreadable":
      return `${found.origin}: does not answer as a log does.`;
    case "unreachable":
      return `${found.origin}: could not be reached.`;
  }
}

/** What is wrong, for a person at a terminal. */
function wordsOf(fault: LogFault): string {
  switch (fault.what) {
    case "entry-missing":
      return `Entry ${fault.index} is missing.`;
    case "entry-altered":
      return `Entry ${fault.index} is not what it was.`;
    case "entry-inserted":
      return `Entry ${fault.index} was put in between.`;
    case "entry-moved":
      return `Entry ${fault.index} was moved: it stands at ${fault.now}.`;
    case "entries-altered":
      return `One or more of the entries ${fault.from} to ${fault.to - 1} are not what they were.`;
    case "hash-altered":
      return `The stored hash of entry ${fault.index} was changed; the entry is what it was.`;
    case "head-missing":
      return `The signed head ${fault.number} is missing.`;
    case "head-unsigned":
      return `The head ${fault.number} is not signed by the key that this log had then.`;
    case "head-differs":
      return `The head over ${fault.size} entries is not that of the entries that were there.`;
    case "cosignature-differs":
      return `The log was rewritten: ${fault.witness.split("+")[0] ?? ""} signed another head over ${fault.size} entries.`;
  }
}
