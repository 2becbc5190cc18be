import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { installation } from "../foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../foundation/keys/index.js";
import {
  createLog,
  createLogPartners,
  makeHeadFile,
  readHeadFile,
  verifyLog,
  type Log,
  type LogFault,
  type LogPartners,
} from "../foundation/log/index.js";
import { createOutbound } from "../foundation/outbound/index.js";
import { answer, exitCodes, withJson, withStorage, type CliContext } from "./context.js";

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

function verifyCommand(log: Command): void {
  withJson(
    log.command("verify").description("whether any entry was deleted, altered, moved or withheld, and which"),
  )
    .option("--against <file>", "an earlier head, as `log head --out` wrote it")
    .option("--witness <key...>", "verifier keys of witnesses to believe, beside those of kept partners")
    .action(async (options: Json & { against?: string; witness?: string[] }) => {
      const earlier = options.against === undefined ? undefined : readEarlier(options.against);
      const audit = await withLog(async ({ storage, log: own, partners }) => {
        const kept = (await partners.list()).flatMap(({ witnessKeys }) => witnessKeys);
        return verifyLog(storage.log, {
          keys: await own.keys(),
          witnesses: [...kept, ...(options.witness ?? [])],
          ...(earlier ? { earlier } : {}),
        });
      });
      const { size, heads, witnessed, faults } = audit;
      const vouched =
        witnessed === 0
          ? "No witness vouches for it: whoever can write to the store and has its keys could have written it anew."
          : `A witness vouches for the first ${witnessed} of them.`;
      const good = `Unchanged: ${size} entries, ${heads} signed heads. ${vouched}`;
      answer(options, audit, faults.length === 0 ? [good] : faults.map(wordsOf));
      if (faults.length > 0) process.exitCode = exitCodes.no;
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
      return `The head ${fault.number} is not signed by a key of this log.`;
    case "head-differs":
      return `The head over ${fault.size} entries is not that of the entries that were there.`;
    case "cosignature-differs":
      return `The log was rewritten: ${fault.witness.split("+")[0] ?? ""} signed another head over ${fault.size} entries.`;
  }
}

interface LogRooms extends CliContext {
  readonly log: Log;
  readonly partners: LogPartners;
}

async function withLog<T>(work: (rooms: LogRooms) => Promise<T>): Promise<T> {
  return withStorage(async (context) => {
    const { storage, config, clock } = context;
    const rings = { store: storage.keys, sealer: createSealer(config.secret), clock };
    const ringOf = (keySet: string) => createKeyRing(keySet, rings, { tenant: installation, alg: "EdDSA" });
    const outbound = createOutbound({ allowPrivate: !config.production, userAgent: "Tessera" });
    const log = createLog({ store: storage.log, keyRing: ringOf("log"), origin: config.origin, clock });
    const keyRing = ringOf("log-witness");
    const partners = createLogPartners({ store: storage.log, log, keyRing, outbound, clock });
    try {
      return await work({ ...context, log, partners });
    } finally {
      await outbound.close();
    }
  });
}
