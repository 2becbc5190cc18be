import { digest, minutes, randomToken, type Clock } from "../../foundation/kernel/index.js";
import { maxIdLength, optionalText, textOf } from "./claims.js";
import { LtiError } from "./errors.js";
import type { LtiStore, Platform } from "./lti-store.js";
import { frameShape, newState } from "./states.js";

/** How long a login waits for its launch. */
const loginLength = minutes(10);

/** A third-party-initiated login (OpenID Connect Core §4, LTI 1.3 Core §5.1.1). */
export interface Login {
  readonly platform: Platform;
  readonly targetLinkUri: string;
  /** Its own parameters, as they came: for asking again in a new window. */
  readonly parameters: readonly Parameter[];
  /** The frame that keeps things for us where cookies are blocked (LTI OIDC Login with Client Side postMessages). */
  readonly storageFrame?: string;
}

interface Parameter {
  readonly name: string;
  readonly value: string;
}

export interface LoginDeps {
  readonly store: LtiStore;
  readonly clock: Clock;
  /** The tool's public origin. */
  readonly origin: string;
}

const limits = {
  iss: 1024,
  login_hint: 4096,
  target_link_uri: 2048,
  client_id: maxIdLength,
  lti_deployment_id: maxIdLength,
  // Platforms put whole signed tokens in here.
  lti_message_hint: 12_288,
} as const;
type Name = keyof typeof limits;
const parameterNames = Object.keys(limits) as Name[];

/**
 * Reads a login that a platform (or anyone else) sent.
 * @param form the posted form or the query, of unknown shape
 * @throws LtiError `request_malformed`, `login_incomplete`, `platform_unknown`, `platform_ambiguous`,
 * `platform_inactive`, `target_link_foreign`
 */
export async function readLogin(form: unknown, { store, origin }: LoginDeps): Promise<Login> {
  const sent = new Map<Name, string>();
  for (const name of parameterNames) {
    const value = textOf(form, name, limits[name]);
    if (value !== undefined && value !== "") sent.set(name, value);
  }
  const needed = (name: Name): string => {
    const value = sent.get(name);
    if (value === undefined) throw new LtiError("login_incomplete", { part: name });
    return value;
  };
  const [issuer, targetLinkUri] = [needed("iss"), needed("target_link_uri")];
  needed("login_hint");
  const platform = await findPlatform(store, issuer, sent);
  if (!isOurs(targetLinkUri, origin)) throw new LtiError("target_link_foreign");
  const parameters = [...sent].map(([name, value]) => ({ name, value }));
  const storageFrame = optionalText(form, "lti_storage_target", 64);
  const usable = storageFrame !== undefined && frameShape.test(storageFrame);
  return { platform, targetLinkUri, parameters, ...(usable ? { storageFrame } : {}) };
}

/**
 * The login again that a state stands for, when the browser's secret did not come back from the platform's storage.
 * The state is used up.
 * @throws LtiError `state_unknown`, `state_expired`, and those of `readLogin`
 */
export async function resumeLogin(state: string, deps: LoginDeps): Promise<Login> {
  const known = await deps.store.takeLoginState(digest(state));
  if (!known?.parameters) throw new LtiError("state_unknown");
  if (known.expiresAt <= deps.clock.now()) throw new LtiError("state_expired");
  return readLogin(Object.fromEntries(known.parameters.map(({ name, value }) => [name, value])), deps);
}

/**
 * Remembers the login, bound to this browser, and answers the URL of the platform's authorisation endpoint to send it
 * to (IMS Security Framework 1.0 §5.1.1.2).
 * @param browserHash of the cookie; or of the secret that is to wait in `waitingIn`, a frame of the platform's
 */
export async function beginLogin(
  login: Login,
  browserHash: string,
  deps: LoginDeps,
  waitingIn?: string,
): Promise<BegunLogin> {
  const { platform, targetLinkUri, parameters } = login;
  const waiting = waitingIn === undefined ? undefined : { platformId: platform.id, frame: waitingIn };
  const [state, nonce] = [newState(waiting), randomToken(32)];
  await deps.store.addLoginState({
    academyId: platform.academyId,
    jurisdictionId: platform.jurisdictionId,
    id: digest(state),
    platformId: platform.id,
    nonce,
    browserHash,
    targetLinkUri,
    ...(waiting ? { parameters } : {}),
    expiresAt: deps.clock.now() + loginLength,
  });
  const url = new URL(platform.authorizationUrl);
  const hints = parameters.filter(({ name }) => name.endsWith("_hint"));
  const asked = {
    scope: "openid",
    response_type: "id_token",
    response_mode: "form_post",
    prompt: "none",
    client_id: platform.clientId,
    redirect_uri: launchUrl(deps.origin),
    state,
    nonce,
  };
  // Beside the URL: each change of its own parameters would write the whole of it anew.
  const query = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(asked)) query.set(name, value);
  for (const { name, value } of hints) query.set(name, value);
  url.search = query.toString();
  return { url: url.href, state };
}

export interface BegunLogin {
  /** Where the browser goes on. */
  readonly url: string;
  readonly state: string;
}

/** The one URL that launches come to: platforms compare it letter by letter with what was registered. */
const launchUrl = (origin: string): string => `${origin}/lti/launch`;

/** More registrations of one issuer than that are not searched for a deployment. */
const mostSearched = 20;

async function findPlatform(
  store: LtiStore,
  issuer: string,
  sent: ReadonlyMap<Name, string>,
): Promise<Platform> {
  const found = await store.findPlatforms(issuer, sent.get("client_id"));
  if (found.length === 0) throw new LtiError("platform_unknown");
  const [platform, ...others] =
    found.length === 1 ? found : await withDeployment(store, found, sent.get("lti_deployment_id"));
  // Canvas has one issuer for all its customers: without a client_id only the deployment may tell whose login this is.
  if (!platform || others.length > 0) throw new LtiError("platform_ambiguous");
  if (platform.status !== "active") throw new LtiError("platform_inactive");
  return platform;
}

/** Those platforms at which this deployment is approved. */
async function withDeployment(
  store: LtiStore,
  platforms: readonly Platform[],
  deploymentId: string | undefined,
): Promise<Platform[]> {
  if (deploymentId === undefined || platforms.length > mostSearched) return [];
  const approved = await Promise.all(
    platforms.map(async ({ id }) =>
      (await store.deployments(id)).some(
        (one) => one.deploymentId === deploymentId && one.status === "approved",
      ),
    ),
  );
  return platforms.filter((_, index) => approved[index]);
}

function isOurs(targetLinkUri: string, origin: string): boolean {
  const url = URL.canParse(targetLinkUri) ? new URL(targetLinkUri) : undefined;
  return url?.origin === origin && url.username === "" && url.password === "";
}
