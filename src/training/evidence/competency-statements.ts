import type { CompetencyContext, DomainEvent } from "../../foundation/events/index.js";
import {
  competencyActivity,
  instant,
  statement,
  type Json,
  type Parts,
  type Setting,
} from "./statement-parts.js";
import { extensions, verbs } from "./vocabulary.js";

export function assertedStatement(event: DomainEvent<"competency.asserted">, setting: Setting): Json {
  return competencyStatement(event, setting, {
    template: "competency-asserted",
    verb: verbs.asserted,
    extensions: { [extensions.confidence]: event.data.confidence, ...attestedExtensions(event.data) },
  });
}

/** By what the paper can be told, and no more: who attests keeps the paper, and the tool's books say who that is. */
function attestedExtensions({ attested }: DomainEvent<"competency.asserted">["data"]): Json {
  return attested ? { [extensions.submissionDigest]: `sha256:${attested.digest}` } : {};
}

export function achievedStatement(event: DomainEvent<"competency.achieved">, setting: Setting): Json {
  const { level, expiresAt, strongest } = event.data;
  return competencyStatement(event, setting, {
    template: "competency-achieved",
    verb: verbs.achieved,
    about: strongest,
    extensions: { [extensions.competencyLevel]: level, [extensions.expires]: instant(expiresAt) },
  });
}

function competencyStatement(
  event: DomainEvent & { readonly data: CompetencyContext },
  setting: Setting,
  parts: Omit<Parts, "object" | "registration">,
): Json {
  const { competencyId, registration, curriculum, evidence } = event.data;
  return statement(event, setting, {
    ...parts,
    object: competencyActivity(competencyId, setting),
    registration,
    extensions: {
      [extensions.curriculumVersion]: curriculum,
      [extensions.evidence]: evidence,
      ...parts.extensions,
    },
  });
}

/** The end of a competency's cycle: nothing renewed it in time. */
export function expiredStatement(event: DomainEvent<"competency.expired">, setting: Setting): Json {
  const { competencyId, registration, curriculum, achieved } = event.data;
  return statement(event, setting, {
    template: "competency-expired",
    verb: verbs.expired,
    object: competencyActivity(competencyId, setting),
    registration,
    about: achieved,
    extensions: { [extensions.curriculumVersion]: curriculum },
  });
}
