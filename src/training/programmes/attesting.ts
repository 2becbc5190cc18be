import type { EventData } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import { concluded, follow, type Change } from "./advance.js";
import { refusalOf } from "./attestations.js";
import { assertCompetency, type Advanced, type Context } from "./competencies.js";
import { ProgrammesError } from "./errors.js";
import type { Fact } from "./facts.js";
import { entryOf, without } from "./rules.js";
import type { Attestation, Standing } from "./standing-store.js";

/** What a change by an attestation is made with. */
export interface Attesting {
  readonly context: Context;
  /** UTC milliseconds. */
  readonly now: number;
}

/** The version that somebody of this jurisdiction learns by. */
export function versionFor(
  { jurisdictionId }: Tenant,
  { version, overlays }: Curriculum,
): Context["version"] {
  const overlay = overlays.find(({ jurisdiction }) => jurisdiction === jurisdictionId)?.version;
  return { core: version, ...(overlay === undefined ? {} : { overlay }) };
}

/**
 * Takes an attestation in, and whatever is reached with it.
 * @throws ProgrammesError `attestation_refused`
 */
export function attest(before: Standing, attestation: Attestation, { context, now }: Attesting): Change {
  const refusal = refusalOf(attestation, context.curriculum, now);
  if (refusal) throw new ProgrammesError("attestation_refused", { reason: refusal });
  const attestations = { ...before.attestations, [attestation.id]: attestation };
  const fact = attestationFact("attestation.made", before.personId, attestation, { context, now });
  const modules = context.curriculum.modules;
  const followed = follow({ ...before, attestations }, { before, modules, context });
  return concluded(before, { ...followed, facts: [fact, ...followed.facts] }, context);
}

/**
 * An attestation counts no more. An outcome that rested on it is not reached any more, which its competency says. An
 * entitlement stays: whether a certificate is to be revoked is for people to decide.
 * @throws ProgrammesError `attestation_unknown`, `attestation_withdrawn_already`
 */
export function withdraw(
  before: Standing,
  { attestationId, by }: { readonly attestationId: string; readonly by: string },
  { context, now }: Attesting,
): Change {
  const known = entryOf(before.attestations ?? {}, attestationId);
  if (!known) throw new ProgrammesError("attestation_unknown");
  if (known.withdrawn) throw new ProgrammesError("attestation_withdrawn_already");
  const attestation: Attestation = { ...known, withdrawn: { at: now, by } };
  const attestations = { ...before.attestations, [attestationId]: attestation };
  const changed = { ...before, attestations };
  const fact = attestationFact("attestation.withdrawn", before.personId, attestation, { context, now });
  const left = leaveOutcomes(changed, attestationId, { context, now });
  const followed = follow(left.standing, { before, modules: context.curriculum.modules, context });
  return concluded(before, { ...followed, facts: [fact, ...left.facts, ...followed.facts] }, context);
}

/** Takes back each outcome that rested on the attestation, and says how much of its competency is left. */
function leaveOutcomes(standing: Standing, attestationId: string, { context, now }: Attesting): Advanced {
  const all = context.curriculum.modules.flatMap(({ outcomes }) => outcomes);
  return all
    .filter(({ id }) => entryOf(standing.outcomes, id)?.attested?.includes(attestationId))
    .reduce<Advanced>(
      (so, outcome) => {
        const outcomes = without(so.standing.outcomes, outcome.id);
        const said = assertCompetency({ ...so.standing, outcomes }, outcome, { ...context, at: now });
        return { standing: said.standing, facts: [...so.facts, said.fact] };
      },
      { standing, facts: [] },
    );
}

function attestationFact(
  type: "attestation.made" | "attestation.withdrawn",
  personId: string,
  { id: attestationId, kind, outcomeId, amount, digest }: Attestation,
  { context, now: at }: Attesting,
): Fact {
  const data: EventData["attestation.made"] = {
    ...{ attestationId, personId, kind, digest },
    ...(outcomeId === undefined ? {} : { outcomeId }),
    ...(amount === undefined ? {} : { amount }),
  };
  return { id: context.moment.newId(), at, type, data };
}
