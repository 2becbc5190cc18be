import { days, type Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord, LifeStep } from "../../standards/issuing/index.js";
import { checkDecisionMaker, type Decision } from "./decisions.js";
import type { Deps } from "./deps.js";
import { CertificatesError } from "./errors.js";
import { decisionOf, ofTenant, pendingNotice, stepNow } from "./steps.js";
import { issueSuccessor, successorOf } from "./successors.js";

/** What a holder does against a revocation, and what is decided about that. Each may be said again. */
export interface Appeals {
  /**
   * The holder objects: until an announced revocation takes effect, or within the installation's window after one that took
   * effect at once. It does not put the revocation off. `decidedBy` is who took it in.
   * @throws CertificatesError `certificate_unknown`, `appeal_impossible`, `decision_maker_malformed`
   */
  openAppeal(tenant: Tenant, id: string, by: Pick<Decision, "decidedBy">): Promise<CredentialRecord>;
  /**
   * The holder is right: what was only announced will not come; what took effect stays in the status list for good, and a
   * successor takes the certificate's place. Answers the certificate that is in force.
   * @throws CertificatesError as `openAppeal`; EvidenceError `evidence_not_written`
   */
  upholdAppeal(tenant: Tenant, id: string, by: Pick<Decision, "decidedBy">): Promise<CredentialRecord>;
  /** The revocation stands. @throws CertificatesError as `openAppeal` */
  dismissAppeal(tenant: Tenant, id: string, by: Pick<Decision, "decidedBy">): Promise<CredentialRecord>;
}

type AppealStep = "appealed" | "appeal-upheld" | "appeal-dismissed";

const reasonOf = {
  appealed: "appeal",
  "appeal-upheld": "appeal-upheld",
  "appeal-dismissed": "appeal-dismissed",
} as const satisfies Record<AppealStep, string>;

export function createAppeals(deps: Deps): Appeals {
  return {
    openAppeal: async (tenant, id, by) => {
      const step = appealStep("appealed", by, deps);
      await ofTenant(tenant, id, deps);
      return deps.issuing.note(id, (record) => {
        const matter = matterOf(record, deps);
        if (matter.appeal === "open") return undefined;
        if (matter.appeal) throw new CertificatesError("appeal_impossible", { why: "decided" });
        if (step.at >= matter.closesAt) throw new CertificatesError("appeal_impossible", { why: "closed" });
        return { steps: [step], events: [] };
      });
    },
    upholdAppeal: async (tenant, id, by) => {
      const decided = await decide(tenant, id, appealStep("appeal-upheld", by, deps), deps);
      return decided.state === "revoked" ? replaceRevoked(decided, deps) : decided;
    },
    dismissAppeal: (tenant, id, by) => decide(tenant, id, appealStep("appeal-dismissed", by, deps), deps),
  };
}

function appealStep(step: AppealStep, { decidedBy }: Pick<Decision, "decidedBy">, deps: Deps): LifeStep {
  return stepNow(step, { reason: reasonOf[step], decidedBy: checkDecisionMaker(decidedBy) }, deps);
}

async function decide(tenant: Tenant, id: string, step: LifeStep, deps: Deps): Promise<CredentialRecord> {
  await ofTenant(tenant, id, deps);
  return deps.issuing.note(id, (record) => {
    const { appeal } = matterOf(record, deps);
    if (`appeal-${appeal ?? ""}` === step.step) return undefined;
    if (appeal !== "open")
      throw new CertificatesError("appeal_impossible", { why: appeal ? "decided" : "none" });
    if (step.step === "appeal-dismissed") return { steps: [step], events: [] };
    // Due at once: should this end before the successor is there, the sweep issues it.
    return { steps: [step], dueAt: record.state === "revoked" ? step.at : null, events: [] };
  });
}

