import { SignJWT, type JWTPayload } from "jose";
import type { Clock } from "../foundation/kernel/index.js";
import type { KeyRing } from "../foundation/keys/index.js";
import {
  agsScopes,
  course,
  lineItemsUrl,
  lineItemUrl,
  resourceLink,
  type SandboxRegistration,
  type SandboxTool,
} from "./addresses.js";
import type { LaunchTarget } from "./launches.js";
import type { LineItem } from "./state.js";
import { fullName, rolesOf, type User } from "./users.js";

/** What one launch says. */
export interface LaunchMessage {
  readonly user: User;
  readonly target: LaunchTarget;
  readonly nonce: string;
  /** BCP 47. */
  readonly locale: string;
  readonly titles: { readonly course: string; readonly resourceLink: string };
  /** The line items of the resource link. */
  readonly lineItems: readonly LineItem[];
}

export interface IdTokenDeps {
  readonly registration: SandboxRegistration;
  readonly tool: SandboxTool;
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** For tests of bad launches: changes the claims just before they are signed. */
  readonly alterIdToken?: (claims: JWTPayload) => JWTPayload;
}

const lti = "https://purl.imsglobal.org/spec/lti/claim";

/** The signed LtiResourceLinkRequest (LTI 1.3 Core §5.3) of a launch: RS256, good for 60 seconds, as Moodle's. */
export async function signIdToken(message: LaunchMessage, deps: IdTokenDeps): Promise<string> {
  const now = Math.floor(deps.clock.now() / 1000);
  const { user } = message;
  const claims: JWTPayload = {
    iss: deps.registration.issuer,
    aud: deps.registration.clientId,
    sub: user.id,
    iat: now,
    exp: now + 60,
    nonce: message.nonce,
    name: fullName(user),
    given_name: user.givenName,
    family_name: user.familyName,
    email: user.mail,
    ...ltiClaims(message, deps),
  };
  const { kid, alg, privateKey } = await deps.keys.signingKey();
  return new SignJWT(deps.alterIdToken?.(claims) ?? claims)
    .setProtectedHeader({ alg, kid, typ: "JWT" })
    .sign(privateKey);
}

function ltiClaims(message: LaunchMessage, { registration, tool }: IdTokenDeps): JWTPayload {
  const { issuer, deploymentId, name } = registration;
  return {
    [`${lti}/message_type`]: "LtiResourceLinkRequest",
    [`${lti}/version`]: "1.3.0",
    [`${lti}/deployment_id`]: deploymentId,
    [`${lti}/target_link_uri`]: tool.launchUrl,
    [`${lti}/roles`]: rolesOf(message.user),
    // The short form, which Moodle sends although LTI 1.3 Core §5.4.1 asks for URNs.
    [`${lti}/context`]: { ...course, title: message.titles.course, type: ["CourseSection"] },
    [`${lti}/resource_link`]: { id: resourceLink.id, title: message.titles.resourceLink },
    [`${lti}/custom`]: { module: resourceLink.module },
    [`${lti}/tool_platform`]: { guid: new URL(issuer).host, name, product_family_code: "tessera-sandbox" },
    [`${lti}/launch_presentation`]: {
      locale: message.locale,
      document_target: message.target,
      return_url: `${issuer}/course?as=${message.user.key}`,
    },
    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": endpointClaim(issuer, message.lineItems),
  };
}

/** Assignment and Grade Services 2.0 §3.1; `lineitem` only when exactly one belongs to the link, as Moodle does. */
function endpointClaim(origin: string, lineItems: readonly LineItem[]): object {
  const [only, ...others] = lineItems;
  return {
    scope: Object.values(agsScopes),
    lineitems: lineItemsUrl(origin),
    ...(only && others.length === 0 ? { lineitem: lineItemUrl(origin, only.id) } : {}),
  };
}
