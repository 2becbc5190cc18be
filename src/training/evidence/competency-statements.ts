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

/** Without the paper itself and without a name: who attests keeps the one, and their books know the other. */
function attestedExtensions({ attested }: DomainEvent<"competency.asserted">["data"]): Json {
  if (!attested) return {};
  const role = attested.kind === "external-mark" ? "external" : "internal";
  return { [extensions.submissionDigest]: attested.digest, [extensions.evaluatorRole]: role };
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
