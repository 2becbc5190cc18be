import { seconds, type Logger } from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import type { EventOf, JobContext } from "../../foundation/events/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import { LtiServiceError, refusedBy } from "./errors.js";
import { isOn, type LineItems } from "./ltijs-adapter.js";
import type { GradeTarget, LtiStore, Platform } from "./lti-store.js";
import { scopes, type Tokens } from "./tokens.js";

type Progress = EventOf<"module.progressed">;

export interface ScoresDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly outbound: Outbound;
  readonly tokens: Tokens;
  readonly lineItems: LineItems;
  readonly logger: Logger;
  /** The name that a new column of a gradebook gets. */
  readonly moduleTitle: (moduleId: string) => string;
}

const scoreTimeoutMs = seconds(10);

/**
 * Sends a person's grade of a module to every placement it was launched from (AGS 2.0 §3.4).
 * @throws LtiServiceError with `permanent` when it can't help to try again; with several targets a failure that
 * trying again may mend goes first, since a target that has its score takes it a second time without harm
 */
export function createScoreHandler(deps: ScoresDeps) {
  const columnOf = createColumns(deps);
  return async (event: Progress, { signal }: JobContext): Promise<void> => {
    const failures: unknown[] = [];
    for (const target of await deps.store.gradeTargets(event.data.personId, event.data.moduleId)) {
      try {
        if (!isSuperseded(target, event)) await sendScore(event, target, { ...deps, columnOf, signal });
      } catch (error) {
        failures.push(error);
      }
    }
    const worst = failures.find((error) => !isPermanent(error)) ?? failures[0];
    if (worst !== undefined) throw worst as Error;
  };
}

const isPermanent = (error: unknown): boolean => error instanceof LtiServiceError && error.permanent;
const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;

/**
 * Whether a later event's score was sent already (this one's job was revived, say). A module's grade only rises, so
 * a lower score in a second that is taken already is an older one.
 */
function isSuperseded(target: GradeTarget, { at, data }: Progress): boolean {
  return (
    target.lastScore !== undefined && data.score < target.lastScore && wholeSecond(at) <= target.lastScoreAt
  );
}

type ColumnOf = (
  target: GradeTarget,
  platform: Platform,
  signal: AbortSignal | undefined,
) => Promise<string | undefined>;

type SendDeps = ScoresDeps & { readonly columnOf: ColumnOf; readonly signal: AbortSignal | undefined };

async function sendScore(event: Progress, target: GradeTarget, deps: SendDeps): Promise<void> {
  if (!target.scopes.includes(scopes.score)) return;
  const platform = await deps.store.platform(target.platformId);
  if (platform?.status !== "active") throw new LtiServiceError("platform_inactive", true);
  const lineItemUrl = await deps.columnOf(target, platform, deps.signal);
  if (lineItemUrl === undefined) return;
  try {
    await sendTo(lineItemUrl, event, { target, platform }, deps);
  } catch (error) {
    const again = isGone(error) ? await columnInstead(target, platform, deps) : undefined;
    if (again === undefined || again === lineItemUrl) throw error;
    await sendTo(again, event, { target, platform }, deps);
  }
  await deps.store.recordScore(target.id, event.data.score);
}

/** An instructor may have deleted the column that we remember. */
const isGone = (error: unknown): boolean => error instanceof LtiServiceError && error.data.status === 404;

function columnInstead(target: GradeTarget, platform: Platform, deps: SendDeps): Promise<string | undefined> {
  const unplaced: { lineItemUrl?: string } & Omit<GradeTarget, "lineItemUrl"> = { ...target };
  delete unplaced.lineItemUrl;
  return deps.columnOf(unplaced, platform, deps.signal);
}

async function sendTo(
  lineItemUrl: string,
  event: Progress,
  { target, platform }: { readonly target: GradeTarget; readonly platform: Platform },
  { store, directory, tokens, outbound, signal }: SendDeps,
): Promise<void> {
  if (!isOn(lineItemUrl, platform.serviceOrigins)) throw new LtiServiceError("service_url_refused", true);
  const person = await directory.person(target.personId);
  const work = async (token: { readonly text: string }): Promise<void> => {
    // Taken anew for each try: one that was refused or broken off may have arrived.
    const second = await store.reserveScoreSecond(target.id, wholeSecond(event.at));
    const score = scoreOf(event, person.platformUserId, second);
    await postScore(scoresUrl(lineItemUrl), score, { outbound, token: token.text, signal });
  };
  await tokens.with(platform, [scopes.score], work, signal);
}

/** AGS 2.0 §3.4.3: `/scores` belongs to the path, and Moodle's line items have a query. */
function scoresUrl(lineItemUrl: string): string {
  const url = new URL(lineItemUrl);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/scores`;
  return url.href;
}

function scoreOf({ data }: Progress, userId: string, second: number): Readonly<Record<string, unknown>> {
  return {
    userId,
    scoreGiven: data.score,
    scoreMaximum: 100,
    timestamp: new Date(second).toISOString(),
    activityProgress: data.completed ? "Completed" : "InProgress",
    // Moodle clears the grade for anything else.
    gradingProgress: "FullyGraded",
  };
}

async function postScore(
  url: string,
  score: Readonly<Record<string, unknown>>,
  { outbound, token, signal }: { outbound: Outbound; token: string; signal: AbortSignal | undefined },
): Promise<void> {
  const { status } = await outbound.fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/vnd.ims.lis.v1.score+json",
    },
    body: JSON.stringify(score),
    timeoutMs: scoreTimeoutMs,
    ...(signal ? { signal } : {}),
  });
  // 409: the platform has a later score (AGS 2.0 §3.4.4), so there is nothing left to do.
  if (status !== 409 && (status < 200 || status > 299)) throw refusedBy(status, "score");
}

/**
 * Finds or makes a target's line item and remembers it. Concurrent calls for one placement share one search, so that
 * two trainees who begin together don't make two columns.
 */
function createColumns({ store, tokens, lineItems, logger, moduleTitle }: ScoresDeps): ColumnOf {
  const searches = new Map<string, Promise<string | undefined>>();

  const search: ColumnOf = async (target, platform, signal) => {
    const placement = await store.placement(target.placementId);
    const { lineItemsUrl, moduleId } = target;
    if (!placement || lineItemsUrl === undefined) return undefined;
    const { resourceLinkId } = placement;
    const place = { platform, lineItemsUrl, resourceLinkId, tag: moduleId, label: moduleTitle(moduleId) };
    const may = [scopes.lineItem, scopes.lineItemRead].find((scope) => target.scopes.includes(scope));
    if (may === undefined) return undefined;
    return tokens.with(
      platform,
      [may],
      async (token) => {
        const found = await lineItems.find(place, token, signal);
        if (found !== undefined || may !== scopes.lineItem) return found;
        // What the launch promised may be more than the token got.
        return token.scopes.includes(scopes.lineItem) ? lineItems.create(place, token, signal) : undefined;
      },
      signal,
    );
  };
  return async (target, platform, signal) => {
    if (target.lineItemUrl !== undefined) return target.lineItemUrl;
    const key = `${target.placementId} ${target.moduleId}`;
    const running = searches.get(key) ?? search(target, platform, signal).finally(() => searches.delete(key));
    searches.set(key, running);
    const url = await running;
    if (url === undefined) logger.info("no line item for a grade", { platformId: platform.id });
    else await store.setLineItem(target.id, url);
    return url;
  };
}
