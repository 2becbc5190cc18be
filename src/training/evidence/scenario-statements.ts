import { activityIri, itemIri } from "../../foundation/kernel/index.js";
import type { DomainEvent, ModuleContext } from "../../foundation/events/index.js";
import {
  activity,
  duration,
  moduleActivity,
  moduleStatement,
  statementId,
  type Json,
  type Setting,
} from "./statement-parts.js";
import { activityTypes, extensions, verbs } from "./vocabulary.js";

export function decisionStatement(event: DomainEvent<"decision.made">, setting: Setting): Json {
  const { data } = event;
  return moduleStatement(event, setting, {
    template: "decision-made",
    verb: verbs.answered,
    object: {
      objectType: "Activity",
      id: itemIri(data.moduleId, data.activityId, data.nodeId),
      definition: { type: activityTypes.interaction, interactionType: "choice" },
    },
    activityId: data.activityId,
    parent: [scenario(data, data.activityId, setting)],
    result: { response: data.optionId, extensions: { [extensions.decisionRating]: data.ratings } },
  });
}

/** The end of a run, passed or not. */
export function scenarioStatement(
  event: DomainEvent<"scenario.passed" | "scenario.failed">,
  setting: Setting,
): Json {
  const { data } = event;
  return moduleStatement(event, setting, {
    template: "scenario-completed",
    verb: verbs.completed,
    object: scenario(data, data.activityId, setting),
    activityId: data.activityId,
    parent: [moduleActivity(data, setting)],
    result: {
      completion: true,
      success: event.type === "scenario.passed",
      score: { scaled: data.scaled },
      duration: duration(data.durationMs),
      extensions: { [extensions.scenarioPath]: data.path },
    },
  });
}

/** That the debrief was held, and nothing of what was said in it. */
export function debriefStatement(
  event: DomainEvent<"debrief.completed" | "failed-run.debriefed">,
  setting: Setting,
): Json {
  const { data } = event;
  const iri = `${activityIri(data.moduleId, data.activityId)}/debrief`;
  return moduleStatement(event, setting, {
    template: "debrief-completed",
    verb: verbs.completed,
    object: activity(iri, activityTypes.debrief, setting),
    activityId: data.activityId,
    parent: [scenario(data, data.activityId, setting)],
    result: { completion: true },
    about: statementId(data.endEventId, "scenario-completed"),
    // The trainee holds it alone, by the questions of the page.
    extensions: { [extensions.debriefMode]: "self" },
  });
}

function scenario({ moduleId }: ModuleContext, activityId: string, setting: Setting): Json {
  return activity(activityIri(moduleId, activityId), activityTypes.simulation, setting);
}
