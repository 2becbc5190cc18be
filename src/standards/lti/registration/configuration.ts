import { OutboundError, type Outbound } from "../../../foundation/outbound/index.js";
import { isRecord, member } from "../claims.js";
import type { Platform } from "../lti-store.js";
import { RegistrationError } from "./errors.js";
import { lineOf } from "./line.js";
import { messages, neededScopes, wantedScopes } from "./tool.js";

/** What we need of a platform's OpenID configuration (LTI Dynamic Registration 1.0 §3.4), checked. */
export interface PlatformConfiguration {
  readonly flavour: Platform["flavour"];
  /** As it calls its product, such as `moodle`. */
  readonly product?: string;
  /** For people: the account's name where it tells one, else its host. */
  readonly name: string;
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly tokenAudience: string;
  readonly jwksUrl: string;
  readonly registrationUrl: string;
  /** The origin whose pages frame us, and whose services we call. */
  readonly frameOrigin: string;
  /** What we ask for: what it offers of what we can use. */
  readonly scopes: readonly string[];
  readonly messageTypes: readonly string[];
}

export interface ConfigurationDeps {
  readonly outbound: Outbound;
  /** Our own. */
  readonly origin: string;
  /** Development only: platforms on http and at private addresses. */
  readonly allowPrivate: boolean;
}

const limits = { bytes: 256 * 1024, timeoutMs: 8000, url: 1024 } as const;

/**
 * Fetches a platform's configuration and checks it. Redirects are not followed.
 * @param token the registration token, which Canvas wants to see for this already
 * @throws RegistrationError `registration_address_refused`, `registration_unreachable`,
 * `registration_configuration_unusable`, `registration_configuration_incomplete`, `registration_issuer_mismatch`,
 * `registration_endpoint_foreign`, `registration_url_insecure`, `registration_unsupported`
 */
export async function fetchConfiguration(
  url: string,
  token: string | undefined,
  deps: ConfigurationDeps,
): Promise<PlatformConfiguration> {
  // Of ourselves we are no platform, and asking ourselves could go on for ever.
  if (url.length > 8192 || !isAddress(url) || new URL(url).origin === deps.origin)
    throw new RegistrationError("registration_address_refused");
  const { status, text } = await get(url, token, deps.outbound);
  if (status !== 200) throw new RegistrationError("registration_configuration_unusable", { status });
  return checkConfiguration(new URL(url), parsed(text), deps.allowPrivate);
}

async function get(url: string, token: string | undefined, outbound: Outbound) {
  try {
    return await outbound.fetch(url, {
      headers: { accept: "application/json", ...(token === undefined ? {} : bearer(token)) },
      timeoutMs: limits.timeoutMs,
      maxBytes: limits.bytes,
    });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const refused = ["outbound_url_refused", "outbound_private_address"].includes(error.code);
    const unusable = error.code === "outbound_too_large";
    if (refused) throw new RegistrationError("registration_address_refused", {}, { cause: error });
    if (unusable) throw new RegistrationError("registration_configuration_unusable", {}, { cause: error });
    throw new RegistrationError("registration_unreachable", {}, { cause: error });
  }
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // The same as a value that is no object.
  }
  throw new RegistrationError("registration_configuration_unusable", { status: 200 });
}

function checkConfiguration(from: URL, given: unknown, allowPrivate: boolean): PlatformConfiguration {
  const about = member(given, "https://purl.imsglobal.org/spec/lti-platform-configuration");
  const product = lineOf(member(about, "product_family_code"), 60);
  const flavour = product === "moodle" || product === "canvas" ? product : "other";
  const url = (part: string): string => urlOf(given, part, allowPrivate);
  const urls = {
    issuer: url("issuer"),
    authorizationUrl: url("authorization_endpoint"),
    tokenUrl: url("token_endpoint"),
    jwksUrl: url("jwks_uri"),
    registrationUrl: url("registration_endpoint"),
  };
  checkHosts(from, urls, { isCanvas: flavour === "canvas", allowPrivate });
  checkOffers(given);
  const offered = textsIn(member(given, "scopes_supported"));
  const frameOrigin = new URL(urls.registrationUrl).origin;
  return {
    ...urls,
    flavour,
    ...(product === undefined ? {} : { product }),
    name:
      lineOf(member(about, "https://canvas.instructure.com/lti/account_name"), 120) ??
      new URL(frameOrigin).host,
    // Canvas names a bare host there, and takes its token endpoint alone for an audience.
    tokenAudience:
      (flavour === "canvas" ? undefined : lineOf(member(given, "authorization_server"), 1024)) ??
      urls.tokenUrl,
    frameOrigin,
    scopes: saysScopes(offered) ? wantedScopes.filter((scope) => offered.includes(scope)) : wantedScopes,
    messageTypes: messageTypesOf(about),
  };
}

