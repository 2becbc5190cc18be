import { KnownError, seconds, type Clock, type Logger } from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import type { EventOf, JobContext } from "../../foundation/events/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import type { Connections } from "./connections.js";
import type { DeadLetters } from "./dead-letters.js";
import { LtiServiceError, refusedBy } from "./errors.js";
import type { Columns } from "./grade-columns.js";
import type { GradeOf } from "./grade-targets.js";
import { gradeIn, standingTargets, type Grade, type TargetGrade } from "./grades.js";
import { isOn } from "./ltijs-adapter.js";
import type { GradeTarget, LtiStore, Platform } from "./lti-store.js";
import { scopes, type Tokens } from "./tokens.js";

type Cause = EventOf<"module.progressed" | "grade.wanted">;

export interface ScoresDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly outbound: Outbound;
  readonly tokens: Tokens;
  readonly columns: Columns;
  readonly connections: Connections;
  readonly gradeOf: GradeOf;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What stands beside a score in the gradebook, in plain words: nothing formative. */
  readonly comment: (grade: TargetGrade, target: GradeTarget) => string;
}

const scoreTimeoutMs = seconds(10);
/** A platform that fails once may be up again a moment later: people are told from this try on. */
const tellFrom = 3;

/**
 * Sends a person's grades of a module to every placement it was launched from (AGS 2.0 §3.4): as the event tells them,
 * or the present ones where a gradebook wants to know.
 * @throws LtiServiceError with `permanent` when it can't help to try again; with several targets a failure that
 * trying again may mend goes first, since a target that has its score takes it a second time without harm
 */
export function createScoreHandler(deps: ScoresDeps) {
  return async (event: Cause, { signal, attempt }: JobContext): Promise<void> => {
    const grade = await gradeOf(event, deps);
    if (!grade) return;
    const failures: unknown[] = [];
    for (const target of await standingTargets(grade, deps.store)) {
      try {
        await send(grade, target, { ...deps, signal });
      } catch (error) {
        failures.push(error);
        if (!signal.aborted) await noteFailure({ error, target, attempt, eventId: event.id }, deps);
      }
    }
    const worst = failures.find((error) => !isPermanent(error)) ?? failures[0];
    if (worst !== undefined) throw worst as Error;
  };
}

const isPermanent = (error: unknown): boolean => error instanceof LtiServiceError && error.permanent;
const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;

async function gradeOf(event: Cause, deps: ScoresDeps): Promise<Grade | undefined> {
  const { at, data } = event;
  const { personId, moduleId } = data;
  if (event.type === "module.progressed") {
    const { score, completed, passed = [] } = event.data;
    return { personId, moduleId, at, score, completed, passed };
  }
  const present = await deps.gradeOf(event, personId, moduleId);
  return present && { ...present, personId, moduleId, at };
}

interface Failed {
  readonly error: unknown;
  readonly target: GradeTarget;
  readonly attempt: number;
  readonly eventId: string;
}

/**
 * Kept for the class's instructor and the academy's owner, until a score arrives. A dead letter of an earlier try is done:
 * this event tells the same target of the same grade, or of a later one.
 */
async function noteFailure({ error, target, attempt, eventId }: Failed, deps: ScoresDeps): Promise<void> {
  const waits = error instanceof LtiServiceError && error.expected;
  if (waits || (!isPermanent(error) && attempt < tellFrom)) return;
  const code = error instanceof KnownError ? error.code : "service_answer_unusable";
  await keepFailure(target, { code: isPermanent(error) ? code : "grade_waits", eventId }, deps);
  const platform = await deps.store.platform(target.platformId);
  const { service, status } = error instanceof KnownError ? error.data : {};
  const detail = [service, status].filter((part) => part !== undefined).join(" ");
  if (platform) await deps.connections.fault(platform, code, detail === "" ? undefined : detail);
}

async function keepFailure(
  { id, failureCode, failureAt, failureEventId: earlier }: GradeTarget,
  { code, eventId }: { readonly code: string; readonly eventId: string },
  { store, deadLetters, clock }: ScoresDeps,
): Promise<void> {
  if (failureCode === code && earlier === eventId) return;
  const at = failureCode === code && failureAt !== undefined ? failureAt : clock.now();
  await store.setGradeFailure(id, { code, at, eventId });
  if (earlier !== undefined && earlier !== eventId) await deadLetters.settle(earlier);
}

type SendDeps = ScoresDeps & { readonly signal: AbortSignal };

