import { digestMultibase } from "../../standards/vc/index.js";
import { no, unknown, yes, type Finding } from "./answers.js";
import type { StatedCertificate } from "./certificate.js";
import type { OwnCertificate } from "./own.js";
import { jsonOf } from "./reading.js";
import { sealFault, type ProofDeps } from "./proofs.js";

/** Is its evidence complete? At the installation that has it, the statements are counted and hashed again. */
export async function ownEvidence(own: OwnCertificate, now: number): Promise<Finding> {
  const seal = await own.checkSeal();
  const values = { count: own.statementCount };
  if (seal === "whole") return yes("match", { values, asOf: now });
  return seal === "differs"
    ? no("differ", { values, asOf: now })
    : unknown("statementsGone", { values, asOf: now });
}

const disproved = new Set(["signatureWrong", "otherSigner", "keyPurpose", "keyRetired"]);

/**
 * Is its evidence complete? Elsewhere only the seal over it can be checked: that the manifest is the one that the
 * certificate pins, byte for byte, and that the issuer signed it.
 */
export async function examineEvidence(
  { evidence, issuerId }: Pick<StatedCertificate, "evidence" | "issuerId">,
  deps: ProofDeps,
): Promise<Finding> {
  const [first, ...others] = evidence;
  if (!first) return unknown("none");
  if (first.digest === undefined || others.length > 0) return unknown("notPinned");
  const fetched = await deps.lookup.text(first.id);
  if ("failure" in fetched) return unknown("notReached", { values: { why: fetched.failure } });
  const asOf = fetched.at;
  if (digestMultibase(fetched.text) !== first.digest) return no("manifestDiffers", { asOf });
  const manifest = jsonOf(fetched.text);
  if (!manifest) return unknown("manifestMalformed", { asOf });
  const fault = await sealFault(manifest, issuerId, deps);
  if (fault !== undefined && disproved.has(fault)) return no("manifestSeal", { asOf });
  if (fault !== undefined) return unknown("manifestNotChecked", { values: { fault }, asOf });
  const count = manifest.statementCount;
  const values = { count: typeof count === "number" ? count : -1 };
  return unknown("sealWhole", { values, asOf });
}
