import { recognitionUrl } from "./addresses.js";
import type { RecognitionDeps } from "./deps.js";
import { recognitionCause } from "./finishing.js";
import type { AgreementRecord, PulledDecision } from "./recognition-store.js";

/**
 * The history of an agreement of this installation, with what was signed of it. A recognition that is not signed yet is
 * not there yet: nobody could be shown it.
 */
export async function ownDecisions(
  agreement: AgreementRecord,
  { issuing, origin }: Pick<RecognitionDeps, "issuing" | "origin">,
): Promise<PulledDecision[]> {
  const { achievementId, issuerDid } = agreement;
  const history = await Promise.all(
    agreement.steps.map(async (step): Promise<PulledDecision[]> => {
      const decided = { decision: step.decision, at: step.at, achievementId, issuerDid };
      if (step.decision === "refused") return [decided];
      if (step.decision === "withdrawn") return [{ ...decided, effective: step.effective }];
      const record = await issuing.findByCause(agreement, recognitionCause(step));
      if (record?.text === undefined) return [];
      const credential = { url: recognitionUrl(origin, record.id), text: record.text };
      return [{ ...decided, terms: step.terms, credential }];
    }),
  );
  return history.flat();
}
