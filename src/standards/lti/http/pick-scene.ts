import type { Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import type { Clock } from "../../../foundation/kernel/index.js";
import type { KeyRing } from "../../../foundation/keys/index.js";
import {
  translatorOf,
  visitOf,
  WebError,
  type PickErrand,
  type Visit,
  type Visits,
} from "../../../foundation/web/index.js";
import type { Curriculum } from "../../curriculum/index.js";
import { catalogueOf, type Entry } from "../deep-linking/catalogue.js";
import { bringsColumn } from "../deep-linking/content-items.js";
import { LtiError } from "../errors.js";
import type { LtiStore, Platform } from "../lti-store.js";
import type { Choices, PickState } from "./pick-state.js";
import { queryOf } from "./pick-state.js";

export interface PickDeps {
  readonly store: Pick<LtiStore, "platform">;
  readonly visits: Visits;
  readonly curriculum: Curriculum;
  /** The ring of the key set `lti`. */
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  /** The tool's public origin, without a slash at its end. */
  readonly origin: string;
}

/** What every page of the picker needs to know. */
export interface PickScene extends Choices {
  readonly visit: Visit;
  readonly errand: PickErrand;
  readonly platform: Platform;
  readonly words: Translator;
  readonly curriculum: Curriculum;
  /** The address that the form posts to. */
  readonly action: string;
  /** The address of the list, or of another page of the picker, with the state in it. */
  readonly href: (
    state: PickState,
    page?: "" | "/preview",
    more?: Readonly<Record<string, string>>,
  ) => string;
}

/**
 * @throws LtiError `deep_linking_not_allowed` to who does not teach, `platform_inactive`; WebError `not_found` in a
 * visit that came for something else
 */
export async function pickSceneOf(
  res: Response,
  { store, visits, curriculum }: PickDeps,
): Promise<PickScene> {
  const visit = visitOf(res);
  const { errand } = visit;
  if (errand?.kind !== "pick") throw new WebError("not_found");
  if (visit.role === "trainee") throw new LtiError("deep_linking_not_allowed");
  const platform = await store.platform(visit.platformId);
  if (platform?.status !== "active") throw new LtiError("platform_inactive");
  const words = translatorOf(res);
  return {
    ...{ visit, errand, platform, words, curriculum },
    entries: catalogueOf(curriculum, words.locale, errand.multiple),
    multiple: errand.multiple,
    targets: (["iframe", "window"] as const).filter((target) => errand.targets.includes(target)),
    action: visits.path(visit, "/pick"),
    href: (state, page = "", more = {}) => `${visits.path(visit, `/pick${page}`)}${queryOf(state, more)}`,
  };
}

/** What a person reads of an entry, wherever it stands. */
export interface EntryWords {
  readonly id: string;
  readonly title: string;
  /** `Quiz in “Human rights foundations for policing”, 10 minutes, English` */
  readonly about: string;
  readonly competencies: string;
  /** What it puts into the gradebook. */
  readonly gradebook: string;
  readonly draft: boolean;
}

export function entryWords(entry: Entry, scene: PickScene): EntryWords {
  const { words } = scene;
  const { id, title, kind, minutes, within = "", links } = entry;
  return {
    ...{ id, title, draft: !entry.reviewed },
    about: words.t("lti.pick.about", {
      ...{ kind, minutes, within, modules: links.length },
      languages: listOf(
        words,
        entry.languages.map((tag) => languageName(words, tag)),
      ),
    }),
    competencies: listOf(
      words,
      entry.competencies.map((competency) => competency.title),
    ),
    gradebook: gradebookWords(entry, scene),
  };
}

function gradebookWords({ kind, graded, links }: Entry, { words, errand, platform }: PickScene): string {
  if (kind === "lesson") return words.t("lti.pick.grade.lesson");
  if (!errand.lineItems) return words.t("lti.pick.grade.without");
  const brings = links.every((link) => bringsColumn(link, { errand, platform }));
  return words.t(`lti.pick.grade.${brings ? kind : "each"}`, { graded, columns: links.length });
}

function listOf({ locale }: Translator, texts: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(texts);
}

export function languageName({ locale }: Translator, tag: string): string {
  return new Intl.DisplayNames(locale, { type: "language" }).of(tag) ?? tag;
}
