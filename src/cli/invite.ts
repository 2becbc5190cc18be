import { Command, InvalidArgumentError } from "commander";
import { hours } from "../foundation/kernel/index.js";
import { answer, withJson, withStorage } from "./context.js";

interface InviteOptions {
  readonly for: string;
  readonly registration?: true;
  readonly hours?: number;
  readonly json?: boolean;
}

/** `tessera invite [ACADEMY]`: a one-time link for an academy's administrator. */
export function inviteCommand(): Command {
  return withJson(new Command("invite"))
    .argument("[academy]", "its short name; needed when there are several academies")
    .option("--for <name>", "for whom it is, as the academy's page will show it", "an administrator")
    .option(
      "--registration",
      "a link to paste into the LMS, good for one registration, with no page before it",
    )
    .option("--hours <number>", "how long it is good for (168; 24 for a registration)", wholeHours)
    .action(async (slug: string | undefined, options: InviteOptions) => {
      const made = await withStorage(async ({ config, directory }) => {
        const academy = await directory.chooseAcademy(slug);
        const { invite, token } = await directory.invites.make(academy, {
          purpose: options.registration ? "registration" : "owner",
          label: options.for,
          ...(options.hours === undefined ? {} : { lifetimeMs: hours(options.hours) }),
        });
        const path = options.registration ? "lti/register" : "invites";
        return {
          ...{ academy: academy.slug, jurisdiction: academy.jurisdictionId, purpose: invite.purpose },
          url: `${config.origin}/${path}/${token}`,
          expires: new Date(invite.expiresAt).toISOString(),
        };
      });
      answer(options, made, [
        made.url,
        `for ${made.academy} (${made.jurisdiction}), once, until ${made.expires}`,
      ]);
    });
}

function wholeHours(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 720)
    throw new InvalidArgumentError("It is not a whole number of hours from 1 to 720.");
  return number;
}