/**
 * Nobody may speak for another's issuer: it is on the host that we have the configuration from, and so is the place
 * where we register. Canvas is the exception: one issuer stands for all its customers, who register at their own.
 */
function checkHosts(
  from: URL,
  { issuer, registrationUrl }: { readonly issuer: string; readonly registrationUrl: string },
  { isCanvas, allowPrivate }: { readonly isCanvas: boolean; readonly allowPrivate: boolean },
): void {
  const atCanvas = canvasIssuers.includes(issuer) && canvasHost.test(from.hostname);
  const shared = isCanvas && (allowPrivate || atCanvas);
  if (new URL(issuer).host !== from.host && !shared)
    throw new RegistrationError("registration_issuer_mismatch", { reason: new URL(issuer).host });
  if (new URL(registrationUrl).host !== from.host && !shared)
    throw new RegistrationError("registration_endpoint_foreign", { reason: new URL(registrationUrl).host });
}

const canvasIssuers: readonly string[] = ["", "beta.", "test."].map(
  (environment) => `https://canvas.${environment}instructure.com`,
);

const canvasHost = /(^|\.)(instructure|canvaslms)\.com$/;

/** What a platform does not speak of it may well offer; what it lists is all there is. */
function checkOffers(given: unknown): void {
  const offers: readonly (readonly [string, string])[] = [
    ["response_types_supported", "id_token"],
    ["id_token_signing_alg_values_supported", "RS256"],
    ["token_endpoint_auth_methods_supported", "private_key_jwt"],
  ];
  for (const [list, needed] of offers) {
    const value = member(given, list);
    if (value !== undefined && !textsIn(value).includes(needed))
      throw new RegistrationError("registration_unsupported", { part: needed });
  }
  const scopes = textsIn(member(given, "scopes_supported"));
  const missing = saysScopes(scopes) ? neededScopes.find((scope) => !scopes.includes(scope)) : undefined;
  if (missing !== undefined) throw new RegistrationError("registration_unsupported", { part: missing });
}

/** Some platforms list `openid` alone, and grant the scopes of LTI all the same. */
const saysScopes = (scopes: readonly string[]): boolean =>
  scopes.some((scope) => scope.startsWith("https://purl.imsglobal.org/spec/lti"));

function messageTypesOf(about: unknown): readonly string[] {
  const listed = member(about, "messages_supported");
  const { resourceLink, deepLinking, review } = messages;
  if (!Array.isArray(listed)) return [resourceLink, deepLinking];
  const types = listed.map((one: unknown) => member(one, "type"));
  return [resourceLink, ...[deepLinking, review].filter((type) => types.includes(type))];
}

function urlOf(given: unknown, part: string, allowPrivate: boolean): string {
  const value = member(given, part);
  if (typeof value !== "string" || value.length > limits.url || !isAddress(value))
    throw new RegistrationError("registration_configuration_incomplete", { part });
  if (!allowPrivate && !value.startsWith("https:"))
    throw new RegistrationError("registration_url_insecure", { part });
  return value;
}

/** An absolute http(s) address without a name, a password or a fragment. */
export function isAddress(text: string): boolean {
  const url = /^https?:\/\/[^\s\\]+$/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && url.username === "" && url.password === "" && url.hash === "";
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
