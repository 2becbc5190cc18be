import type { Directory } from "../../foundation/directory/index.js";
import type { PersonalEvent } from "../../foundation/events/index.js";
import {
  activityIri,
  competencyIri,
  credentialIri,
  curriculumIri,
  moduleIri,
} from "../../foundation/kernel/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import { EvidenceError } from "./errors.js";
import type { ContentNames, Setting } from "./statement-parts.js";
import { courseTitle } from "./vocabulary.js";

interface SettingDeps {
  readonly directory: Directory;
  readonly content: ContentNames;
  /** The tool's public origin. */
  readonly origin: string;
}

/** What the curriculum calls things. Read once: a curriculum does not change while the tool runs. */
export function namesOf({ modules, competencies, programmes }: Curriculum): ContentNames {
  const titles = new Map([[curriculumIri, courseTitle]]);
  const exercised = new Map<string, string>();
  for (const { id, title } of competencies) titles.set(competencyIri(id), title);
  for (const { id, title } of programmes) titles.set(credentialIri(id), title);
  const outcomes = modules.flatMap((module) => module.outcomes);
  for (const { id, title, activities } of modules) {
    titles.set(moduleIri(id), title);
    for (const activity of activities) {
      const iri = activityIri(id, activity.id);
      titles.set(iri, activity.texts[0].title);
      const competency = outcomes.find((outcome) => outcome.id === activity.outcome)?.competency;
      if (competency !== undefined) exercised.set(iri, competency);
    }
  }
  return { titles, competencies: exercised };
}

/**
 * Looks up what the statements of an event say beyond it. A certificate outlives the programme's place in the
 * curriculum: it only loses its title then.
 * @throws EvidenceError `event_without_setting`
 */
export async function settingOf(
  event: PersonalEvent,
  { directory, content, origin }: SettingDeps,
): Promise<Setting> {
  const { data } = event;
  if ("moduleId" in data && !content.titles.has(moduleIri(data.moduleId)))
    throw new EvidenceError("event_without_setting", { subject: data.moduleId });
  if ("competencyId" in data && !content.titles.has(competencyIri(data.competencyId)))
    throw new EvidenceError("event_without_setting", { subject: data.competencyId });
  const [academy, person] = await Promise.all([
    directory.academy(event.academyId),
    directory.person(data.personId),
  ]);
  return {
    academyIri: `${origin}/academies/${academy.slug}`,
    academyName: academy.name,
    jurisdiction: academy.jurisdictionId,
    pseudonym: person.pseudonym,
    content,
  };
}
