import express, { type Request, type Response, type Router } from "express";
import {
  onlyRoles,
  readForm,
  sendPage,
  translatorOf,
  visitOf,
  type PageModel,
} from "../../../foundation/web/index.js";
import type { Deps } from "../deps.js";
import type { HolderCodes } from "../holder-codes.js";
import { certificateUrl } from "../addresses.js";
import { clockTime } from "./dates.js";
import { ownCertificate } from "./own.js";

interface CodeModel extends PageModel {
  readonly heading: string;
  readonly code: string;
  /** For ears: sign by sign. */
  readonly spelt: string;
  readonly until: string;
  readonly certificate: string;
  readonly title: string;
  readonly action: string;
  /** Where a PDF with the holder's name can be had. */
  readonly paper: string;
  readonly back: string;
}

/** The holder's own: a one-time code that shows someone else that a certificate is theirs. */
export function codeRoutes(deps: Deps, codes: HolderCodes): Router {
  const router = express.Router({ mergeParams: true });
  const form = [onlyRoles("trainee"), readForm(), deps.visits.checkForm];
  router.post("/certificates/:id/code", form, (req: Request, res: Response) =>
    makeCode(req, res, deps, codes),
  );
  return router;
}

async function makeCode(req: Request, res: Response, deps: Deps, codes: HolderCodes): Promise<void> {
  const visit = visitOf(res);
  const { record, about } = await ownCertificate(req, res, deps);
  const { code, expiresAt } = await codes.make(record, record.id);
  const words = translatorOf(res);
  const heading = words.t("certificates.code.title");
  sendPage<CodeModel>(res, "certificates/code", {
    ...{ heading, pageTitle: heading, code, title: about.title },
    spelt: code.replaceAll(/\w(?!$)/g, "$& ").replace("- ", ""),
    until: clockTime(expiresAt, words),
    certificate: certificateUrl(deps.origin, record.id),
    action: `/visits/${visit.id}/certificates/${record.id}/code`,
    paper: `/visits/${visit.id}/certificates/${record.id}/pdf`,
    back: `/visits/${visit.id}/programmes`,
  });
}
