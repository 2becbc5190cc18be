import type { Request } from "express";
import { field, fields } from "../../../foundation/web/index.js";
import type { Entry } from "../deep-linking/catalogue.js";
import type { Target } from "../deep-linking/content-items.js";
import type { Wanted } from "../deep-linking/search.js";

/** Where an instructor is in the picker. All of it stands in the address, so that no page keeps anything. */
export interface PickState extends Wanted {
  /** From 1. */
  readonly page: number;
  /** Ids of entries that there are, in their order. */
  readonly picks: readonly string[];
  /** Where it is not the first of those that the platform accepts. */
  readonly target?: Target;
}

/** What there is to choose from, to read a state against. */
export interface Choices {
  readonly entries: readonly Entry[];
  readonly multiple: boolean;
  readonly targets: readonly Target[];
}

/** Steps of the filter by duration, in minutes. */
export const durations: readonly number[] = [15, 30, 60, 120];

const longestText = 200;
/** So many ids still fit into an address; far fewer may be added at once. */
const mostPicks = 100;

/** The values that a request has for a name, in its address or in its form. */
export type Values = (name: string) => readonly string[];

export function valuesInAddress(req: Request): Values {
  const query = new URLSearchParams(req.originalUrl.split("?")[1] ?? "");
  return (name) => query.getAll(name);
}

export function valuesInForm(req: Request): Values {
  return (name) => fields(req, name);
}

/** What makes no sense here (a programme that is gone, a page too far) counts as not asked for. */
export function readState(values: Values, choices: Choices): PickState {
  const { entries, multiple, targets } = choices;
  const known = (name: string, all: readonly string[]): string => {
    const [value = ""] = values(name);
    return all.includes(value) ? value : "";
  };
  const ids = (part: (entry: Entry) => readonly string[]): string[] => entries.flatMap(part);
  const picked = new Set(values("pick"));
  const target = targets.slice(1).find((one) => one === values("target")[0]);
  return {
    text: (values("q")[0] ?? "").slice(0, longestText),
    programme: known(
      "programme",
      ids(({ programmes }) => programmes),
    ),
    competency: known(
      "competency",
      ids(({ competencies }) => competencies.map(({ id }) => id)),
    ),
    language: known(
      "language",
      ids(({ languages }) => languages),
    ),
    minutes: Number(known("minutes", durations.map(String))),
    page: Math.max(1, Math.trunc(Number(values("page")[0])) || 1),
    picks: entries.flatMap(({ id }) => (picked.has(id) ? [id] : [])).slice(0, multiple ? mostPicks : 1),
    ...(target === undefined ? {} : { target }),
  };
}

/** The state as a query with its `?`, without what is as usual; empty when all is. */
export function queryOf(state: PickState, more: Readonly<Record<string, string>> = {}): string {
  const { text, minutes, page, picks, target } = state;
  const query = new URLSearchParams();
  const add = (name: string, value: string): void => {
    if (value !== "") query.append(name, value);
  };
  add("q", text);
  for (const name of ["programme", "competency", "language"] as const) add(name, state[name]);
  add("minutes", minutes > 0 ? String(minutes) : "");
  add("page", page > 1 ? String(page) : "");
  for (const pick of picks) add("pick", pick);
  add("target", target ?? "");
  for (const [name, value] of Object.entries(more)) add(name, value);
  return query.size > 0 ? `?${query.toString()}` : "";
}

/** The same picks, and nothing looked for. */
export function withoutFilters(state: PickState): PickState {
  return { ...state, text: "", programme: "", competency: "", language: "", minutes: 0, page: 1 };
}

/** What the button that was pressed asks for. */
export type Press =
  | { readonly do: "search" | "clear" | "add" | "nothing" }
  | { readonly do: "page"; readonly page: number }
  | { readonly do: "preview"; readonly id: string };

export function pressOf(req: Request): Press {
  const preview = field(req, "preview");
  if (preview !== undefined) return { do: "preview", id: preview };
  const page = field(req, "turn");
  if (page !== undefined) return { do: "page", page: Number(page) };
  const asked = field(req, "do");
  return { do: asked === "clear" || asked === "add" || asked === "nothing" ? asked : "search" };
}
