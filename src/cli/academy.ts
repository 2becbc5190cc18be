import { Command } from "commander";
import { answer, withJson, withStorage } from "./context.js";

export function academyCommand(): Command {
  const academy = new Command("academy").description("the academies of this installation");
  withJson(academy.command("list").description("list them")).action(async (options: { json?: boolean }) => {
    const academies = await withStorage(({ storage }) => storage.directory.academies());
    answer(
      options,
      academies,
      academies.map(({ slug, name, jurisdictionId }) => `${slug}  ${name}  (${jurisdictionId})`),
    );
  });
  return academy;
}
