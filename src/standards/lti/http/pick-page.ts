import type { Response } from "express";
import { sendPage, type PageModel } from "../../../foundation/web/index.js";
import { mostLinks } from "../deep-linking/content-items.js";
import { isWanted, search } from "../deep-linking/search.js";
import { entryWords, languageName, type EntryWords, type PickScene } from "./pick-scene.js";
import { durations, type PickState } from "./pick-state.js";

/** Why nothing was added. */
export type PickProblem = "none" | "many";

export interface PickerPage extends PageModel {
  readonly heading: string;
  /** For the strip, which leads nowhere: this visit has no other page. */
  readonly place: string;
  readonly base: "";
}

interface Select {
  readonly name: string;
  readonly label: string;
  readonly any: string;
  readonly options: readonly { readonly value: string; readonly text: string; readonly chosen: boolean }[];
}

interface Row extends EntryWords {
  readonly number: number;
  readonly chosen: boolean;
  /** An activity stands under its module. */
  readonly part: boolean;
}

interface PickModel extends PickerPage {
  readonly action: string;
  readonly multiple: boolean;
  readonly text: string;
  readonly selects: readonly Select[];
  readonly filtered: boolean;
  readonly rows: readonly Row[];
  /** What was picked and is not among the rows. */
  readonly apart: readonly Row[];
  readonly page: number;
  readonly pages: number;
  readonly turns: readonly { readonly page: number; readonly forward: boolean }[];
  readonly targets: readonly { readonly value: string; readonly chosen: boolean }[];
  readonly problem?: PickProblem;
  readonly most: number;
  readonly count: number;
}

const rowsAPage = 20;

/** The list of what can be linked: searched, filtered, with what is picked. */
export function sendPicker(res: Response, scene: PickScene, state: PickState, problem?: PickProblem): void {
  const { words, entries, multiple, targets } = scene;
  const found = search(entries, state);
  const pages = Math.max(1, Math.ceil(found.length / rowsAPage));
  const page = Math.min(state.page, pages);
  const shown = found.slice((page - 1) * rowsAPage, page * rowsAPage);
  const filtered = isWanted(state);
  const heading = words.t(filtered ? "lti.pick.found" : "lti.pick.all", { count: found.length });
  const rows = [
    ...shown,
    ...entries.filter((entry) => state.picks.includes(entry.id) && !shown.includes(entry)),
  ].map((entry, index): Row => ({
    ...entryWords(entry, scene),
    number: index + 1,
    chosen: state.picks.includes(entry.id),
    part: entry.within !== undefined,
  }));
  sendPage<PickModel>(res, "lti/pick", {
    pageTitle: `${heading} · ${words.t("lti.pick.place")}`,
    ...{
      heading,
      filtered,
      multiple,
      page,
      pages,
      place: words.t("lti.pick.place"),
      base: "",
      most: mostLinks,
    },
    action: scene.action,
    text: state.text,
    selects: selectsOf(scene, state),
    rows: rows.slice(0, shown.length),
    apart: rows.slice(shown.length),
    turns: [page - 1, page + 1]
      .filter((turn) => turn >= 1 && turn <= pages)
      .map((turn) => ({ page: turn, forward: turn > page })),
    targets:
      targets.length < 2
        ? []
        : targets.map((value, index) => ({
            value,
            chosen: state.target ? value === state.target : index === 0,
          })),
    count: state.picks.length,
    ...(problem === undefined ? {} : { problem }),
  });
}

function selectsOf({ words, curriculum, entries }: PickScene, state: PickState): Select[] {
  const select = (
    name: "programme" | "competency" | "language" | "minutes",
    options: readonly (readonly [value: string, text: string])[],
  ): Select => ({
    name,
    label: words.t(`lti.pick.filter.${name}`),
    any: words.t(`lti.pick.any.${name}`),
    options: options.map(([value, text]) => ({ value, text, chosen: value === String(state[name]) })),
  });
  const has = (id: string, part: "programmes" | "languages"): boolean =>
    entries.some((entry) => entry[part].includes(id));
  return [
    select(
      "programme",
      curriculum.programmes.flatMap(({ id, title }) => (has(id, "programmes") ? [[id, title] as const] : [])),
    ),
    select(
      "competency",
      curriculum.competencies.flatMap((one) =>
        entries.some(({ competencies }) => competencies.includes(one)) ? [[one.id, one.title] as const] : [],
      ),
    ),
    select(
      "language",
      curriculum.languages.flatMap((tag) =>
        has(tag, "languages") ? [[tag, languageName(words, tag)] as const] : [],
      ),
    ),
    select(
      "minutes",
      durations.map((most) => [String(most), words.t("lti.pick.upTo", { minutes: most })] as const),
    ),
  ];
}
