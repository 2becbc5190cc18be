import type { Activity, Competency, Curriculum, CurriculumModule, Outcome } from "../../curriculum/index.js";
import type { Offered } from "../offered.js";

export type EntryKind = "programme" | "module" | Activity["kind"];

/** Something that a course can get: a module, one activity of it, or all modules of a programme at once. */
export interface Entry {
  /** `M01`, `M01/six-tests`, `programme:hcp-induction` */
  readonly id: string;
  readonly kind: EntryKind;
  readonly title: string;
  /** In all languages. */
  readonly titles: readonly string[];
  /** Of an activity its module's title. */
  readonly within?: string;
  /** Of the activities that are written. */
  readonly minutes: number;
  readonly outcomes: readonly string[];
  readonly competencies: readonly Competency[];
  /** BCP 47 tags of the languages that all of it is there in. */
  readonly languages: readonly string[];
  /** Ids of the programmes that it belongs to. */
  readonly programmes: readonly string[];
  /** False: the page says "draft, not reviewed". */
  readonly reviewed: boolean;
  /** How many graded activities are in it. */
  readonly graded: number;
  /** What is linked, one link each. */
  readonly links: readonly Offered[];
}

/**
 * All that can be linked, in the order of the curriculum: programmes, then each module with its activities behind it.
 * A module that is not written is left out, and a programme that has one: nobody could finish it.
 * @param language of the titles, where a content is there in it
 * @param groups whether several links may be made at once, so that a programme is one entry
 */
export function catalogueOf(curriculum: Curriculum, language: string, groups: boolean): Entry[] {
  const modules = curriculum.modules.filter(({ activities }) => activities.length > 0);
  const entries = new Map(modules.map((module) => [module.id, moduleEntry(module, curriculum)]));
  return [
    ...(groups ? programmeEntries(curriculum, entries) : []),
    ...modules.flatMap((module) => {
      const whole = entries.get(module.id);
      return whole
        ? [
            whole,
            ...module.activities.map((one) => activityEntry(one, { module, whole, language, curriculum })),
          ]
        : [];
    }),
  ];
}

/** Whether it has a grade: a module always has one, a lesson never. */
export function isGraded({ kind }: Pick<Activity, "kind">): boolean {
  return kind !== "lesson";
}

/** An activity's title in this language, or in its source language. */
export function titleOf(activity: Activity, language: string): string {
  const texts = textsOf(activity);
  return (texts.find((text) => text.language === language) ?? activity.texts[0]).title;
}

/** Its texts, of whichever kind, the source language first. */
function textsOf({ texts }: Activity): readonly { readonly language: string; readonly title: string }[] {
  return texts;
}

function programmeEntries({ programmes }: Curriculum, modules: ReadonlyMap<string, Entry>): Entry[] {
  return programmes.flatMap(({ id, title, modules: ids }) => {
    const parts = ids.flatMap((module) => modules.get(module) ?? []);
    if (parts.length === 0 || parts.length < ids.length) return [];
    return [
      {
        ...{ id: `programme:${id}`, kind: "programme" as const, title, titles: [title], programmes: [id] },
        minutes: sum(parts.map(({ minutes }) => minutes)),
        outcomes: parts.flatMap(({ outcomes }) => outcomes),
        competencies: [...new Set(parts.flatMap(({ competencies }) => competencies))],
        languages: inAll(parts.map(({ languages }) => languages)),
        reviewed: parts.every(({ reviewed }) => reviewed),
        graded: sum(parts.map(({ graded }) => graded)),
        links: parts.flatMap(({ links }) => links),
      },
    ];
  });
}

/** A refresher is on the outcomes of the programme that it renews, and has none of its own. */
function outcomesOf(module: CurriculumModule, { modules }: Curriculum): readonly Outcome[] {
  return module.refresherOf === undefined ? module.outcomes : modules.flatMap(({ outcomes }) => outcomes);
}

function moduleEntry(module: CurriculumModule, curriculum: Curriculum): Entry {
  const { competencies, programmes } = curriculum;
  const { id, title, activities, reviewed, refresherOf } = module;
  const outcomes = outcomesOf(module, curriculum).filter((outcome) =>
    activities.some((one) => one.outcome === outcome.id),
  );
  return {
    ...{ id, kind: "module" as const, title, titles: [title], reviewed },
    minutes: sum(activities.map(({ minutes }) => minutes)),
    outcomes: outcomes.map(({ text }) => text),
    competencies: competencies.filter((one) => outcomes.some(({ competency }) => competency === one.id)),
    languages: inAll(activities.map(languagesOf)),
    programmes: programmes
      .filter((programme) => programme.modules.includes(id) || programme.id === refresherOf)
      .map((programme) => programme.id),
    graded: activities.filter(isGraded).length,
    links: [{ module }],
  };
}

interface Around {
  readonly module: CurriculumModule;
  /** The module's own entry. */
  readonly whole: Entry;
  readonly language: string;
  readonly curriculum: Curriculum;
}

function activityEntry(activity: Activity, { module, whole, language, curriculum }: Around): Entry {
  const outcome = outcomesOf(module, curriculum).find(({ id }) => id === activity.outcome);
  return {
    id: `${module.id}/${activity.id}`,
    kind: activity.kind,
    title: titleOf(activity, language),
    titles: textsOf(activity).map(({ title }) => title),
    within: module.title,
    minutes: activity.minutes,
    outcomes: outcome ? [outcome.text] : [],
    competencies: curriculum.competencies.filter(({ id }) => id === outcome?.competency),
    languages: languagesOf(activity),
    programmes: whole.programmes,
    reviewed: activity.reviewed,
    graded: isGraded(activity) ? 1 : 0,
    links: [{ module, activity }],
  };
}

function languagesOf(activity: Activity): string[] {
  return textsOf(activity).map(({ language }) => language);
}

function inAll(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  return first.filter((one) => others.every((list) => list.includes(one)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
