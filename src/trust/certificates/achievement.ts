import type { Translator } from "../../foundation/i18n/index.js";
import { competencyIri, curriculumIri } from "../../foundation/kernel/index.js";
import type { Competency, Curriculum, Level, Programme } from "../../standards/curriculum/index.js";
import type { JsonObject } from "../../standards/vc/index.js";
import { achievementUrl } from "./addresses.js";
import { EntitlementError } from "./errors.js";
import { eqfIri, eqfLevel, highest } from "./levels.js";
import { markedTitle, type Marks } from "./marks.js";

/** What an achievement is made from. */
export interface AchievementParts {
  readonly origin: string;
  readonly curriculum: Curriculum;
  readonly programme: Programme;
  readonly marks: Marks;
  /** In the curriculum's source language, which is the certificate's. */
  readonly words: Translator;
}

/** A programme can be awarded once all its modules are written. */
export function isAwarded({ modules }: Curriculum, programme: Programme): boolean {
  const written = modules.filter(({ activities }) => activities.length > 0).map(({ id }) => id);
  return programme.modules.every((id) => written.includes(id));
}

/** The competencies of a programme in the order of the curriculum, with the highest level that it awards in each. */
export function competenciesOf(
  { modules, competencies }: Curriculum,
  programme: Programme,
): readonly { readonly competency: Competency; readonly level: Level }[] {
  const outcomes = modules.filter(({ id }) => programme.modules.includes(id)).flatMap((one) => one.outcomes);
  return competencies.flatMap((competency) => {
    const levels = outcomes.filter((one) => one.competency === competency.id).map(({ level }) => level);
    return levels.length > 0 ? [{ competency, level: highest(levels) }] : [];
  });
}

/**
 * A programme of one curriculum version as an Open Badges achievement (OB 3.0 §B.1.1): what the certificate holds, and
 * what its own address serves.
 */
export function achievementOf(parts: AchievementParts): JsonObject {
  const { origin, curriculum, programme, marks, words } = parts;
  const made = makings.get(curriculum) ?? new Map<string, JsonObject>();
  makings.set(curriculum, made);
  const key = [origin, programme.id, marks.demonstration, marks.draft, words.locale].join(" ");
  const achievement = made.get(key) ?? makeAchievement(parts);
  made.set(key, achievement);
  return achievement;
}

/** Of each curriculum, what was made: thousands of certificates have the very same achievement. */
const makings = new WeakMap<Curriculum, Map<string, JsonObject>>();

function makeAchievement(parts: AchievementParts): JsonObject {
  const { origin, curriculum, programme, marks, words } = parts;
  const id = achievementUrl(origin, programme.id, curriculum.version);
  const competencies = competenciesOf(curriculum, programme);
  const top = highest(competencies.map(({ level }) => level));
  return {
    id,
    type: ["Achievement"],
    achievementType: "Certificate",
    name: markedTitle(programme.title, marks, words),
    description: words.t("certificates.document.achievement", {
      title: programme.title,
      version: curriculum.version,
    }),
    criteria: { id: `${id}#criteria`, narrative: criteriaOf(parts) },
    humanCode: programme.id,
    version: curriculum.version,
    inLanguage: curriculum.languages[0],
    alignment: [...competencies.map(({ competency }) => alignmentOf(competency)), eqfAlignment(top, words)],
    resultDescription: [
      {
        id: levelDescription(id),
        type: ["ResultDescription"],
        name: words.t("certificates.document.levels"),
        resultType: "PerformanceLevel",
        allowedValue: ["1", "2", "3"],
      },
    ],
  };
}

/** The id of the result description that the levels reached refer to. */
export const levelDescription = (achievementId: string): string => `${achievementId}#level`;

/** A competency as an item of the curriculum's framework (CASE 1.1 CFItem). */
export function alignmentOf({ id, title, statement }: Competency): JsonObject {
  return {
    type: ["Alignment"],
    targetType: "CFItem",
    targetCode: id,
    targetName: title,
    targetDescription: statement,
    targetFramework: curriculumIri,
    targetUrl: competencyIri(id),
  };
}

function eqfAlignment(level: Level, words: Translator): JsonObject {
  return {
    type: ["Alignment"],
    targetType: "ext:EQF",
    targetCode: String(eqfLevel[level]),
    targetName: words.t("certificates.document.eqf", { eqf: eqfLevel[level] }),
    targetDescription: words.t("certificates.document.eqfNote"),
    targetUrl: eqfIri(level),
  };
}

function criteriaOf({ curriculum, programme, words }: AchievementParts): string {
  const titles = programme.modules.map((id) => {
    const module = curriculum.modules.find((one) => one.id === id);
    if (!module) throw new EntitlementError("entitlement_not_in_curriculum", { missing: id });
    return `${id} ${module.title}`;
  });
  const first = curriculum.programmes.find(({ id }) => id === programme.requires)?.title ?? "none";
  return words.t("certificates.document.criteria", { modules: titles.join("; "), first });
}
