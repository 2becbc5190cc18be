import { days, describeError, type Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord } from "../../standards/issuing/index.js";
import { replaceRevoked } from "./appeals.js";
import { checkDecision, type Decision } from "./decisions.js";
import type { Deps } from "./deps.js";
import { CertificatesError } from "./errors.js";
import {
  decisionOf,
  ofTenant,
  pendingNotice,
  refuseUnless,
  revocation,
  stepNow,
  type RevocationDecision,
} from "./steps.js";
import { finishLift, revokeSuccessor, successorOf } from "./successors.js";

export interface Announcement extends Decision {
  /** How long the holder may object, in days of 24 hours. Default: the installation's. */
  readonly days?: number;
}

/** Revocations that the holder hears of before they take effect. */
export interface Notices {
  /**
   * Announces a revocation: it takes effect by itself when the appeal window ends, to the millisecond, and until then the
   * certificate stays what it is. The same again changes nothing.
   * @throws CertificatesError as `revoke`; `appeal_days_malformed`, `notice_pending`
   */
  announce(tenant: Tenant, id: string, announcement: Announcement): Promise<CredentialRecord>;
  /**
   * Does what is due at `now` (UTC milliseconds): announced revocations take effect, successors of upheld appeals are
   * issued. To be called again and again; several processes may do so at once. Answers how many were done.
   */
  effectDue(now: number): Promise<number>;
}

/** The longest appeal window, in days. */
const mostDays = 365;
const page = 100;

export function createNotices(deps: Deps): Notices {
  return {
    announce: async (tenant, id, announcement) => {
      const checked = checkDecision("announce", announcement);
      const windowMs = days(checkDays(announcement.days ?? deps.appealDays));
      await ofTenant(tenant, id, deps);
      await finishLift(tenant, id, deps);
      return deps.issuing.note(id, (record) => {
        const pending = pendingNotice(record);
        if (pending?.announced.reason === checked.reason) return undefined;
        refuseUnless(record, ["valid", "suspended"]);
        if (pending) throw new CertificatesError("notice_pending", { reason: pending.announced.reason });
        const step = stepNow("announced", checked, deps);
        const effectiveAt = step.at + windowMs;
        return { steps: [{ ...step, effectiveAt }], dueAt: effectiveAt, events: [] };
      });
    },
    effectDue: async (now) => {
      let done = 0;
      let after: CredentialRecord | undefined;
      for (;;) {
        const due = await deps.issuing.due(now, page, after);
        for (const record of due) done += (await effectLogged(record, now, deps)) ? 1 : 0;
        after = due.at(-1);
        if (due.length < page) return done;
      }
    },
  };
}

function checkDays(wanted: number): number {
  if (Number.isSafeInteger(wanted) && wanted >= 1 && wanted <= mostDays) return wanted;
  throw new CertificatesError("appeal_days_malformed", { most: mostDays });
}

/** One that can't be done now does not hold up the others; it is due again the next time. */
async function effectLogged(record: CredentialRecord, now: number, deps: Deps): Promise<boolean> {
  try {
    return await effect(record, now, deps);
  } catch (error) {
    deps.logger.warn("what is due of a certificate could not be done", describeError(error));
    return false;
  }
}

async function effect(record: CredentialRecord, now: number, deps: Deps): Promise<boolean> {
  if (record.state === "revoked") {
    await replaceRevoked(record, deps);
    return true;
  }
  // What a lift that was cut off left behind is put right first: the notice is the successor's then.
  await finishLift(record, record.id, deps);
  const current = await deps.issuing.find(record.id);
  if (current?.state === "superseded") {
    const successor = await successorOf(current, "lifts", deps);
    return successor?.dueAt !== undefined && successor.dueAt <= now && effect(successor, now, deps);
  }
  let decision: RevocationDecision | undefined;
  const revoked = await deps.issuing.changeState(record.id, (current) => {
    decision = current.state === "superseded" ? undefined : dueDecision(current, now);
    return decision && revocation(current, decision, deps);
  });
  // A lift that ran at the same moment may have issued a successor of what is revoked now.
  if (decision) await revokeSuccessor(revoked, decision, deps);
  return decision !== undefined;
}

/** The announced revocation of a certificate, if its time has come. */
function dueDecision(record: CredentialRecord, now: number): RevocationDecision | undefined {
  const announced = pendingNotice(record)?.announced;
  if (!announced || announced.effectiveAt > now) return undefined;
  const { effectiveAt } = announced;
  return { ...checkDecision("revoke", decisionOf(announced)), effectiveAt };
}
