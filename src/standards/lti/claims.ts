import { LtiError, type LtiErrorCode } from "./errors.js";

/** The claims of an id_token, of whose values nothing is known yet. */
export type Claims = Readonly<Record<string, unknown>>;

const lti = "https://purl.imsglobal.org/spec/lti/claim";

/** Names of the claims that we read (LTI 1.3 Core §5.3 and §5.4, AGS 2.0 §3.1, NRPS 2.0 §3.6, Deep Linking 2.0 §2.2). */
export const claimNames = {
  version: `${lti}/version`,
  messageType: `${lti}/message_type`,
  deploymentId: `${lti}/deployment_id`,
  targetLinkUri: `${lti}/target_link_uri`,
  roles: `${lti}/roles`,
  resourceLink: `${lti}/resource_link`,
  context: `${lti}/context`,
  custom: `${lti}/custom`,
  presentation: `${lti}/launch_presentation`,
  forUser: `${lti}/for_user`,
  deepLinkingSettings: "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings",
  roster: "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
  notices: `${lti}/platformnotificationservice`,
  notice: `${lti}/notice`,
  originContexts: `${lti}/origin_contexts`,
  gradeEndpoint: "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
} as const;

/** LTI 1.3 Core §5.3.3 and §5.3.6.2 limit ids to 255 characters. */
export const maxIdLength = 255;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of the object's own; some platforms write `null` for what they leave out. */
export function member(object: unknown, name: string): unknown {
  return isRecord(object) && Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/**
 * The text of a claim, or `undefined` when it is absent.
 * @throws LtiError `request_malformed` when it is anything else, or longer than `max` characters
 */
export function textOf(object: unknown, name: string, max = maxIdLength): string | undefined {
  const value = member(object, name);
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value.length > max) throw malformed(name);
  return value;
}

/** As `textOf`, with its own error when it is absent or empty. */
export function neededText(object: unknown, name: string, missing: LtiErrorCode, max = maxIdLength): string {
  const text = textOf(object, name, max);
  if (text === undefined || text === "") throw new LtiError(missing);
  return text;
}

/** What a message can do without: absent also when it is not what it should be, or longer than `max` characters. */
export function optionalText(object: unknown, name: string, max: number): string | undefined {
  const value = member(object, name);
  return typeof value === "string" && value !== "" && value.length <= max ? value : undefined;
}

/** A NumericDate claim (RFC 7519 §2) in milliseconds. */
export function neededTime(claims: Claims, name: string, missing: LtiErrorCode): number {
  const value = member(claims, name);
  if (value === undefined) throw new LtiError(missing);
  if (typeof value !== "number" || !Number.isFinite(value)) throw malformed(name);
  return value * 1000;
}

/** An object claim, or `undefined` when it is absent. */
export function recordOf(object: unknown, name: string): Readonly<Record<string, unknown>> | undefined {
  const value = member(object, name);
  if (value === undefined) return undefined;
  if (!isRecord(value)) throw malformed(name);
  return value;
}

/** A list of texts, or `undefined` when it is absent. */
export function textsOf(object: unknown, name: string): readonly string[] | undefined {
  const value = member(object, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) throw malformed(name);
  return value;
}

/** `part` goes onto the page, so a full claim name is cut to its last word. */
export function malformed(name: string): LtiError {
  return new LtiError("request_malformed", { part: name.split("/").at(-1) ?? name });
}
