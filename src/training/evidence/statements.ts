import {
  activityIri,
  competencyIri,
  curriculumIri,
  itemIri,
  moduleIri,
  profileVersionIri,
  uuidV5,
} from "../../foundation/kernel/index.js";
import type { AnyEvent, DomainEvent, ModuleContext } from "../../foundation/events/index.js";
import { activityTypes, courseTitle, extensions, verbs } from "./vocabulary.js";

/** What a statement says beyond its event: looked up by the caller. */
export interface Setting {
  /** `<origin>/academies/<slug>`: the account's home page, and the academy as an activity to filter by. */
  readonly academyIri: string;
  readonly academyName: string;
  /** ISO 3166 code. */
  readonly jurisdiction: string;
  readonly pseudonym: string;
  /** Titles in the curriculum's source language. */
  readonly moduleTitle: string;
  readonly activityTitle?: string;
  readonly competencyId?: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The statement of an event, or `undefined` for an event that is none. The same event gives the same statement. */
export function statementOf(event: AnyEvent, setting: Setting): Json | undefined {
  switch (event.type) {
    case "module.begun":
      return statement(event, setting, {
        template: "module-initialized",
        verb: verbs.initialized,
        object: moduleActivity(event.data, setting),
      });
    case "module.completed":
      return statement(event, setting, {
        template: "module-completed",
        verb: verbs.completed,
        object: moduleActivity(event.data, setting),
        result: { completion: true, duration: duration(event.data.durationMs) },
      });
    case "quiz.passed":
    case "quiz.failed":
      return quizStatement(event, setting);
    case "question.answered":
      return answerStatement(event, setting);
    case "module.progressed":
      return undefined;
  }
}

function quizStatement(event: DomainEvent<"quiz.passed" | "quiz.failed">, setting: Setting): Json {
  const passed = event.type === "quiz.passed";
  const { data } = event;
  return statement(event, setting, {
    template: passed ? "quiz-passed" : "quiz-failed",
    verb: passed ? verbs.passed : verbs.failed,
    object: assessment(data, data.activityId, setting),
    parent: moduleActivity(data, setting),
    result: { score: { scaled: data.scaled }, success: passed, duration: duration(data.durationMs) },
  });
}

function answerStatement(event: DomainEvent<"question.answered">, setting: Setting): Json {
  const { data } = event;
  return statement(event, setting, {
    template: "question-answered",
    verb: verbs.answered,
    object: {
      objectType: "Activity",
      id: itemIri(data.moduleId, data.activityId, data.itemId),
      definition: { type: activityTypes.interaction, interactionType: "choice" },
    },
    parent: assessment(data, data.activityId, setting),
    // xAPI 1.0.3 Data, Appendix C: the chosen ids of a choice are joined by [,].
    result: { success: data.correct, response: data.response.join("[,]") },
  });
}

interface Parts {
  /** The profile's template that it is written to. */
  readonly template: string;
  readonly verb: Json;
  readonly object: Json;
  readonly parent?: Json;
  readonly result?: Json;
}

function statement(event: DomainEvent, setting: Setting, parts: Parts): Json {
  const { data } = event;
  return {
    id: uuidV5(event.id, parts.template),
    actor: {
      objectType: "Agent",
      account: { homePage: setting.academyIri, name: setting.pseudonym },
    },
    verb: parts.verb,
    object: parts.object,
    ...(parts.result ? { result: parts.result } : {}),
    context: {
      registration: data.registration,
      contextActivities: contextActivities(setting, parts.parent),
      extensions: {
        [extensions.jurisdiction]: [setting.jurisdiction],
        [extensions.curriculumVersion]: data.curriculum,
      },
    },
    timestamp: new Date(event.at).toISOString(),
  };
}

function contextActivities(setting: Setting, parent: Json | undefined): Json {
  return {
    category: [activity(profileVersionIri, activityTypes.profile)],
    grouping: [
      activity(curriculumIri, activityTypes.course, courseTitle),
      activity(setting.academyIri, activityTypes.organization, setting.academyName),
    ],
    ...(parent ? { parent: [parent] } : {}),
    ...(setting.competencyId === undefined
      ? {}
      : { other: [activity(competencyIri(setting.competencyId), activityTypes.competency)] }),
  };
}

function moduleActivity({ moduleId }: ModuleContext, setting: Setting): Json {
  return activity(moduleIri(moduleId), activityTypes.module, setting.moduleTitle);
}

function assessment({ moduleId }: ModuleContext, activityId: string, setting: Setting): Json {
  return activity(activityIri(moduleId, activityId), activityTypes.assessment, setting.activityTitle);
}

function activity(id: string, type: string, title?: string): Json {
  return {
    objectType: "Activity",
    id,
    definition: { type, ...(title === undefined ? {} : { name: { en: title } }) },
  };
}

/** ISO 8601 with at most two decimals of a second, which is as exact as xAPI compares (1.0.3 Data 4.6). */
function duration(ms: number): string {
  return `PT${String(Math.max(0, Math.round(ms / 10) / 100))}S`;
}
