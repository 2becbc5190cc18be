import { activityIri, itemIri } from "../../foundation/kernel/index.js";
import type { DomainEvent, ModuleContext } from "../../foundation/events/index.js";
import {
  activity,
  duration,
  moduleActivity,
  moduleStatement,
  type Json,
  type Setting,
} from "./statement-parts.js";
import { activityTypes, verbs } from "./vocabulary.js";

export function begunStatement(event: DomainEvent<"module.begun">, setting: Setting): Json {
  return moduleStatement(event, setting, {
    template: event.data.refresherOf === undefined ? "module-initialized" : "refresher-initialized",
    verb: verbs.initialized,
    object: moduleActivity(event.data, setting),
  });
}

export function completedStatement(event: DomainEvent<"module.completed">, setting: Setting): Json {
  return moduleStatement(event, setting, {
    template: event.data.refresherOf === undefined ? "module-completed" : "refresher-completed",
    verb: verbs.completed,
    object: moduleActivity(event.data, setting),
    result: { completion: true, duration: duration(event.data.durationMs) },
  });
}

export function quizStatement(event: DomainEvent<"quiz.passed" | "quiz.failed">, setting: Setting): Json {
  const passed = event.type === "quiz.passed";
  const { data } = event;
  return moduleStatement(event, setting, {
    template: passed ? "quiz-passed" : "quiz-failed",
    verb: passed ? verbs.passed : verbs.failed,
    object: quiz(data, data.activityId, setting),
    activityId: data.activityId,
    parent: [moduleActivity(data, setting)],
    result: { score: { scaled: data.scaled }, success: passed, duration: duration(data.durationMs) },
  });
}

export function answerStatement(event: DomainEvent<"question.answered">, setting: Setting): Json {
  const { data } = event;
  return moduleStatement(event, setting, {
    template: "question-answered",
    verb: verbs.answered,
    object: {
      objectType: "Activity",
      id: itemIri(data.moduleId, data.activityId, data.itemId),
      definition: { type: activityTypes.interaction, interactionType: "choice" },
    },
    activityId: data.activityId,
    parent: [quiz(data, data.activityId, setting)],
    // xAPI 1.0.3 Data, Appendix C: the chosen ids of a choice are joined by [,].
    result: { success: data.correct, response: data.response.join("[,]") },
  });
}

function quiz({ moduleId }: ModuleContext, activityId: string, setting: Setting): Json {
  return activity(activityIri(moduleId, activityId), activityTypes.assessment, setting);
}
