import type { PickErrand } from "../../../foundation/web/index.js";
import type { Platform } from "../lti-store.js";
import type { Offered } from "../offered.js";
import { scopes } from "../tokens.js";
import { isGraded, type Entry } from "./catalogue.js";

/** How many links one answer may bring. */
export const mostLinks = 50;

/** Where a link opens: in the course page, or in a window of its own. */
export type Target = PickErrand["targets"][number];

/** A link of type `ltiResourceLink` (LTI Deep Linking 2.0 §3.2), as the answer holds it. */
export interface ContentItem {
  readonly type: "ltiResourceLink";
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly custom: Readonly<Record<string, string>>;
  readonly lineItem?: LineItem;
  readonly iframe?: { readonly width: number; readonly height: number };
  readonly window?: { readonly targetName: string };
}

/** The column of the gradebook that a link brings (LTI Deep Linking 2.0 §3.2, AGS 2.0 §3.2). */
export interface LineItem {
  readonly scoreMaximum: 100;
  readonly label: string;
  /** `M01`, `M01/six-tests-quiz` */
  readonly resourceId: string;
  /** What a grade's way finds its column by: the module's id, or the activity's. */
  readonly tag: string;
}

export interface ItemOptions {
  /** The tool's public origin. */
  readonly origin: string;
  readonly errand: Pick<PickErrand, "lineItems">;
  readonly platform: Pick<Platform, "gradeColumns" | "registered">;
  /** Absent: the platform accepts none of those that we know. */
  readonly target?: Target;
  readonly title: string;
  readonly text: string;
}

/**
 * What was picked as single links, each once however often it is in it, in the order of the curriculum.
 * @param entries all that there are; a pick that is none of theirs is nothing
 * @param picks entries' ids
 */
export function linksOf(entries: readonly Entry[], picks: readonly string[]): Offered[] {
  const picked = entries.filter(({ id }) => picks.includes(id));
  const wanted = new Set(picked.flatMap(({ links }) => links.map(idOf)));
  return entries
    .flatMap(({ kind, links }) => (kind === "programme" ? [] : links))
    .filter((link) => wanted.has(idOf(link)));
}

/** `M01`, `M01/six-tests` */
export function idOf({ module, activity }: Offered): string {
  return activity ? `${module.id}/${activity.id}` : module.id;
}

export function contentItem(link: Offered, options: ItemOptions): ContentItem {
  const { module, activity } = link;
  const { origin, title, text, target } = options;
  return {
    type: "ltiResourceLink",
    url: `${origin}/lti/launch`,
    title,
    text,
    custom: { module: module.id, ...(activity ? { activity: activity.id } : {}) },
    ...(bringsColumn(link, options)
      ? {
          lineItem: { scoreMaximum: 100, label: title, resourceId: idOf(link), tag: (activity ?? module).id },
        }
      : {}),
    ...(target === "iframe" ? { iframe: { width: 1040, height: 800 } } : {}),
    ...(target === "window" ? { window: { targetName: "_blank" } } : {}),
  };
}

/**
 * Whether a link brings a column of the gradebook along. Where the academy wants a column an activity, a module's would
 * stay empty: its activities' columns are made when their first grade comes, if the platform lets us make any.
 */
export function bringsColumn(
  { activity }: Offered,
  { errand, platform }: Pick<ItemOptions, "errand" | "platform">,
): boolean {
  if (!errand.lineItems) return false;
  if (activity) return isGraded(activity);
  const mayMake = platform.registered?.scopes.includes(scopes.lineItem) ?? true;
  return platform.gradeColumns !== "activity" || !mayMake;
}
