import { revocationReasons } from "../../foundation/events/index.js";
import { CertificatesError } from "./errors.js";

const suspensionReasons = ["investigation", "appeal", "safety-review"] as const;
const liftReasons = ["cleared", "appeal-upheld"] as const;

/** A holder who asked for it needs no notice, and a certificate that no accreditation stands behind can't wait for one. */
const announcedReasons = [
  "assessment-fraud",
  "issued-in-error",
  "disciplinary-finding",
  "rights-violation-finding",
] as const satisfies readonly (typeof revocationReasons)[number][];

/** What may be decided about a certificate → for which reasons, by their codes. */
export const decisionReasons = {
  revoke: revocationReasons,
  announce: announcedReasons,
  suspend: suspensionReasons,
  lift: liftReasons,
} as const;

export type DecisionKind = keyof typeof decisionReasons;

/** Why a step of a certificate's life was taken, and who decided it. */
export interface Decision {
  readonly reason: string;
  /** An office or a role, not a person where that can be avoided; at most 200 characters. */
  readonly decidedBy: string;
}

const mostCharacters = 200;

/**
 * A decision as it may be kept.
 * @throws CertificatesError `reason_unknown`, `decision_maker_malformed`
 */
export function checkDecision<Kind extends DecisionKind>(
  kind: Kind,
  { reason, decidedBy }: Decision,
): { readonly reason: (typeof decisionReasons)[Kind][number]; readonly decidedBy: string } {
  const reasons: readonly (typeof decisionReasons)[Kind][number][] = decisionReasons[kind];
  const known = reasons.find((one) => one === reason);
  if (known === undefined) throw new CertificatesError("reason_unknown", { reasons });
  return { reason: known, decidedBy: checkDecisionMaker(decidedBy) };
}

/** Who decided, as it may be kept. @throws CertificatesError `decision_maker_malformed` */
export function checkDecisionMaker(decidedBy: string): string {
  const maker = decidedBy.normalize("NFC").trim();
  // Control and format characters could turn a line of a list or a log into something else.
  if (maker === "" || maker.length > mostCharacters || /[\p{C}\p{Zl}\p{Zp}]/u.test(maker)) {
    throw new CertificatesError("decision_maker_malformed", { most: mostCharacters });
  }
  return maker;
}
