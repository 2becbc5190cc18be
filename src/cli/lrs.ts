import { existsSync, readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { readPublicKey, scopes, type Directory } from "../foundation/directory/index.js";
import { days, systemClock, type Clock } from "../foundation/kernel/index.js";
import { answer, withJson, withStorage } from "./context.js";

interface AddOptions {
  readonly scope: string;
  readonly academy?: string;
  readonly jwk?: string;
  readonly days?: string;
  readonly json?: boolean;
}

interface RotateOptions {
  readonly jwk?: string;
  readonly json?: boolean;
}

interface Made {
  readonly key: string;
  readonly secret?: string;
}

async function add(directory: Directory, clock: Clock, name: string, options: AddOptions): Promise<Made> {
  const tenant = await directory.chooseAcademy(options.academy);
  const client = {
    ...{ tenant, name, scopes: options.scope.split(",") },
    ...(options.days === undefined ? {} : { expiresAt: clock.now() + days(Number(options.days)) }),
  };
  if (options.jwk === undefined) return directory.apiClients.add(client);
  return directory.apiClients.addWithKey({ ...client, publicKey: publicKeyIn(options.jwk) });
}

function publicKeyIn(file: string): Readonly<Record<string, string>> {
  return readPublicKey(existsSync(file) ? readFileSync(file, "utf8") : "");
}

function stateOf({ ended, expires }: { ended?: string; expires?: string }): string {
  if (ended !== undefined) return "ended";
  return expires !== undefined && Date.parse(expires) <= systemClock.now() ? "expired" : "in force";
}

const linesOf = ({ key, secret }: Made): string[] => [
  `key     ${key}`,
  ...(secret === undefined ? [] : [`secret  ${secret}`]),
];

export function lrsCommand(): Command {
  const lrs = new Command("lrs");
  const client = lrs.command("client").description("who may use it: keys and secrets, or public keys");

  withJson(client.command("add").description("make credentials; the secret is shown once"))
    .argument("<name>", "who they are for")
    .requiredOption("--scope <scopes>", `one or more of ${scopes.join(", ")}, separated by commas`)
    .option("--academy <slug>", "whose statements; needed when there are several academies")
    .option("--jwk <file>", "its public key (a JWK): it gets tokens by private_key_jwt, and no secret")
    .addOption(
      new Option("--days <number>", "how long they are in force").argParser((value) => {
        if (/^[1-9]\d{0,3}$/.test(value)) return value;
        throw new InvalidArgumentError("Give a number of days from 1 to 9999.");
      }),
    )
    .action(async (name: string, options: AddOptions) => {
      const made: Made = await withStorage(({ directory, clock }) => add(directory, clock, name, options));
      answer(options, made, linesOf(made));
    });

  withJson(client.command("rotate").description("another secret or public key; what was before ends at once"))
    .argument("<key>", "their public half")
    .option("--jwk <file>", "the new public key (a JWK), in place of a secret")
    .action(async (key: string, options: RotateOptions) => {
      const made: Made = await withStorage(async ({ directory: { apiClients } }) => {
        if (options.jwk === undefined) return apiClients.rotate(key);
        await apiClients.rotateKey(key, publicKeyIn(options.jwk));
        return { key };
      });
      answer(options, made, linesOf(made));
    });

  withJson(client.command("list").description("list them, without secrets")).action(
    async (options: { json?: boolean }) => {
      const clients = await withStorage(({ directory }) => directory.apiClients.list());
      const shown = clients.map(({ key, name, scopes: allowed, createdAt, expiresAt, endedAt }) => ({
        key,
        name,
        scopes: allowed,
        created: new Date(createdAt).toISOString(),
        ...(expiresAt === undefined ? {} : { expires: new Date(expiresAt).toISOString() }),
        ...(endedAt === undefined ? {} : { ended: new Date(endedAt).toISOString() }),
      }));
      answer(
        options,
        shown,
        shown.map((one) => `${one.key}  ${one.name}  ${one.scopes.join(",")}  ${stateOf(one)}`),
      );
    },
  );

  withJson(client.command("end").description("end credentials at once"))
    .argument("<key>", "their public half")
    .action(async (key: string, options: { json?: boolean }) => {
      await withStorage(({ directory }) => directory.apiClients.end(key));
      answer(options, { ended: key }, [`ended  ${key}`]);
    });
  return lrs;
}
