import express, { type Request, type Response, type Router } from "express";
import { deskOf, type Invite } from "../../../foundation/directory/index.js";
import { field, readForm, sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import {
  canvasFields,
  otherFields,
  readCanvas,
  readOther,
  type ReadEntry,
  type Sent,
} from "../registration/entry.js";
import { lineOf } from "../registration/line.js";
import type { RegistrationParts } from "../registration/parts.js";
import { canvasForm, otherForm, showForm, type FormShape } from "./add-forms.js";
import { timeIn } from "./connection-scene.js";

/** "Add an LMS": by a registration link, by Canvas's JSON, by hand; and links for colleagues. */
export function addRoutes(parts: RegistrationParts): Router {
  const { desks, allowPrivate } = parts;
  const router = express.Router();
  const form = [readForm(), desks.checkForm];
  router.get("/add", (_req, res) => showWays(res, parts));
  router.post("/links", form, (req: Request, res: Response) => makeLink("registration", req, res, parts));
  router.post("/invites", form, (req: Request, res: Response) => makeLink("owner", req, res, parts));
  router.get("/add/canvas", (_req, res) =>
    showForm(res, { shape: canvasForm, sent: emptyOf(canvasFields) }, parts),
  );
  router.post("/add/canvas", form, (req: Request, res: Response) => {
    const sent = sentIn(req, canvasFields);
    return answerForm(res, { shape: canvasForm, sent, read: readCanvas(sent, allowPrivate) }, parts);
  });
  router.get("/add/other", (_req, res) =>
    showForm(res, { shape: otherForm, sent: emptyOf(otherFields) }, parts),
  );
  router.post("/add/other", form, (req: Request, res: Response) => {
    const sent = sentIn(req, otherFields);
    return answerForm(res, { shape: otherForm, sent, read: readOther(sent, allowPrivate) }, parts);
  });
  return router;
}

function showWays(res: Response, { origin }: RegistrationParts): void {
  const words = translatorOf(res);
  sendPage(res, "lti/add", {
    pageTitle: words.t("registration.add.title"),
    canvasAddress: `${origin}/lti/canvas.json`,
  });
}

interface LinkModel extends PageModel {
  readonly title: string;
  readonly text: string;
  readonly link: string;
  readonly until: string;
  readonly isRegistration: boolean;
}

/** Shows the link in the answer to the form itself: it is kept nowhere, so no later page could. */
async function makeLink(
  purpose: Invite["purpose"],
  req: Request,
  res: Response,
  { directory, origin }: RegistrationParts,
): Promise<void> {
  const words = translatorOf(res);
  const label = lineOf(field(req, "label"), 120) ?? words.t(`registration.made.label.${purpose}`);
  const { invite, token } = await directory.invites.make(deskOf(res), { purpose, label });
  const title = words.t(`registration.made.title.${purpose}`);
  sendPage<LinkModel>(res, "lti/link-made", {
    ...{ pageTitle: title, title },
    text: words.t(`registration.made.text.${purpose}`),
    link: purpose === "owner" ? `${origin}/invites/${token}` : `${origin}/lti/register/${token}`,
    until: words.t("registration.made.until", { time: timeIn(words, invite.expiresAt) }),
    isRegistration: purpose === "registration",
  });
}

function sentIn<Field extends string>(req: Request, names: readonly Field[]): Sent<Field> {
  return Object.fromEntries(names.map((name) => [name, field(req, name) ?? ""])) as Sent<Field>;
}

const emptyOf = <Field extends string>(names: readonly Field[]): Sent<Field> =>
  Object.fromEntries(names.map((name) => [name, ""])) as Sent<Field>;

interface Answered<Field extends string> {
  readonly shape: FormShape<Field>;
  readonly sent: Sent<Field>;
  readonly read: ReadEntry<Field>;
}

async function answerForm<Field extends string>(
  res: Response,
  { shape, sent, read: { entry, faults } }: Answered<Field>,
  parts: RegistrationParts,
): Promise<void> {
  const desk = deskOf(res);
  if (entry === undefined) {
    showForm(res, { shape, sent, faults }, parts);
  } else if ((await parts.decisions.add(desk, entry)) === "taken") {
    showForm(res, { shape, sent, faults: new Map([[shape.clientId, "taken"]]) }, parts);
  } else {
    res.redirect(303, `${parts.desks.path(desk)}?done=added`);
  }
}
