import { SandboxError } from "./errors.js";
import type { Flavour } from "./flavour.js";
import type { Tool } from "./state-schema.js";

/** The tool that is installed from the beginning. */
export interface SandboxTool {
  readonly origin: string;
  /** OIDC third-party initiated login. */
  readonly loginUrl: string;
  /** The one redirect_uri and target_link_uri. */
  readonly launchUrl: string;
  readonly jwksUrl: string;
}

/** What the tool's registry needs to know about this platform. */
export interface SandboxRegistration {
  readonly issuer: string;
  readonly clientId: string;
  readonly deploymentId: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly tokenAudience: string;
  readonly jwksUrl: string;
  readonly frameOrigin: string;
  readonly serviceOrigins: readonly string[];
  readonly name: string;
}

/** What is there from the beginning: the tool, and module M01 in a course of Moodle's flavour. */
export const builtIn = {
  clientId: "sandbox-client",
  /** In Moodle the deployment is the tool's type id, which its service URLs carry too. */
  deploymentId: "1",
  courseId: "course-1",
  linkId: "rl-m01",
} as const;

export const scopes = {
  lineItem: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
  lineItemReadOnly: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
  score: "https://purl.imsglobal.org/spec/lti-ags/scope/score",
  members: "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
  noticeHandlers: "https://purl.imsglobal.org/spec/lti/scope/noticehandlers",
} as const;

/** All scopes that a flavour knows. */
export const scopesOf = (flavour: Flavour): string[] =>
  Object.values(scopes).filter((scope) => flavour === "canvas" || scope !== scopes.noticeHandlers);

/** The platform's own addresses in one of its two flavours. */
export interface PlatformAddresses {
  readonly issuer: string;
  readonly configurationUrl: string;
  readonly registrationUrl: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly contentItemsUrl: string;
}

/** Canvas in the cloud has one issuer for everybody, whose host is none of its endpoints' hosts. */
const canvasIssuer = "https://canvas.sandbox.invalid";

export function platformOf(origin: string, flavour: Flavour): PlatformAddresses {
  const base = flavour === "moodle" ? origin : `${origin}/canvas`;
  return {
    issuer: flavour === "moodle" ? origin : canvasIssuer,
    configurationUrl: `${base}/openid-configuration`,
    registrationUrl: `${base}/register`,
    authorizationUrl: `${base}/auth`,
    tokenUrl: `${base}/token`,
    jwksUrl: `${base}/jwks`,
    contentItemsUrl: `${base}/contentitem_return`,
  };
}

export function registrationOf(origin: string, name: string): SandboxRegistration {
  const { issuer, authorizationUrl, tokenUrl, jwksUrl } = platformOf(origin, "moodle");
  const { clientId, deploymentId } = builtIn;
  return {
    ...{ issuer, clientId, deploymentId, authorizationUrl, tokenUrl, jwksUrl, name },
    tokenAudience: tokenUrl,
    frameOrigin: origin,
    serviceOrigins: [origin],
  };
}

/** A tool in a course: where its services are. */
export interface ServiceAddresses {
  readonly lineItems: string;
  /** Moodle's have a query: `/scores` goes before it. */
  lineItem(id: string): string;
  readonly members: string;
}

/** @param courseId the course whose services these are */
export function servicesOf(origin: string, tool: Tool, courseId: string): ServiceAddresses {
  const at = courseId === builtIn.courseId ? "" : `/${courseId}`;
  const isMoodle = tool.flavour === "moodle";
  const base = isMoodle ? `${origin}/ags${at}` : `${origin}/canvas/ags/${courseId}`;
  const query = isMoodle ? `?type_id=${typeIdOf(tool)}` : "";
  return {
    lineItems: `${base}/lineitems${query}`,
    lineItem: (id) => `${base}/lineitems/${id}${query}`,
    members: isMoodle
      ? `${origin}/nrps/${courseId}/memberships${query}`
      : `${origin}/canvas/nrps/${courseId}/memberships`,
  };
}

export const typeIdOf = (tool: Tool): string => tool.deployments[0]?.id ?? "";

/** Every origin that a tool's pages are on. */
export function originsOf(tool: Tool): string[] {
  return [
    ...new Set([tool.loginUrl, tool.targetLinkUri, ...tool.redirectUris].map((url) => new URL(url).origin)),
  ];
}

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);
export const isOnLoopback = (url: string): boolean =>
  URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && loopbackNames.has(new URL(url).hostname);

/**
 * The sandbox lets anybody be anybody, so it exists on a developer's machine only.
 * @throws SandboxError `sandbox_in_production` unless it and every address of the tool are on loopback hosts
 */
export function refuseProduction(origin: string, tool: SandboxTool): void {
  const outside = [origin, tool.origin, tool.loginUrl, tool.launchUrl, tool.jwksUrl].find(
    (url) => !isOnLoopback(url),
  );
  if (outside !== undefined) throw new SandboxError("sandbox_in_production", { address: outside });
}
