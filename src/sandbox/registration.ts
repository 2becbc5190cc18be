import { isOnLoopback, scopes, scopesOf } from "./addresses.js";
import type { Flavour } from "./flavour.js";
import type { Tool, ToolMessage } from "./state-schema.js";
import type { NewTool } from "./tools.js";

/** A registration request (LTI Dynamic Registration 1.0 §3.5), as the platform read it. */
export type ReadRegistration =
  | { readonly tool: NewTool }
  /** In the platform's own words, the first fault first. */
  | { readonly faults: readonly { readonly field: string; readonly words: string }[] };

type Json = Readonly<Record<string, unknown>>;

const toolConfiguration = "https://purl.imsglobal.org/spec/lti-tool-configuration";
const canvasExtension = "https://canvas.instructure.com/lti";

/**
 * Reads a registration as Moodle does (its checks, its order, its words), or as Canvas does.
 * @param body JSON text
 */
export function readRegistration(body: string, flavour: Flavour): ReadRegistration {
  const sent = jsonOf(body);
  const configuration = objectIn(sent, toolConfiguration);
  const faults = [
    ...missing(sent, configuration, flavour),
    ...(flavour === "moodle" ? moodleFaults(sent, configuration) : canvasFaults(sent, configuration)),
    ...elsewhere(sent, configuration),
  ];
  if (faults.length > 0) return { faults };
  const claims = textsIn(configuration, "claims");
  const privacy = textIn(configuration, `${canvasExtension}/privacy_level`) ?? "anonymous";
  const isMoodle = flavour === "moodle";
  const seesName = claims.some((claim) => ["name", "given_name", "family_name"].includes(claim));
  return {
    tool: {
      flavour,
      name: textIn(sent, "client_name") ?? "",
      loginUrl: textIn(sent, "initiate_login_uri") ?? "",
      redirectUris: textsIn(sent, "redirect_uris"),
      targetLinkUri: textIn(configuration, "target_link_uri") ?? "",
      jwksUrl: textIn(sent, "jwks_uri") ?? "",
      scopes: grantedScopes((textIn(sent, "scope") ?? "").split(" "), flavour),
      custom: recordIn(configuration, "custom_parameters"),
      messages: messagesIn(configuration),
      sendsName: isMoodle ? seesName : ["public", "name_only"].includes(privacy),
      sendsMail: isMoodle ? claims.includes("email") : ["public", "email_only"].includes(privacy),
    },
  };
}

type Faults = readonly { readonly field: string; readonly words: string }[];

/** Moodle asks in this order; Canvas wants more. */
function missing(sent: Json, configuration: Json, flavour: Flavour): Faults {
  const first = ["response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri"];
  const canvas = flavour === "canvas" ? ["application_type", "grant_types", "scope"] : [];
  const wanted: readonly (readonly [Json, string])[] = [
    ...[...first, "token_endpoint_auth_method", ...canvas, toolConfiguration].map(
      (field) => [sent, field] as const,
    ),
    ...["domain", "target_link_uri", ...(canvas.length > 0 ? ["messages", "claims"] : [])].map(
      (field) => [configuration, field] as const,
    ),
  ];
  return wanted
    .filter(([from, field]) => isEmpty(from[field]))
    .map(([, field]) => ({ field, words: `missing required attribute ${field}` }));
}

function moodleFaults(sent: Json, configuration: Json): Faults {
  const target = textIn(configuration, "target_link_uri") ?? "";
  const host = URL.canParse(target) ? new URL(target).host : "";
  const checks: readonly [boolean, string, string][] = [
    [textsIn(sent, "response_types").includes("id_token"), "response_types", "invalid_response_types"],
    [Array.isArray(sent["redirect_uris"]), "redirect_uris", "invalid_redirect_uris"],
    [isPrivateKeyJwt(sent), "token_endpoint_auth_method", "invalid_token_endpoint_auth_method"],
    [(sent["application_type"] ?? "web") === "web", "application_type", "invalid_application_type"],
    [textIn(configuration, "domain") === host, "domain", "domain_targetlinkuri_mismatch"],
  ];
  return faultsOf(checks);
}

function canvasFaults(sent: Json, configuration: Json): Faults {
  const grants = textsIn(sent, "grant_types");
  const messages = configuration["messages"];
  const checks: readonly [boolean, string, string][] = [
    [sent["application_type"] === "web", "application_type", "must be 'web'"],
    [
      grants.includes("client_credentials") && grants.includes("implicit"),
      "grant_types",
      "must include 'client_credentials' and 'implicit'",
    ],
    [textsIn(sent, "response_types").includes("id_token"), "response_types", "must include 'id_token'"],
    [Array.isArray(sent["redirect_uris"]), "redirect_uris", "must be an array"],
    [isPrivateKeyJwt(sent), "token_endpoint_auth_method", "must be 'private_key_jwt'"],
    [
      Array.isArray(messages) && messagesIn(configuration).length === messages.length,
      "messages",
      "each must have a type that is supported",
    ],
  ];
  return faultsOf(checks);
}

