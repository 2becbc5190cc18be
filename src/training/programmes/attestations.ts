import type { AttestationKind } from "../../foundation/events/index.js";
import type { Curriculum, Outcome, Programme } from "../../standards/curriculum/index.js";
import type { Attestation, Standing } from "./standing-store.js";

/** Those that count, the oldest first. */
export function attestedFor(
  { attestations = {} }: Pick<Standing, "attestations">,
  kind: AttestationKind,
  outcomeId?: string,
): Attestation[] {
  return Object.values(attestations)
    .filter((one) => one.kind === kind && one.outcomeId === outcomeId && one.withdrawn === undefined)
    .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** The one with which the amounts come to `wanted`; `undefined` when they don't. */
export function attestedAmount(of: readonly Attestation[], wanted: number): Attestation | undefined {
  let sum = 0;
  return of.find(({ amount = 0 }) => {
    sum += amount;
    return sum >= wanted;
  });
}

/** What was attested for an outcome, where something has to be. */
export type OutcomeAttested =
  | { readonly said: "none-needed" }
  | { readonly said: "missing"; readonly what: "mark" | "hours" }
  | { readonly said: "attested"; readonly by: readonly Attestation[]; readonly alone: boolean };

/**
 * What attestations say for an outcome. Prior learning stands `alone`: it takes the place of the outcome's activities.
 * An external mark is needed where an external evaluator is, and where nothing in the tool assesses the outcome; hours
 * of immersion where a programme asks for them.
 */
export function outcomeAttested(
  standing: Pick<Standing, "attestations">,
  outcome: Outcome,
  { programmes, written }: { readonly programmes: readonly Programme[]; readonly written: boolean },
): OutcomeAttested {
  const [prior] = attestedFor(standing, "prior-learning", outcome.id);
  if (prior) return { said: "attested", by: [prior], alone: true };
  const by: Attestation[] = [];
  if (outcome.externalEvaluator || !written) {
    const [mark] = attestedFor(standing, "external-mark", outcome.id);
    if (!mark) return { said: "missing", what: "mark" };
    by.push(mark);
  }
  const hours = immersionHours(programmes, outcome.id);
  if (hours !== undefined) {
    const last = attestedAmount(attestedFor(standing, "immersion", outcome.id), hours);
    if (!last) return { said: "missing", what: "hours" };
    by.push(last);
  }
  return by.length > 0 ? { said: "attested", by, alone: false } : { said: "none-needed" };
}

function immersionHours(programmes: readonly Programme[], outcomeId: string): number | undefined {
  const hours = programmes.flatMap(({ immersion }) =>
    immersion?.outcome === outcomeId ? [immersion.hours] : [],
  );
  return hours.length > 0 ? Math.max(...hours) : undefined;
}

/** What is wrong with an attestation that somebody wants to make; `undefined`: nothing. */
export type Refusal =
  "outcomeMissing" | "outcomeUnknown" | "amountMissing" | "evaluatorPlace" | "agreement" | "ahead";

/** @param attestation as it would be kept; @param now UTC milliseconds */
export function refusalOf(
  attestation: Attestation,
  curriculum: Curriculum,
  now: number,
): Refusal | undefined {
  const { kind, outcomeId, amount = 0, at } = attestation;
  if (at > now) return "ahead";
  if ((kind === "service" || kind === "immersion") && !(amount > 0)) return "amountMissing";
  if (kind === "service") return undefined;
  if (outcomeId === undefined) return "outcomeMissing";
  const outcomes = curriculum.modules.flatMap((module) => module.outcomes);
  if (!outcomes.some(({ id }) => id === outcomeId)) return "outcomeUnknown";
  return kind === "external-mark" ? refusalOfMark(attestation, curriculum) : undefined;
}

function refusalOfMark(
  { outcomeId = "", from, share = 0 }: Attestation,
  { programmes }: Curriculum,
): Refusal | undefined {
  const places = programmes.flatMap(({ externalMarks }) =>
    externalMarks?.outcomes.includes(outcomeId) ? [externalMarks.from] : [],
  );
  const near = places.includes("another-jurisdiction") && from !== "another-jurisdiction";
  if (near || (places.length > 0 && from === undefined)) return "evaluatorPlace";
  const needed = programmes.find(({ calibration }) => calibration?.outcome === outcomeId)?.calibration;
  return needed && share < needed.agreement ? "agreement" : undefined;
}
