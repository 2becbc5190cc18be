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
    extensions: { [extensions.confidence]: event.data.confidence },
  });
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