/** The sandbox's own rule: a tool on another machine is none of its business. */
function elsewhere(sent: Json, configuration: Json): Faults {
  const urls: readonly [string, string][] = [
    ...["initiate_login_uri", "jwks_uri"].map(
      (field) => [field, textIn(sent, field) ?? ""] as [string, string],
    ),
    ...textsIn(sent, "redirect_uris").map((url) => ["redirect_uris", url] as [string, string]),
    ...[
      textIn(configuration, "target_link_uri"),
      ...messagesIn(configuration).map((one) => one.targetLinkUri),
    ]
      .filter((url) => url !== undefined)
      .map((url) => ["target_link_uri", url] as [string, string]),
  ];
  return faultsOf(urls.map(([field, url]) => [isOnLoopback(url), field, "address_not_on_this_machine"]));
}

const faultsOf = (checks: readonly (readonly [boolean, string, string])[]): Faults =>
  checks.filter(([holds]) => !holds).map(([, field, words]) => ({ field, words }));
const isPrivateKeyJwt = (sent: Json): boolean => sent["token_endpoint_auth_method"] === "private_key_jwt";

/** Moodle turns the scopes into settings: any of grades gives all but the writing of line items. */
function grantedScopes(asked: readonly string[], flavour: Flavour): string[] {
  const granted = scopesOf(flavour).filter((scope) => asked.includes(scope));
  if (flavour === "canvas" || !granted.some(isOfGrades)) return granted;
  const writes = granted.includes(scopes.lineItem);
  return scopesOf("moodle").filter((scope) =>
    isOfGrades(scope) ? writes || scope !== scopes.lineItem : granted.includes(scope),
  );
}

const isOfGrades = (scope: string): boolean => scope.includes("/lti-ags/");

/**
 * What Moodle answers: the registration as it keeps it. It tells of all scopes of grades once one was asked for, cuts
 * custom values at their first `=`, and repeats deep-linking messages only.
 */
export function moodleAnswer(tool: Tool): object {
  const grades = tool.scopes.some(isOfGrades) ? scopesOf("moodle").filter(isOfGrades) : [];
  const others = tool.scopes.filter((scope) => !isOfGrades(scope));
  const picks = tool.messages.filter(({ type }) => type === "LtiDeepLinkingRequest");
  const custom = Object.entries(tool.custom).map(([key, value]) => [key, value.split("=")[0]]);
  return {
    client_id: tool.clientId,
    response_types: ["id_token"],
    jwks_uri: tool.jwksUrl,
    initiate_login_uri: tool.loginUrl,
    grant_types: ["client_credentials", "implicit"],
    redirect_uris: tool.redirectUris,
    application_type: ["web"],
    token_endpoint_auth_method: "private_key_jwt",
    client_name: tool.name,
    logo_uri: "",
    scope: [...grades, ...others].join(" "),
    [toolConfiguration]: {
      deployment_id: tool.deployments[0]?.id,
      target_link_uri: tool.targetLinkUri,
      domain: new URL(tool.targetLinkUri).host,
      description: "",
      ...(picks.length > 0
        ? {
            messages: picks.map(({ type, targetLinkUri }) => ({
              type,
              ...(targetLinkUri === undefined ? {} : { target_link_uri: targetLinkUri }),
            })),
          }
        : {}),
      ...(custom.length > 0 ? { custom_parameters: Object.fromEntries(custom) as object } : {}),
      claims: ["sub", "iss", "name", "family_name", "middle_name", "email"],
    },
  };
}

/** What Canvas answers: what was sent, its own id, and where people and programs find the registration. */
export function canvasAnswer(
  body: string,
  { clientId, scopes: granted }: Tool,
  addresses: { readonly registrationUrl: string; readonly page: string },
): object {
  const sent = jsonOf(body);
  return {
    ...sent,
    client_id: clientId,
    scope: granted.join(" "),
    registration_client_uri: addresses.registrationUrl,
    [toolConfiguration]: {
      ...objectIn(sent, toolConfiguration),
      [`${canvasExtension}/registration_config_url`]: addresses.page,
    },
  };
}

function messagesIn(configuration: Json): ToolMessage[] {
  const messages = configuration["messages"];
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((one: unknown) => {
    const message = (typeof one === "object" ? (one ?? {}) : {}) as Json;
    const type = textIn(message, "type");
    if (type === undefined) return [];
    const targetLinkUri = textIn(message, "target_link_uri");
    return {
      type,
      ...(targetLinkUri === undefined ? {} : { targetLinkUri }),
      placements: textsIn(message, "placements"),
      custom: recordIn(message, "custom_parameters"),
    };
  });
}

function jsonOf(body: string): Json {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? (parsed as Json) : {};
  } catch {
    return {};
  }
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
const textIn = (from: Json, field: string): string | undefined =>
  typeof from[field] === "string" ? from[field] : undefined;
const objectIn = (from: Json, field: string): Json =>
  typeof from[field] === "object" ? ((from[field] ?? {}) as Json) : {};
const textsIn = (from: Json, field: string): string[] =>
  [from[field]].flat().filter((one): one is string => typeof one === "string");
const recordIn = (from: Json, field: string): Record<string, string> =>
  Object.fromEntries(Object.entries(objectIn(from, field)).map(([key, value]) => [key, String(value)]));
