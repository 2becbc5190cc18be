import { createContacts } from "./foundation/directory/index.js";
import type { Clock } from "./foundation/kernel/index.js";
import { createSealer, deriveKey } from "./foundation/keys/index.js";
import { createMailer, type Mailer } from "./foundation/mail/index.js";
import type { RateStore } from "./foundation/web/index.js";
import type { Base, Ground } from "./rooms.js";
import type { RemindersDeps } from "./training/programmes/index.js";

/** What reminders by e-mail are made from; without the operator's mail server nothing is sent. */
export function createReminding(
  { config, storage, clock, newId, directory, rates }: Base & { readonly rates: RateStore },
  { catalogues }: Pick<Ground, "catalogues">,
  nudge: () => void,
): RemindersDeps {
  const contacts = createContacts({
    ...{ store: storage.contacts, sealer: createSealer(config.secret), rates, clock, newId },
    key: deriveKey(config.secret, "reminders"),
  });
  const mailer = mailerOf(config, clock);
  return {
    ...{ contacts, catalogues, origin: config.origin, nudge },
    academyName: async ({ academyId }) => (await directory.academy(academyId)).name,
    ...(mailer ? { mailer } : {}),
  };
}

function mailerOf({ mail, origin }: Base["config"], clock: Clock): Mailer | undefined {
  return mail && createMailer({ ...mail, host: new URL(origin).hostname, clock });
}
