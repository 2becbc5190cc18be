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
import { CertificatesError } from "../errors.js";
import { findCertificate } from "../facts.js";
import type { HolderCodes } from "../holder-codes.js";
import { certificateUrl } from "../addresses.js";
import { clockTime } from "./dates.js";

interface CodeModel extends PageModel {
  readonly heading: string;
  readonly code: string;
  /** For ears: sign by sign. */
  readonly spelt: string;
  readonly until: string;
  readonly certificate: string;
  readonly title: string;
  readonly action: string;
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
  const { id } = req.params;
  const found = typeof id === "string" ? await findCertificate(id, deps) : undefined;
  if (found === "reserved") throw new CertificatesError("certificate_being_made");
  // Someone else's is not there, as far as this visit can tell.
  const isTheirs =
    found?.record.ownerId === visit.personId &&
    found.record.academyId === visit.academyId &&
    found.record.jurisdictionId === visit.jurisdictionId;
  if (!found || !isTheirs) throw new CertificatesError("certificate_unknown");
  const { record, about } = found;
  if (record.state !== "valid")
    throw new CertificatesError("certificate_not_valid", { id: record.id, state: record.state });
  const { code, expiresAt } = await codes.make(record, record.id);
  const words = translatorOf(res);
  const heading = words.t("certificates.code.title");
  sendPage<CodeModel>(res, "certificates/code", {
    ...{ heading, pageTitle: heading, code, title: about.title },
    spelt: code.replaceAll(/\w(?!$)/g, "$& ").replace("- ", ""),
    until: clockTime(expiresAt, words),
    certificate: certificateUrl(deps.origin, record.id),
    action: `/visits/${visit.id}/certificates/${record.id}/code`,
    back: `/visits/${visit.id}/programmes`,
  });
}
