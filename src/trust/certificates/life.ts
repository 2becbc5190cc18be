import type { Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord } from "../../standards/issuing/index.js";
import { checkDecision, type Decision } from "./decisions.js";
import type { Deps } from "./deps.js";
import { CertificatesError } from "./errors.js";
import { decisionOf, ofTenant, refuseUnless, revocation, saidAlready, stepNow } from "./steps.js";
import { finishLift, handOver, issueSuccessor, revokeSuccessor, supersede } from "./successors.js";

/** What may be decided about a certificate once it is issued. Each may be said again and changes nothing then. */
export interface CertificateLife {
  /**
   * Ends it for good, at once.
   * @throws CertificatesError `certificate_unknown`, `certificate_not_valid`, `certificate_superseded`,
   *   `reason_unknown`, `decision_maker_malformed`
   */
  revoke(tenant: Tenant, id: string, decision: Decision): Promise<CredentialRecord>;
  /** Takes it out of force for a time; a successor brings it back. @throws CertificatesError as `revoke` */
  suspend(tenant: Tenant, id: string, decision: Decision): Promise<CredentialRecord>;
  /**
   * Ends a suspension: a successor with the same evidence and dates is issued first, then the suspended one is marked as
   * superseded. A revocation that was announced of it goes over to the successor. Answers the successor.
   * @throws CertificatesError as `revoke`; EvidenceError `evidence_not_written`
   */
  lift(tenant: Tenant, id: string, decision: Decision): Promise<CredentialRecord>;
}

export function createLife(deps: Deps): CertificateLife {
  return {
    revoke: async (tenant, id, decision) => {
      const checked = checkDecision("revoke", decision);
      await ofTenant(tenant, id, deps);
      await finishLift(tenant, id, deps);
      const revoked = await deps.issuing.changeState(id, (record) => revocation(record, checked, deps));
      // A lift that ran at the same moment may have issued a successor of what is revoked now.
      await revokeSuccessor(revoked, checked, deps);
      return revoked;
    },
    suspend: async (tenant, id, decision) => {
      const { reason, decidedBy } = checkDecision("suspend", decision);
      await ofTenant(tenant, id, deps);
      return deps.issuing.changeState(id, (record) => {
        if (record.state === "suspended" && saidAlready(record, "suspended", reason)) return undefined;
        refuseUnless(record, ["valid"]);
        return { state: "suspended", step: stepNow("suspended", { reason, decidedBy }, deps), events: [] };
      });
    },
    lift: async (tenant, id, decision) => {
      const checked = checkDecision("lift", decision);
      const record = await ofTenant(tenant, id, deps);
      if (record.state !== "superseded") refuseUnless(record, ["suspended"]);
      const successor = await issueSuccessor(record, { kind: "lifts", decision: checked }, deps);
      const old = await supersede(successor, deps);
      if (old.state !== "revoked") {
        await handOver(old, successor, deps);
        return successor;
      }
      const last = old.life.findLast((one) => one.step === "revoked");
      await revokeSuccessor(old, checkDecision("revoke", decisionOf(last)), deps);
      throw new CertificatesError("certificate_not_valid", { id, state: "revoked" });
    },
  };
}
