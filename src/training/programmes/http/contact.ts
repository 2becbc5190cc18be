import type { Request, Response, Router } from "express";
import { field, onlyRoles, readForm, translatorOf, visitOf } from "../../../foundation/web/index.js";
import { ProgrammesError } from "../errors.js";
import type { ProgrammesDeps, RemindersDeps } from "../deps.js";
import { hasOpenEnd } from "../dues.js";
import { longDate, type Scene } from "./scene.js";

type Deps = Pick<ProgrammesDeps, "standings" | "curriculum" | "clock" | "visits" | "mail"> &
  Required<Pick<ProgrammesDeps, "certificatesOf">>;

/** Whether a trainee is reminded by e-mail, as their page shows it; never where. */
export interface ContactModel {
  readonly state: "none" | "waiting" | "on";
  readonly action: string;
  /** Since when it is confirmed. */
  readonly since: string;
}

/** Absent where no mail is sent, and for who has no certificate whose end is ahead. */
export async function contactModel(scene: Scene, deps: Deps): Promise<ContactModel | undefined> {
  const { own, visit, words, href } = scene;
  const { mail } = deps;
  const whose = { tenant: visit, personId: visit.personId };
  if (!own || !mail?.mailer || !(await hasOpenEnd(deps, whose))) return undefined;
  const contact = await mail.contacts.stateOf(whose);
  const since = contact?.confirmedAt;
  return {
    state: contact === undefined ? "none" : since === undefined ? "waiting" : "on",
    action: href("/programmes/reminders"),
    since: since === undefined ? "" : longDate(since, words),
  };
}

/** Takes an address, or stops; it answers the same whatever is known of the address. */
export function contactRoutes(router: Router, deps: Deps, mail: RemindersDeps): void {
  const { visits } = deps;
  const form = [onlyRoles("trainee"), readForm(), visits.checkForm];
  router.post("/reminders", form, async (req: Request, res: Response) => {
    const visit = visitOf(res);
    const whose = { tenant: visit, personId: visit.personId };
    if (field(req, "do") === "stop") await mail.contacts.stop(whose);
    else {
      if (!mail.mailer || !(await hasOpenEnd(deps, whose)))
        throw new ProgrammesError("reminders_not_offered");
      const address = field(req, "address") ?? "";
      await mail.contacts.give(whose, { address, language: translatorOf(res).locale });
      mail.nudge();
    }
    res.redirect(303, `${visits.path(visit, "/programmes")}#reminders`);
  });
}
