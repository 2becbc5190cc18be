import { days, digest } from "../../foundation/kernel/index.js";
import type { RateStore } from "../../foundation/web/index.js";
import {
  claimNames,
  isRecord,
  maxIdLength,
  member,
  neededText,
  optionalText,
  textOf,
  textsOf,
} from "./claims.js";
import type { Claims } from "./claims.js";
import { LtiError } from "./errors.js";
import { maxIdTokenLength, parseIdToken } from "./id-token.js";
import type { LaunchDeps, LaunchFacts } from "./launch-facts.js";
import type { LoginState, Platform } from "./lti-store.js";
import { audiences, tokenChecks } from "./token-checks.js";

export interface NoticesDeps extends LaunchDeps {
  readonly rates: RateStore;
  readonly clock: { now(): number };
}

/** The one type of notice that we ask for. */
export const contextCopyNotice = "LtiContextCopyNotice";

const mostNotices = 50;
const mostOrigins = 50;
/** A notice is younger than a day, or its own checks refuse it. */
const nonceKept = days(1);

/**
 * Takes in what a platform tells us outside any launch (Platform Notification Service 1.0). Each notice is a token that is
 * checked as an id_token is, and counts once. One that is refused does not hold up the others.
 * @throws LtiError of the first one that was refused, after all were looked at; `request_malformed`
 */
export async function takeNotices(body: string, deps: NoticesDeps): Promise<void> {
  const refusals: LtiError[] = [];
  for (const jwt of tokensIn(body)) {
    try {
      await takeNotice(jwt, deps);
    } catch (error) {
      if (!(error instanceof LtiError)) throw error;
      refusals.push(error);
    }
  }
  if (refusals[0]) throw refusals[0];
}

function tokensIn(body: string): string[] {
  const notices = member(parsed(body), "notices");
  const tokens = Array.isArray(notices)
    ? notices.slice(0, mostNotices + 1).map((one) => textOf(one, "jwt", maxIdTokenLength))
    : [];
  if (tokens.length === 0 || tokens.length > mostNotices) throw malformedNotices();
  return tokens.map((token) => token ?? "");
}

const malformedNotices = (): LtiError => new LtiError("request_malformed", { part: "notices" });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw malformedNotices();
  }
}

async function takeNotice(jwt: string, deps: NoticesDeps): Promise<void> {
  const { claims } = parseIdToken(jwt);
  const platform = await platformFor(claims, deps);
  await checkToken(jwt, platform, claims, deps);
  const version = neededText(claims, claimNames.version, "lti_version_missing");
  if (version !== "1.3.0") throw new LtiError("lti_version_unsupported");
  await checkDeployment(claims, platform, deps);
  await checkFirst(claims, platform, deps);
  if (textOf(member(claims, claimNames.notice), "type") === contextCopyNotice)
    await noteCopy(claims, platform, deps);
}

/** Canvas has one issuer for all of its clients: the audience says whose it is. */
async function platformFor(claims: Claims, { store }: NoticesDeps): Promise<Platform> {
  const issuer = textOf(claims, "iss", 1024) ?? "";
  const wanted = audiences(claims);
  const found = (await store.findPlatforms(issuer)).filter(({ clientId }) => wanted.includes(clientId));
  const [platform] = found;
  if (!platform || found.length > 1) throw new LtiError("platform_unknown");
  return platform;
}

/** The same rows as a launch's token goes through; there was no login, so its nonce is only to be new. */
async function checkToken(jwt: string, platform: Platform, claims: Claims, deps: NoticesDeps): Promise<void> {
  const { academyId, jurisdictionId, id: platformId } = platform;
  const nonce = neededText(claims, "nonce", "nonce_missing");
  const state: LoginState = {
    ...{ academyId, jurisdictionId, platformId, nonce, id: "", browserHash: "", targetLinkUri: "" },
    expiresAt: Infinity,
  };
  let facts: LaunchFacts = { form: { id_token: jwt }, browser: undefined, now: deps.clock.now(), state };
  for (const { check } of tokenChecks) facts = { ...facts, ...(await check(facts, deps)) };
}

async function checkDeployment(claims: Claims, platform: Platform, { store }: NoticesDeps): Promise<void> {
  const deploymentId = neededText(claims, claimNames.deploymentId, "deployment_id_missing");
  const known = (await store.deployments(platform.id)).find((one) => one.deploymentId === deploymentId);
  if (known?.status !== "approved") throw new LtiError("deployment_not_approved");
}

async function checkFirst(claims: Claims, platform: Platform, { rates, clock }: NoticesDeps): Promise<void> {
  const nonce = neededText(claims, "nonce", "nonce_missing");
  const { count } = await rates.countRequest(
    `notice ${digest(`${platform.id} ${nonce}`)}`,
    nonceKept,
    clock.now(),
  );
  if (count > 1) throw new LtiError("notice_repeated");
}

/** A course was copied into this one: it is remembered with all that the source itself was copied from. */
async function noteCopy(claims: Claims, platform: Platform, { store, newId }: NoticesDeps): Promise<void> {
  const context = member(claims, claimNames.context);
  const contextId = neededText(context, "id", "request_malformed");
  const told = textsOf(claims, claimNames.originContexts) ?? [];
  const origins = told.filter((id) => id !== "" && id.length <= maxIdLength).slice(0, mostOrigins);
  const [known, ...sources] = await Promise.all(
    [contextId, ...origins].map((id) => store.course(platform.id, id)),
  );
  const earlier = [...sources, known].flatMap((course) => course?.copiedFrom ?? []);
  const copiedFrom = [...new Set([...origins, ...earlier])].filter((id) => id !== contextId);
  const title = isRecord(context) ? optionalText(context, "title", maxIdLength) : undefined;
  await store.saveCourse({
    academyId: platform.academyId,
    jurisdictionId: platform.jurisdictionId,
    id: newId(),
    platformId: platform.id,
    contextId,
    copiedFrom: copiedFrom.slice(0, mostOrigins),
    ...(title === undefined ? {} : { title }),
  });
}
