import { Command, InvalidArgumentError } from "commander";
import { installation, systemClock } from "../foundation/kernel/index.js";
import { createKeyRotation, createSealer, type KeySetName } from "../foundation/keys/index.js";
import { answer, withJson, withStorage, type CliContext } from "./context.js";

interface KeyOptions {
  readonly set: "lti" | "certificates";
  readonly academy?: string;
  readonly now?: true;
  readonly json?: boolean;
}

/** `tessera keys list|rotate`: what the installation and its academies sign with. */
export function keysCommand(): Command {
  const keys = new Command("keys");
  const withSet = (command: Command): Command =>
    withJson(command)
      .option("--set <name>", "lti or certificates", setName, "lti")
      .option("--academy <slug>", "whose certificates; needed when there are several academies");

  withSet(keys.command("list").description("list them, without what is secret")).action(
    async (options: KeyOptions) => {
      const found = await withStorage(async (context) =>
        (await rotationOf(context).list(await named(options, context))).map(
          ({ kid, alg, generation, createdAt, signsFrom, retiredAt }) => ({
            ...{ kid, alg, generation, created: iso(createdAt), signsFrom: iso(signsFrom ?? createdAt) },
            ...(retiredAt === undefined ? {} : { retired: iso(retiredAt) }),
          }),
        ),
      );
      const line = (key: (typeof found)[number]): string => {
        const state = key.retired === undefined ? `signs from ${key.signsFrom}` : `retired ${key.retired}`;
        return `${key.generation}  ${key.kid}  ${key.alg}  ${state}`;
      };
      answer(options, found, found.map(line));
    },
  );

  withSet(keys.command("rotate").description("make the next key: published now, signing in a day"))
    .option("--now", "the key may be known to others: the new one signs at once, those before it are retired")
    .action(async (options: KeyOptions) => {
      const { kid, generation, signsFrom, createdAt } = await withStorage(async (context) =>
        rotationOf(context).rotate(await named(options, context), options.now),
      );
      const from = iso(signsFrom ?? createdAt);
      answer(options, { kid, generation, signsFrom: from }, [`${generation}  ${kid}  signs from ${from}`]);
    });
  return keys;
}

const iso = (at: number): string => new Date(at).toISOString();

function rotationOf({ storage, config }: CliContext) {
  return createKeyRotation({
    ...{ store: storage.keys, sealer: createSealer(config.secret), clock: systemClock },
  });
}

async function named({ set, academy }: KeyOptions, { directory }: CliContext): Promise<KeySetName> {
  if (set === "lti") return { tenant: installation, keySet: set, alg: "RS256" };
  return { tenant: await directory.chooseAcademy(academy), keySet: set, alg: "EdDSA" };
}

function setName(text: string): string {
  if (text !== "lti" && text !== "certificates")
    throw new InvalidArgumentError("It is neither lti nor certificates.");
  return text;
}
