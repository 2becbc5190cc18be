import express, { type Request, type Response, type Router } from "express";
import {
  field,
  onlyRoles,
  readForm,
  sendPage,
  translatorOf,
  visitOf,
  type PageModel,
} from "../../../foundation/web/index.js";
import type { Deps } from "../deps.js";
import { CertificatesError } from "../errors.js";
import type { Forms } from "../rendering/forms.js";
import { languageName, paperWords } from "./files.js";
import { ownCertificate } from "./own.js";

interface PaperModel extends PageModel {
  readonly heading: string;
  readonly title: string;
  readonly action: string;
  readonly back: string;
  readonly languages: readonly {
    readonly locale: string;
    readonly name: string;
    readonly chosen: boolean;
  }[];
}

/** The holder's own: a PDF with the name that they type, which is printed and kept nowhere. */
export function paperRoutes(deps: Deps, forms: Forms): Router {
  const router = express.Router({ mergeParams: true });
  const onlyTrainees = onlyRoles("trainee");
  const path = "/certificates/:id/pdf";
  router.get(path, onlyTrainees, (req: Request, res: Response) => askForName(req, res, deps));
  router.post(path, onlyTrainees, readForm(), deps.visits.checkForm, (req: Request, res: Response) =>
    printNamed(req, res, deps, forms),
  );
  return router;
}

async function askForName(req: Request, res: Response, deps: Deps): Promise<void> {
  const { record, about } = await ownCertificate(req, res, deps);
  const words = translatorOf(res);
  const heading = words.t("certificates.printed.title");
  const visitPath = `/visits/${visitOf(res).id}`;
  const chosen = paperWords(req, res, deps).locale;
  sendPage<PaperModel>(res, "certificates/paper", {
    ...{ heading, pageTitle: heading, title: about.title },
    action: `${visitPath}/certificates/${record.id}/pdf`,
    back: `${visitPath}/programmes`,
    languages: deps.catalogues.whole(["paper"]).map(({ locale }) => ({
      ...{ locale, name: languageName(locale), chosen: locale === chosen },
    })),
  });
}

async function printNamed(req: Request, res: Response, deps: Deps, forms: Forms): Promise<void> {
  const issued = await ownCertificate(req, res, deps);
  const name = nameOf(field(req, "name"));
  const words = deps.catalogues.negotiate(
    [field(req, "language") ?? "", ...req.acceptsLanguages()],
    ["paper"],
  );
  const file = await forms.printNamed(issued, words, name);
  res.set("Cache-Control", "no-store");
  res.attachment(`certificate-${issued.record.id}.pdf`);
  res.setHeader("Content-Type", "application/pdf");
  res.send(file);
}

const mostCharacters = 100;

/** Names in Persian, Urdu or Sinhala are written with these two joiners; nothing else that can't be seen is in a name. */
const joiners = /[\u200C\u200D]/gu;

/** As it is to be printed. @throws CertificatesError `holder_name_malformed` */
function nameOf(typed = ""): string {
  const name = typed.normalize("NFC").replaceAll(/\s+/gu, " ").trim();
  if (
    name === "" ||
    Array.from(name).length > mostCharacters ||
    /[\p{Cc}\p{Cf}]/u.test(name.replaceAll(joiners, ""))
  ) {
    throw new CertificatesError("holder_name_malformed", { most: mostCharacters });
  }
  return name;
}
