import type { Translator } from "../../../foundation/i18n/index.js";
import { days } from "../../../foundation/kernel/index.js";
import { LtiError } from "../errors.js";
import type { Connection, Deployment, Platform } from "../lti-store.js";
import { isOwners } from "../registration/decisions.js";

/** What the store knows of one platform. */
export interface PlatformFacts {
  readonly platform: Platform;
  readonly deployments: readonly Deployment[];
  readonly connection: Connection | undefined;
}

export type PlatformState = "waits" | "on" | "off";

/** One platform, as its academy's owner is shown it. */
export interface PlatformScene {
  readonly id: string;
  readonly name: string;
  readonly state: PlatformState;
  readonly sign: string;
  readonly stateWord: string;
  /** Its state is the operator's to change. */
  readonly isOperators: boolean;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly waiting: readonly DeploymentScene[];
  /** Their ids, as a sentence names them. */
  readonly waitingList: string;
  readonly decided: readonly DeploymentScene[];
  /** It is in use, and nobody can come from it yet. */
  readonly hasNoDeployment: boolean;
  readonly faults: readonly FaultScene[];
  /** Where the LMS shows its side of the registration. */
  readonly configUrl?: string;
  readonly columns: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[];
}

export interface DeploymentScene {
  /** Names it among all of the page. */
  readonly key: string;
  readonly platformId: string;
  readonly deploymentId: string;
  readonly seen: string;
  readonly isApproved: boolean;
  readonly word: string;
}

export interface FaultScene {
  readonly code: string;
  readonly title: string;
  readonly next: string;
  readonly when: string;
  readonly detail?: string;
  /** The same has worked later than it failed. */
  readonly isOver: boolean;
}

const signs = { waits: "●", on: "✓", off: "–" } as const;
/** What failed longer ago says nothing of today. */
const remembered = days(30);

export function platformScene(
  { platform, deployments, connection }: PlatformFacts,
  words: Translator,
  now: number,
): PlatformScene {
  const state = stateOf(platform, deployments);
  const scene = (deployment: Deployment) => deploymentScene(deployment, words);
  const waiting = deployments.filter(({ status }) => status === "pending");
  const chosen = platform.gradeColumns ?? "module";
  const configUrl = platform.registered?.configUrl;
  return {
    ...{ id: platform.id, name: platform.name, state, sign: signs[state] },
    stateWord: words.t(`registration.state.${state}`),
    isOperators: !isOwners(platform),
    facts: factsOf(platform, connection, words),
    waiting: waiting.map(scene),
    waitingList: new Intl.ListFormat(words.locale).format(waiting.map(({ deploymentId }) => deploymentId)),
    decided: deployments.filter(({ status }) => status !== "pending").map(scene),
    hasNoDeployment: state === "on" && deployments.length === 0,
    faults: faultsOf({ connection, deployments }, words, now),
    ...(configUrl === undefined ? {} : { configUrl }),
    columns: (["module", "activity"] as const).map((value) => ({
      ...{ value, label: words.t(`registration.columns.${value}`), chosen: value === chosen },
    })),
  };
}

/** One that was never in use waits; one that was, and is not, was switched off. */
function stateOf(platform: Platform, deployments: readonly Deployment[]): PlatformState {
  if (platform.status === "active") return "on";
  if (!isOwners(platform)) return "off";
  return deployments.some((deployment) => deployment.status === "approved") ? "off" : "waits";
}

function factsOf(platform: Platform, connection: Connection | undefined, words: Translator) {
  const at = (time: number | undefined): string =>
    time === undefined ? words.t("registration.fact.notYet") : timeIn(words, time);
  const { flavour, frameOrigin, issuer, clientId, registered } = platform;
  const facts: readonly (readonly [string, string])[] = [
    ["kind", words.t(`registration.flavour.${flavour}`)],
    ["address", frameOrigin],
    ...(new URL(issuer).origin === frameOrigin ? [] : [["issuer", issuer] as const]),
    ["clientId", clientId],
    ...(registered === undefined ? [] : [["registered", at(registered.at)] as const]),
    ["lastLaunch", at(connection?.lastLaunchAt)],
    ["lastGrade", at(connection?.lastGradeAt)],
    ["lastRoster", at(connection?.lastRosterAt)],
  ];
  return facts.map(([name, value]) => ({ label: words.t(`registration.fact.${name}`), value }));
}

function deploymentScene(
  { platformId, deploymentId, status, firstSeenAt }: Deployment,
  words: Translator,
): DeploymentScene {
  const seen = timeIn(words, firstSeenAt);
  const word = words.t(`registration.deployment.${status}`);
  const key = `${platformId} ${deploymentId}`;
  return { key, platformId, deploymentId, seen, isApproved: status === "approved", word };
}

function faultsOf(
  { connection, deployments }: Pick<PlatformFacts, "connection" | "deployments">,
  words: Translator,
  now: number,
): FaultScene[] {
  // A deployment that waits or was decided about is told of as such.
  const isTold = (code: string, detail: string | undefined): boolean =>
    code === "deployment_not_approved" && deployments.some(({ deploymentId }) => deploymentId === detail);
  return (connection?.faults ?? [])
    .filter(({ at, code, detail }) => at > now - remembered && !isTold(code, detail))
    .map(({ code, at, count, detail }) => ({
      code,
      title: words.t(wordsFor(`errors.${code}.title`, "registration.fault.unknown.title", words)),
      next: words.t(wordsFor(`registration.fault.${code}`, otherwise(code), words)),
      when: words.t("registration.fault.when", { count, time: timeIn(words, at) }),
      isOver: (lastSuccess(code, connection) ?? 0) > at,
      ...(detail === undefined ? {} : { detail }),
    }));
}

/** Most of what a launch can be refused for is the platform's message, and needs the same to be done. */
const otherwise = (code: string): string =>
  Object.hasOwn(LtiError.statuses, code) ? "registration.fault.message" : "registration.fault.unknown.next";

const wordsFor = (key: string, otherwise: string, words: Translator): string =>
  words.has(key) ? key : otherwise;

/** When the kind of thing that failed worked last. */
function lastSuccess(code: string, connection: Connection | undefined): number | undefined {
  if (/^(token|service|grade|outbound)_/.test(code))
    return Math.max(connection?.lastGradeAt ?? 0, connection?.lastRosterAt ?? 0);
  return code.startsWith("roster_") ? connection?.lastRosterAt : connection?.lastLaunchAt;
}

/** A moment in UTC, which it says. */
export function timeIn({ locale }: Translator, at: number): string {
  // English alone means the American order of day and month.
  const style = locale === "en" ? "en-GB" : locale;
  const format = new Intl.DateTimeFormat(style, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${format.format(at)} UTC`;
}