/** Issues the successor of a certificate that was revoked and should not have been. It may be repeated at any point. */
export async function replaceRevoked(record: CredentialRecord, deps: Deps): Promise<CredentialRecord> {
  if (matterOf(record, deps).appeal !== "upheld")
    throw new CertificatesError("appeal_impossible", { why: "none" });
  const known = await successorOf(record, "appeals", deps);
  const decision = decisionOf(record.life.findLast(({ step }) => step === "appeal-upheld"));
  const successor =
    known?.text === undefined ? await issueSuccessor(record, { kind: "appeals", decision }, deps) : known;
  await deps.issuing.note(record.id, ({ dueAt }) =>
    dueAt === undefined ? undefined : { steps: [], dueAt: null, events: [] },
  );
  return successor;
}

/** A revocation that an appeal can be about, or was. */
export interface OpenMatter {
  /** The announcement, or the revocation once it took effect. */
  readonly step: LifeStep;
  /** From then on nobody can object any more, UTC milliseconds. */
  readonly closesAt: number;
  /** How many days the holder has or had for it. */
  readonly days: number;
  /** What became of the appeal against it; absent: nobody appealed. */
  readonly appeal?: "open" | "upheld" | "dismissed";
}

/** What the holder of a certificate could object to; `undefined` when nothing of it was revoked or is to be. */
export function openMatter(
  record: Pick<CredentialRecord, "life" | "state">,
  { appealDays }: Pick<Deps, "appealDays">,
): OpenMatter | undefined {
  const { life, state } = record;
  const announcedAt = life.findLastIndex(({ step }) => step === "announced");
  const revokedAt = life.findLastIndex(({ step }) => step === "revoked");
  const [announced, revoked] = [life[announcedAt], life[revokedAt]];
  if (state !== "revoked" || !revoked) {
    if (state === "superseded" || announced?.effectiveAt === undefined) return undefined;
    const closesAt = announced.effectiveAt;
    const given = { step: announced, closesAt, days: daysBetween(announced.at, closesAt) };
    return { ...given, ...appealSince(life.slice(announcedAt)) };
  }
  // An appeal that was open when the revocation came early goes on against that.
  const wasOpen = pendingNotice({ life: life.slice(0, revokedAt) })?.steps.at(-1)?.step === "appealed";
  const begun = revoked.effectiveAt === undefined && !wasOpen ? revokedAt : announcedAt;
  const window = windowOf(revoked, announced, appealDays);
  return { step: revoked, ...window, ...appealSince(life.slice(begun)) };
}

/** Until when somebody could object to a revocation: one that was announced, or one that came at once. */
function windowOf(
  { at, effectiveAt, appealUntil }: LifeStep,
  announced: LifeStep | undefined,
  appealDays: number,
): Pick<OpenMatter, "closesAt" | "days"> {
  const from = effectiveAt === undefined ? at : (announced?.at ?? at);
  const closesAt = effectiveAt ?? appealUntil ?? at + days(appealDays);
  return { closesAt, days: daysBetween(from, closesAt) };
}

const daysBetween = (from: number, until: number): number => Math.round((until - from) / days(1));

const outcomes = { appealed: "open", "appeal-upheld": "upheld", "appeal-dismissed": "dismissed" } as const;

function appealSince(life: readonly LifeStep[]): Pick<OpenMatter, "appeal"> {
  const found = life.flatMap(({ step }) =>
    step === "appealed" || step === "appeal-upheld" || step === "appeal-dismissed" ? [outcomes[step]] : [],
  );
  const appeal = found.at(-1);
  return appeal === undefined ? {} : { appeal };
}

/** @throws CertificatesError `appeal_impossible`, `certificate_superseded` */
function matterOf(record: CredentialRecord, deps: Deps): OpenMatter {
  const { id, state } = record;
  if (state === "superseded") throw new CertificatesError("certificate_superseded", { id });
  const matter = openMatter(record, deps);
  if (!matter) throw new CertificatesError("appeal_impossible", { why: "nothing" });
  return matter;
}
