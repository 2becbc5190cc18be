import {
  activityIri,
  competencyIri,
  curriculumIri,
  moduleIri,
  profileVersionIri,
  uuidV5,
} from "../../foundation/kernel/index.js";
import type { DomainEvent, ModuleContext } from "../../foundation/events/index.js";
import { activityTypes, extensions } from "./vocabulary.js";

/** What a statement says beyond its event: looked up by the caller. */
export interface Setting {
  /** `<origin>/academies/<slug>`: the account's home page, and the academy as an activity to filter by. */
  readonly academyIri: string;
  readonly academyName: string;
  /** ISO 3166 code. */
  readonly jurisdiction: string;
  readonly pseudonym: string;
  readonly content: ContentNames;
}

/** What the curriculum calls things, in its source language. */
export interface ContentNames {
  /** IRI → the title of the module, activity, competency, programme or curriculum that it stands for. */
  readonly titles: ReadonlyMap<string, string>;
  /** An activity's IRI → the id of the competency that it exercises. */
  readonly competencies: ReadonlyMap<string, string>;
}

export type Json = Readonly<Record<string, unknown>>;

/** The profile's templates that statements are written to. */
export type Template =
  | "module-initialized"
  | "module-completed"
  | "refresher-initialized"
  | "refresher-completed"
  | "question-answered"
  | "quiz-passed"
  | "quiz-failed"
  | "decision-made"
  | "scenario-completed"
  | "debrief-completed"
  | "competency-asserted"
  | "competency-achieved"
  | "competency-expired"
  | "certified"
  | "certified-renewal"
  | "certification-expired"
  | "certification-revoked"
  | "certification-forfeited";

/** The id of the statement that an event gives by a template: known as soon as the event is, and always the same. */
export function statementId(eventId: string, template: Template): string {
  return uuidV5(eventId, template);
}

/**
 * The id of the statement that ends a credential cycle, whatever ended it: a cycle ends once (profile, `credential-cycle`),
 * though several certificates of it can be revoked.
 */
export function cycleEndId(registration: string): string {
  return uuidV5(registration, "credential-end");
}

export interface Parts {
  readonly template: Template;
  /** Default: made of the event and the template. */
  readonly id?: string;
  readonly verb: Json;
  readonly object: Json;
  /** Default: the trainee. */
  readonly actor?: Json;
  readonly result?: Json;
  readonly registration: string;
  readonly parent?: readonly Json[];
  /** Beside the curriculum and the academy. */
  readonly grouping?: readonly Json[];
  readonly other?: readonly Json[];
  /** The id of the statement that this one goes back to. */
  readonly about?: string;
  readonly team?: Json;
  readonly extensions?: Json;
  readonly attachments?: readonly Json[];
}

/** A statement with what all of ours say: when, under which registration, profile, curriculum, academy, jurisdiction. */
export function statement(event: DomainEvent, setting: Setting, parts: Parts): Json {
  return {
    id: parts.id ?? statementId(event.id, parts.template),
    actor: parts.actor ?? traineeOf(setting),
    verb: parts.verb,
    object: parts.object,
    ...(parts.result ? { result: parts.result } : {}),
    context: {
      registration: parts.registration,
      ...(parts.team ? { team: parts.team } : {}),
      ...(parts.about === undefined ? {} : { statement: { objectType: "StatementRef", id: parts.about } }),
      contextActivities: {
        category: [
          { objectType: "Activity", id: profileVersionIri, definition: { type: activityTypes.profile } },
        ],
        grouping: [
          activity(curriculumIri, activityTypes.course, setting),
          academyActivity(setting),
          ...(parts.grouping ?? []),
        ],
        ...(parts.parent ? { parent: parts.parent } : {}),
        ...(parts.other && parts.other.length > 0 ? { other: parts.other } : {}),
      },
      extensions: { [extensions.jurisdiction]: [setting.jurisdiction], ...parts.extensions },
    },
    timestamp: instant(event.at),
    ...(parts.attachments ? { attachments: parts.attachments } : {}),
  };
}

/** A statement of a trainee's way through a module, with the competency of the activity that it is about. */
export function moduleStatement(
  event: DomainEvent & { readonly data: ModuleContext },
  setting: Setting,
  parts: Omit<Parts, "registration" | "other"> & { readonly activityId?: string },
): Json {
  const { data } = event;
  const { activityId, ...rest } = parts;
  const competency =
    activityId === undefined
      ? undefined
      : setting.content.competencies.get(activityIri(data.moduleId, activityId));
  return statement(event, setting, {
    ...rest,
    registration: data.registration,
    other: competency === undefined ? [] : [competencyActivity(competency, setting)],
    extensions: { [extensions.curriculumVersion]: data.curriculum, ...parts.extensions },
  });
}

export function activity(id: string, type: string, { content }: Setting): Json {
  const title = content.titles.get(id);
  return {
    objectType: "Activity",
    id,
    definition: { type, ...(title === undefined ? {} : { name: { en: title } }) },
  };
}

/** The module, or the refresher that it is. */
export function moduleActivity({ moduleId, refresherOf }: ModuleContext, setting: Setting): Json {
  const type = refresherOf === undefined ? activityTypes.module : activityTypes.refresher;
  return activity(moduleIri(moduleId), type, setting);
}

export function competencyActivity(competencyId: string, setting: Setting): Json {
  return activity(competencyIri(competencyId), activityTypes.competency, setting);
}

export function traineeOf({ academyIri, pseudonym }: Setting): Json {
  return { objectType: "Agent", account: { homePage: academyIri, name: pseudonym } };
}

/** The academy as the one who issues: an identified group without members. */
export function academyGroup({ academyIri, academyName }: Setting): Json {
  return {
    objectType: "Group",
    name: academyName,
    account: { homePage: academyIri, name: "academy" },
  };
}

function academyActivity({ academyIri, academyName }: Setting): Json {
  const definition = { type: activityTypes.organization, name: { en: academyName } };
  return { objectType: "Activity", id: academyIri, definition };
}

/** ISO 8601 with at most two decimals of a second, which is as exact as xAPI compares (1.0.3 Data 4.6). */
export function duration(ms: number): string {
  return `PT${String(Math.max(0, Math.round(ms / 10) / 100))}S`;
}

/** UTC milliseconds as an ISO 8601 timestamp. */
export function instant(at: number): string {
  return new Date(at).toISOString();
}
