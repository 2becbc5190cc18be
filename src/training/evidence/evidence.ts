import type { Directory } from "../../foundation/directory/index.js";
import { eventClass, type AnyEvent, type EventType } from "../../foundation/events/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import { LrsError, type Lrs } from "../../standards/lrs/index.js";
import { validateAgainstProfile, type Profile } from "../../standards/xapi/index.js";
import { EvidenceError } from "./errors.js";
import { statementOf, type Setting } from "./statements.js";

export interface EvidenceDeps {
  readonly lrs: Lrs;
  readonly directory: Directory;
  readonly curriculum: Curriculum;
  /** The profile that every statement must follow. */
  readonly profile: Profile;
  /** The tool's public origin. */
  readonly origin: string;
}

export interface Evidence {
  /**
   * Writes the statement of each event that has one. The same event always gives the same statement, so a redelivery
   * changes nothing. A statement that breaks the profile is a permanent failure (EvidenceError).
   */
  readonly subscriber: {
    readonly name: "evidence";
    readonly types: readonly EventType[];
    readonly handle: (event: AnyEvent) => Promise<void>;
  };
}

export function createEvidence(deps: EvidenceDeps): Evidence {
  const authority = {
    objectType: "Agent",
    name: "Tessera",
    account: { homePage: deps.origin, name: "tessera" },
  } as const;
  return {
    subscriber: {
      name: "evidence",
      types: (Object.keys(eventClass) as EventType[]).filter((type) => eventClass[type] !== "internal"),
      handle: async (event) => {
        const statementClass = eventClass[event.type];
        const statement = statementOf(event, await settingOf(event, deps));
        if (!statement || statementClass === "internal") return;
        refuseBreach(deps.profile, statement);
        try {
          await deps.lrs.append(event, { text: JSON.stringify(statement), authority, class: statementClass });
        } catch (cause) {
          // The same statement would be refused each time, and hold up its lane for a day.
          if (!(cause instanceof LrsError)) throw cause;
          throw new EvidenceError("statement_refused", { reason: cause.code }, { cause });
        }
      },
    },
  };
}

function refuseBreach(profile: Profile, statement: unknown): void {
  const { outcome, findings } = validateAgainstProfile(profile, statement);
  if (outcome === "success") return;
  const rules = findings.map(({ path, rule }) => `${path}: ${rule}`);
  throw new EvidenceError("statement_breaks_profile", { rules: rules.length > 0 ? rules : [outcome] });
}

async function settingOf(event: AnyEvent, { directory, curriculum, origin }: EvidenceDeps): Promise<Setting> {
  const [academy, person] = await Promise.all([
    directory.academy(event.academyId),
    directory.person(event.data.personId),
  ]);
  const module = curriculum.modules.find(({ id }) => id === event.data.moduleId);
  if (!module) throw new EvidenceError("event_without_setting", { moduleId: event.data.moduleId });
  const activityId = "activityId" in event.data ? event.data.activityId : undefined;
  const activity = module.activities.find(({ id }) => id === activityId);
  const competencyId = module.outcomes.find(({ id }) => id === activity?.outcome)?.competency;
  return {
    academyIri: `${origin}/academies/${academy.slug}`,
    academyName: academy.name,
    jurisdiction: academy.jurisdictionId,
    pseudonym: person.pseudonym,
    moduleTitle: module.title,
    ...(activity ? { activityTitle: activity.texts[0].title } : {}),
    ...(competencyId === undefined ? {} : { competencyId }),
  };
}
