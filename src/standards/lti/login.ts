import { digest, minutes, randomToken, type Clock } from "../../foundation/kernel/index.js";
import { maxIdLength, textOf } from "./claims.js";
import { LtiError } from "./errors.js";
import type { LtiStore, Platform } from "./lti-store.js";

/** How long a login waits for its launch. */
const loginLength = minutes(10);

/** A third-party-initiated login (OpenID Connect Core §4, LTI 1.3 Core §5.1.1). */
export interface Login {
  readonly platform: Platform;
  readonly targetLinkUri: string;
  /** Its own parameters, as they came: for asking again in a new window. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
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
  // Platforms put whole signed tokens in here.
  lti_message_hint: 12_288,
} as const;
type Parameter = keyof typeof limits;
const parameterNames = Object.keys(limits) as Parameter[];

/**
 * Reads a login that a platform (or anyone else) sent.
 * @param form the posted form or the query, of unknown shape
 * @throws LtiError `request_malformed`, `login_incomplete`, `platform_unknown`, `platform_ambiguous`,
 * `platform_inactive`, `target_link_foreign`
 */
export async function readLogin(form: unknown, { store, origin }: LoginDeps): Promise<Login> {
  const sent = new Map<Parameter, string>();
  for (const name of parameterNames) {
    const value = textOf(form, name, limits[name]);
    if (value !== undefined && value !== "") sent.set(name, value);
  }
  const needed = (name: Parameter): string => {
    const value = sent.get(name);
    if (value === undefined) throw new LtiError("login_incomplete", { part: name });
    return value;
  };
  const [issuer, targetLinkUri] = [needed("iss"), needed("target_link_uri")];
  needed("login_hint");
  const platform = await findPlatform(store, issuer, sent.get("client_id"));
  if (!isOurs(targetLinkUri, origin)) throw new LtiError("target_link_foreign");
  return { platform, targetLinkUri, parameters: [...sent].map(([name, value]) => ({ name, value })) };
}

/**
 * Remembers the login, bound to this browser, and answers the URL of the platform's authorisation endpoint to send it
 * to (IMS Security Framework 1.0 §5.1.1.2).
 */
export async function beginLogin(login: Login, browserHash: string, deps: LoginDeps): Promise<string> {
  const { platform, targetLinkUri } = login;
  const [state, nonce] = [randomToken(32), randomToken(32)];
  await deps.store.addLoginState({
    academyId: platform.academyId,
    jurisdictionId: platform.jurisdictionId,
    id: digest(state),
    platformId: platform.id,
    nonce,
    browserHash,
    targetLinkUri,
    expiresAt: deps.clock.now() + loginLength,
  });
  const url = new URL(platform.authorizationUrl);
  const hints = login.parameters.filter(({ name }) => name.endsWith("_hint"));
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
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  for (const { name, value } of hints) url.searchParams.set(name, value);
  return url.href;
}

/** The one URL that launches come to: platforms compare it letter by letter with what was registered. */
const launchUrl = (origin: string): string => `${origin}/lti/launch`;

async function findPlatform(
  store: LtiStore,
  issuer: string,
  clientId: string | undefined,
): Promise<Platform> {
  const [platform, ...others] = await store.findPlatforms(issuer, clientId);
  if (!platform) throw new LtiError("platform_unknown");
  // Canvas has one issuer for all its customers: without a client_id nobody can tell whose login this is.
  if (others.length > 0) throw new LtiError("platform_ambiguous");
  if (platform.status !== "active") throw new LtiError("platform_inactive");
  return platform;
}

function isOurs(targetLinkUri: string, origin: string): boolean {
  const url = URL.canParse(targetLinkUri) ? new URL(targetLinkUri) : undefined;
  return url?.origin === origin && url.username === "" && url.password === "";
}
