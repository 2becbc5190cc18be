import type { Request, Response } from "express";
import { visitOf } from "../../../foundation/web/index.js";
import type { Deps } from "../deps.js";
import { CertificatesError } from "../errors.js";
import { findCertificate, type Issued } from "../facts.js";

/**
 * The visitor's own certificate of this address, in force.
 * @throws CertificatesError `certificate_unknown`, `certificate_being_made`, `certificate_not_valid`
 */
export async function ownCertificate(req: Request, res: Response, deps: Deps): Promise<Issued> {
  const found = await ownInAnyState(req, res, deps);
  const { id, state } = found.record;
  if (state !== "valid") throw new CertificatesError("certificate_not_valid", { id, state });
  return found;
}

/** As `ownCertificate`, whatever became of it. */
export async function ownInAnyState(req: Request, res: Response, deps: Deps): Promise<Issued> {
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
  return found;
}