async function send(grade: Grade, target: GradeTarget, deps: SendDeps): Promise<void> {
  const own = gradeIn(grade, target);
  if (!own || isSuperseded(own, target) || isUngraded(target)) return nothingToSend(target, deps);
  if (!target.scopes.includes(scopes.score)) throw new LtiServiceError("service_scope_refused", true);
  const platform = await deps.store.platform(target.platformId);
  if (platform?.status !== "active") throw new LtiServiceError("platform_inactive", true);
  const lineItemUrl = await deps.columns.of(target, platform, deps.signal);
  const to = { target, platform };
  try {
    await sendTo(lineItemUrl, own, to, deps);
  } catch (error) {
    const again = isGone(error) ? await columnInstead(lineItemUrl, to, deps) : undefined;
    if (again === undefined || again === lineItemUrl) throw error;
    await sendTo(again, own, to, deps);
  }
  await deps.store.recordScore(target.id, own.score);
  if (target.failureCode !== undefined) await deps.store.setGradeFailure(target.id);
  await deps.connections.graded(platform);
}

/** A link that never had a grade has none to miss. */
const isUngraded = ({ scopes: granted, lastScore }: GradeTarget): boolean =>
  !granted.includes(scopes.score) && lastScore === undefined;

/** Nothing is on its way then, whoever asked for it. What failed by another event is not this one's to forget. */
async function nothingToSend({ id, failureCode }: GradeTarget, { store }: SendDeps): Promise<void> {
  if (failureCode === "grade_sent_again") await store.setGradeFailure(id);
}

/**
 * Whether a later event's score was sent already (this one's job was revived, say). A grade only rises, so a lower
 * score in a second that is taken already is an older one.
 */
function isSuperseded({ score, at }: TargetGrade, { lastScore, lastScoreAt }: GradeTarget): boolean {
  return lastScore !== undefined && score < lastScore && wholeSecond(at) <= lastScoreAt;
}

/** An instructor may have deleted the column that we remember. */
const isGone = (error: unknown): boolean => error instanceof LtiServiceError && error.data.status === 404;

interface To {
  readonly target: GradeTarget;
  readonly platform: Platform;
}

async function columnInstead(
  gone: string,
  { target, platform }: To,
  { columns, signal }: SendDeps,
): Promise<string | undefined> {
  try {
    return await columns.instead(target, platform, gone, signal);
  } catch (error) {
    // That the column is gone says more than that no other one may be looked for.
    if (error instanceof LtiServiceError && error.code === "grade_column_missing") return undefined;
    throw error;
  }
}

async function sendTo(
  lineItemUrl: string,
  grade: TargetGrade,
  { target, platform }: To,
  deps: SendDeps,
): Promise<void> {
  const { store, directory, tokens, signal } = deps;
  if (!isOn(lineItemUrl, platform.serviceOrigins)) throw new LtiServiceError("service_url_refused", true);
  const person = await directory.person(target.personId);
  const comment = deps.comment(grade, target);
  await tokens.with(
    platform,
    [scopes.score],
    async (token) => {
      if (!token.scopes.includes(scopes.score))
        throw new LtiServiceError("service_scope_refused", true, { service: "token" });
      // Taken anew for each try: one that was refused or broken off may have arrived.
      const second = await store.reserveScoreSecond(target.id, wholeSecond(grade.at));
      const score = { ...scoreOf(grade, person.platformUserId, second), comment };
      await postScore(scoresUrl(lineItemUrl), score, token.text, deps);
    },
    signal,
  );
}

/** AGS 2.0 §3.4.3: `/scores` belongs to the path, and Moodle's line items have a query. */
function scoresUrl(lineItemUrl: string): string {
  const url = new URL(lineItemUrl);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/scores`;
  return url.href;
}

function scoreOf(grade: TargetGrade, userId: string, second: number): Readonly<Record<string, unknown>> {
  return {
    userId,
    scoreGiven: grade.score,
    scoreMaximum: 100,
    timestamp: new Date(second).toISOString(),
    activityProgress: grade.completed ? "Completed" : "InProgress",
    // Moodle clears the grade for anything else.
    gradingProgress: "FullyGraded",
  };
}

async function postScore(
  url: string,
  score: Readonly<Record<string, unknown>>,
  token: string,
  { outbound, signal }: Pick<SendDeps, "outbound" | "signal">,
): Promise<void> {
  const answer = await outbound.fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/vnd.ims.lis.v1.score+json",
    },
    body: JSON.stringify(score),
    timeoutMs: scoreTimeoutMs,
    signal,
  });
  const { status } = answer;
  // 409: the platform has a later score (AGS 2.0 §3.4.4), so there is nothing left to do.
  if (status !== 409 && (status < 200 || status > 299)) throw refusedBy(answer, "score");
}
