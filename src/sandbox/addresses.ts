import { SandboxError } from "./errors.js";

/** The tool that the course page launches. */
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

/** In Moodle the deployment is the tool's type id, which its service URLs carry too. */
const typeId = "1";

/** The only resource link: module M01, in the only course. */
export const resourceLink = { id: "rl-m01", module: "M01" } as const;
export const course = { id: "course-1", label: "EHR-1" } as const;

export const agsScopes = {
  lineItem: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
  lineItemReadOnly: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
  score: "https://purl.imsglobal.org/spec/lti-ags/scope/score",
} as const;

export function registrationOf(origin: string, name: string): SandboxRegistration {
  return {
    issuer: origin,
    clientId: "sandbox-client",
    deploymentId: typeId,
    authorizationUrl: `${origin}/auth`,
    tokenUrl: `${origin}/token`,
    tokenAudience: `${origin}/token`,
    jwksUrl: `${origin}/jwks`,
    frameOrigin: origin,
    serviceOrigins: [origin],
    name,
  };
}

/** Line item URLs have a query, as Moodle's: `/scores` goes before it. */
export const lineItemsUrl = (origin: string): string => `${origin}/ags/lineitems?type_id=${typeId}`;
export const lineItemUrl = (origin: string, id: string): string =>
  `${origin}/ags/lineitems/${id}?type_id=${typeId}`;
export const isOurTypeId = (sent: string | undefined): boolean => sent === typeId;

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The sandbox lets anybody be anybody, so it exists on a developer's machine only.
 * @throws SandboxError `sandbox_in_production` unless it and every address of the tool are on loopback hosts
 */
export function refuseProduction(origin: string, tool: SandboxTool): void {
  const outside = [origin, tool.origin, tool.loginUrl, tool.launchUrl, tool.jwksUrl].find(
    (url) => !URL.canParse(url) || !loopbackNames.has(new URL(url).hostname),
  );
  if (outside !== undefined) throw new SandboxError("sandbox_in_production", { address: outside });
}
