import type { JurisdictionAnswer } from "./answers.js";
import type { PulledDecision } from "./recognition-store.js";

/** What a history of decisions says of a moment. */
export interface Judgement {
  readonly answer: JurisdictionAnswer["answer"];
  readonly reason:
    "recognised" | "partial" | "refused" | "withdrawn" | "expired" | "not-yet" | "none" | "unverified";
  /** The decision that it rests on. */
  readonly by?: PulledDecision;
}

/** From when on a decision counts: UTC milliseconds. */
export function startOf({ decision, at, terms, effective }: PulledDecision): number {
  if (decision === "granted") return terms?.from ?? at;
  return decision === "withdrawn" ? (effective ?? at) : at;
}

/**
 * Whether something was recognised at the moment `on`, by what had been decided by `asKnownAt` (both UTC milliseconds).
 * The newest decision that had begun to count by then decides; a recognition counts from its first moment up to, and
 * without, its last.
 */
export function judge(history: readonly PulledDecision[], on: number, asKnownAt: number): Judgement {
  const known = history.filter(({ at }) => at <= asKnownAt);
  const by = known.filter((one) => startOf(one) <= on).reduce<PulledDecision | undefined>(later, undefined);
  if (!by) {
    const next = known.find(({ decision }) => decision === "granted");
    return next ? { answer: "no", reason: "not-yet", by: next } : { answer: "no", reason: "none" };
  }
  if (by.broken) return { answer: "unknown", reason: "unverified", by };
  if (by.decision !== "granted") return { answer: "no", reason: by.decision, by };
  const { until, equivalence } = by.terms ?? {};
  if (until !== undefined && until <= on) return { answer: "no", reason: "expired", by };
  return { answer: "yes", reason: equivalence === "partial" ? "partial" : "recognised", by };
}

/** Of two decisions the later one; of two at the same moment the one that stands later in the history. */
function later(best: PulledDecision | undefined, one: PulledDecision): PulledDecision {
  return !best || one.at >= best.at ? one : best;
}
