import { Command, InvalidArgumentError } from "commander";
import { answer, withJson, withStorage } from "./context.js";

export function academyCommand(): Command {
  const academy = new Command("academy");
  withJson(academy.command("list").description("list them")).action(async (options: { json?: boolean }) => {
    const academies = await withStorage(({ storage }) => storage.directory.academies());
    answer(
      options,
      academies,
      academies.map(({ slug, name, jurisdictionId }) => `${slug}  ${name}  (${jurisdictionId})`),
    );
  });

  withJson(
    academy.command("add").description("add one; its platforms are read from lti-config at the next start"),
  )
    .argument("<slug>", "short name in addresses: a-z, 0-9 and hyphens")
    .requiredOption("--name <name>", "its name, for people")
    .requiredOption("--jurisdiction <code>", "ISO 3166 code of the jurisdiction whose law binds it", isoCode)
    .requiredOption("--jurisdiction-name <name>", "the jurisdiction's name, for people")
    .action(async (slug: string, options: AddOptions) => {
      const { name, jurisdiction: id, jurisdictionName } = options;
      const added = await withStorage(async ({ directory }) => {
        const made = await directory.ensureAcademy({ slug, name, jurisdictionId: id, demonstration: false });
        const known = (await directory.jurisdictions()).some((one) => one.id === id);
        if (!known) await directory.saveJurisdiction({ id, name: jurisdictionName, demonstration: false });
        return made;
      });
      answer(options, added, [`${added.slug}  ${added.name}  (${added.jurisdictionId})`]);
    });
  return academy;
}

interface AddOptions {
  readonly name: string;
  readonly jurisdiction: string;
  readonly jurisdictionName: string;
  readonly json?: boolean;
}

/** The shape that the xAPI profile asks of a jurisdiction: ISO 3166-1 alpha-2 or ISO 3166-2. */
function isoCode(text: string): string {
  if (!/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(text))
    throw new InvalidArgumentError("It is not an ISO 3166 code.");
  return text;
}
