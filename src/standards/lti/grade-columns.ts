import { seconds, type Clock } from "../../foundation/kernel/index.js";
import { textIn, type Curriculum } from "../curriculum/index.js";
import { LtiServiceError } from "./errors.js";
import { isOn, type LineItems, type NewLineItem } from "./ltijs-adapter.js";
import type { GradeTarget, LtiStore, Platform } from "./lti-store.js";
import { offered } from "./offered.js";
import { scopes, type Tokens } from "./tokens.js";

export interface ColumnsDeps {
  readonly store: LtiStore;
  readonly tokens: Tokens;
  readonly lineItems: LineItems;
  readonly curriculum: Pick<Curriculum, "modules" | "languages">;
  readonly clock: Clock;
  /** The tool's public origin. */
  readonly origin: string;
  /** What the link from a grade to the work behind it says, in the platform's pages. */
  readonly reviewLabel: string;
}

export interface Columns {
  /**
   * The URL of a target's line item: the launch's own, else the one that was found before, else looked for by tag and
   * made if need be. Of several processes that ask at once one looks, and the others come again.
   * @throws LtiServiceError `grade_column_missing` (permanent), `grade_column_under_way` (expected), and what a platform's
   * services throw
   */
  of(target: GradeTarget, platform: Platform, signal?: AbortSignal): Promise<string>;
  /** Another one instead of this, which the platform does not have any more. */
  instead(target: GradeTarget, platform: Platform, gone: string, signal?: AbortSignal): Promise<string>;
}

/** Longer than a search and a creation take at most, with their tokens. */
const leaseMs = seconds(60);

type Search = Pick<GradeTarget, "placementId" | "moduleId" | "activityId" | "lineItemsUrl" | "scopes"> & {
  readonly platform: Platform;
  readonly signal: AbortSignal | undefined;
};

export function createColumns(deps: ColumnsDeps): Columns {
  const { store } = deps;
  const searches = new Map<string, Promise<string>>();
  const columnId = ({ placementId, moduleId, activityId }: Omit<Search, "platform" | "signal">): string =>
    `${placementId} ${moduleId} ${activityId}`;

  const leased = async (search: Search): Promise<string> => {
    const { academyId, jurisdictionId, serviceOrigins } = search.platform;
    const id = columnId(search);
    const now = deps.clock.now();
    const lease = await store.leaseColumn({ id, academyId, jurisdictionId }, now, now + leaseMs);
    if (lease.lineItemUrl !== undefined && isOn(lease.lineItemUrl, serviceOrigins)) return lease.lineItemUrl;
    if (lease.lineItemUrl !== undefined) await store.forgetColumn(id, lease.lineItemUrl);
    if (!lease.leased)
      throw new LtiServiceError("grade_column_under_way", { permanent: false, expected: true });
    try {
      const url = await findOrMake(search, deps);
      await store.settleColumn(id, url);
      return url;
    } catch (error) {
      await store.settleColumn(id);
      throw error;
    }
  };
  const search = async (target: GradeTarget, platform: Platform, signal?: AbortSignal): Promise<string> => {
    const id = columnId(target);
    // Trainees who begin together in one process share one search, without waiting for each other's turn.
    const running =
      searches.get(id) ?? leased({ ...target, platform, signal }).finally(() => searches.delete(id));
    searches.set(id, running);
    const url = await running;
    await store.setLineItem(target.id, url);
    return url;
  };
  return {
    of: async (target, platform, signal) => target.lineItemUrl ?? search(target, platform, signal),
    instead: async (target, platform, gone, signal) => {
      await store.forgetColumn(columnId(target), gone);
      return search(target, platform, signal);
    },
  };
}

async function findOrMake(search: Search, deps: ColumnsDeps): Promise<string> {
  const { platform, signal, scopes: granted } = search;
  const placement = await deps.store.placement(search.placementId);
  const may = [scopes.lineItem, scopes.lineItemRead].find((scope) => granted.includes(scope));
  const missing = new LtiServiceError("grade_column_missing", true);
  if (!placement || search.lineItemsUrl === undefined || may === undefined) throw missing;
  const item = itemOf(search, placement.resourceLinkId, { ...deps, lineItemsUrl: search.lineItemsUrl });
  const url = await deps.tokens.with(
    platform,
    [may],
    async (token) => {
      const found = await deps.lineItems.find(item, token, signal);
      // What the launch promised may be more than the token got.
      if (found !== undefined || !token.scopes.includes(scopes.lineItem)) return found;
      return deps.lineItems.create(item, token, signal);
    },
    signal,
  );
  if (url === undefined) throw missing;
  return url;
}

function itemOf(
  { platform, moduleId, activityId }: Search,
  resourceLinkId: string,
  { curriculum, origin, reviewLabel, lineItemsUrl }: ColumnsDeps & { readonly lineItemsUrl: string },
): NewLineItem {
  const found = offered(curriculum, moduleId, activityId);
  const title = found?.activity
    ? textIn<{ language: string; title: string }>(found.activity.texts, curriculum.languages[0]).title
    : found?.module.title;
  return {
    ...{ platform, lineItemsUrl, resourceLinkId },
    tag: activityId === "" ? moduleId : activityId,
    label: title ?? moduleId,
    resourceId: activityId === "" ? moduleId : `${moduleId}/${activityId}`,
    // Canvas has a way of its own, and no place for this one.
    ...(platform.flavour === "canvas"
      ? {}
      : { submissionReview: reviewOf({ moduleId, activityId, origin, label: reviewLabel }) }),
  };
}

interface Review {
  readonly moduleId: string;
  readonly activityId: string;
  readonly origin: string;
  readonly label: string;
}

/** LTI Submission Review 1.0 §2.3: from a grade to the work behind it. */
function reviewOf({ moduleId, activityId, origin, label }: Review): Readonly<Record<string, unknown>> {
  return {
    reviewableStatus: ["InProgress", "Completed"],
    label,
    url: `${origin}/lti/launch`,
    custom: { module: moduleId, ...(activityId === "" ? {} : { activity: activityId }) },
  };
}
