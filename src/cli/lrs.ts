import { Command } from "commander";
import { scopes } from "../foundation/directory/index.js";
import { answer, withJson, withStorage } from "./context.js";

interface AddOptions {
  readonly scope: string;
  readonly academy?: string;
  readonly json?: boolean;
}

export function lrsCommand(): Command {
  const lrs = new Command("lrs");
  const client = lrs.command("client").description("who may use it: Basic credentials");

  withJson(client.command("add").description("make credentials; the secret is shown once"))
    .argument("<name>", "who they are for")
    .requiredOption("--scope <scopes>", `one or more of ${scopes.join(", ")}, separated by commas`)
    .option("--academy <slug>", "whose statements; needed when there are several academies")
    .action(async (name: string, options: AddOptions) => {
      const made = await withStorage(async ({ directory }) => {
        const tenant = await directory.chooseAcademy(options.academy);
        return directory.apiClients.add({ tenant, name, scopes: options.scope.split(",") });
      });
      answer(options, made, [`key     ${made.key}`, `secret  ${made.secret}`]);
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
        shown.map(
          (one) => `${one.key}  ${one.name}  ${one.scopes.join(",")}  ${one.ended ? "ended" : "in force"}`,
        ),
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
