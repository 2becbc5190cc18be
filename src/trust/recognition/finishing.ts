import { canonicalJson, digestMultibase } from "../../standards/vc/index.js";
import type { CredentialRecord } from "../../standards/issuing/index.js";
import { didOfAuthority } from "./authorities.js";
import { recognitionUrl } from "./addresses.js";
import { recognitionDocument } from "./credential.js";
import type { RecognitionDeps } from "./deps.js";
import { startOf } from "./history.js";
import type { AgreementRecord, AuthorityRecord, DecisionStep, GrantedStep } from "./recognition-store.js";
import { wholeSeconds } from "./reading.js";

export type FinishDeps = Pick<
  RecognitionDeps,
  "store" | "issuing" | "log" | "catalogues" | "origin" | "clock"
>;

/** What the credential of a decision is issued for: at most one of each. */
export const recognitionCause = (step: Pick<DecisionStep, "id">): string => `recognitions/${step.id}`;

/**
 * Does what the decisions of an agreement ask for, each once however often it is run: signs what was granted, writes
 * every decision into the log, and sets the status bit of what has ended.
 */
export async function finish(agreement: AgreementRecord, deps: FinishDeps): Promise<AgreementRecord> {
  const authority = agreement.unfinished === 0 ? undefined : await deps.store.authority(agreement.academyId);
  if (!authority) return agreement;
  const about = { agreement, authority: didOfAuthority(deps.origin, authority.slug) };
  let waits = false;
  let url: string | undefined;
  for (const [place, step] of agreement.steps.entries()) {
    if (step.decision !== "granted") {
      await logEnd(about, step, url, deps);
      continue;
    }
    const signed = await sign(authority, agreement, step, deps);
    url = await logGrant(about, signed, deps);
    const ends = endOf(agreement.steps.slice(place + 1));
    if (ends && ends.at > deps.clock.now()) waits = true;
    else if (ends) await endCredential(signed.id, ends.step, deps);
  }
  if (waits) return agreement;
  const done = { ...agreement, version: agreement.version + 1, unfinished: 0 as const };
  // Where someone decided something meanwhile, that decision's own run goes on.
  return (await deps.store.saveAgreement(done, agreement.version)) === "saved" ? done : agreement;
}

/** When the first of the later decisions begins to count, and which one that is. */
function endOf(later: readonly DecisionStep[]): { at: number; step: DecisionStep } | undefined {
  return later
    .map((step) => ({ at: startOf({ achievementId: "", issuerDid: "", ...step }), step }))
    .reduce<{ at: number; step: DecisionStep } | undefined>(
      (first, one) => (first && first.at <= one.at ? first : one),
      undefined,
    );
}

async function sign(
  authority: AuthorityRecord,
  agreement: AgreementRecord,
  step: GrantedStep,
  { issuing, catalogues, origin }: FinishDeps,
): Promise<CredentialRecord & { readonly text: string }> {
  const about = { kind: "recognition", agreementId: agreement.id, stepId: step.id };
  const { id } = await issuing.reserve(authority, {
    ...{ cause: recognitionCause(step), ownerId: agreement.id, about },
  });
  const words = catalogues.negotiate(["en"]);
  return issuing.issue(id, (place) => ({
    ...{ about, events: () => [] },
    document: recognitionDocument({ origin, authority, place, words }, agreement, step.terms),
  }));
}

async function endCredential(
  id: string,
  { at, decidedBy, ...step }: DecisionStep,
  { issuing }: FinishDeps,
): Promise<void> {
  const reason = step.decision === "granted" ? "replaced" : step.decision;
  await issuing.changeState(id, ({ state }) =>
    state === "valid"
      ? { state: "revoked", step: { step: "revoked", at, reason, decidedBy }, events: [] }
      : undefined,
  );
}

interface About {
  readonly agreement: AgreementRecord;
  /** The DID of the authority. */
  readonly authority: string;
}

async function logGrant(
  about: About,
  { id, text }: CredentialRecord & { readonly text: string },
  { log, origin, clock }: FinishDeps,
): Promise<string> {
  const url = recognitionUrl(origin, id);
  await log.append({
    ...{ kind: "recognition", subject: url, key: `recognition ${url}`, at: clock.now() },
    content: canonicalJson({ ...saidIn(about), id: url, digestMultibase: digestMultibase(text) }),
  });
  return url;
}

/** A withdrawal is about the recognition that it ends; a refusal about the achievement, when there was none. */
async function logEnd(
  about: About,
  step: Exclude<DecisionStep, GrantedStep>,
  url: string | undefined,
  { log }: FinishDeps,
): Promise<void> {
  await log.append({
    ...{ kind: "recognition-end", subject: url ?? about.agreement.achievementId, at: step.at },
    key: `recognition-end ${step.id}`,
    content: canonicalJson({
      ...{ ...saidIn(about), decision: step.decision, decided: wholeSeconds(step.at) },
      ...(url === undefined ? {} : { id: url }),
      ...(step.decision === "withdrawn" ? { effective: wholeSeconds(step.effective) } : {}),
    }),
  });
}

function saidIn({ agreement: { achievementId, certificateId, issuerDid }, authority }: About) {
  const certificate = certificateId === undefined ? {} : { certificate: certificateId };
  return { achievement: achievementId, authority, issuer: issuerDid, ...certificate };
}
