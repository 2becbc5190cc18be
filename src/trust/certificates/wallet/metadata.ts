import type { Academy } from "../../../foundation/directory/index.js";
import type { JsonObject } from "../../../standards/vc/index.js";
import type { Deps } from "../deps.js";
import { credentialEndpoint, issuerIdentifier, nonceEndpoint, tokenEndpoint } from "./addresses.js";
import { configurationsOf } from "./configurations.js";

export const preAuthorised = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/** What a wallet reads at `/.well-known/openid-credential-issuer/academies/<slug>` (OpenID4VCI 1.0 §12.2.4). */
export function issuerMetadata({ slug, name }: Academy, deps: Deps): JsonObject {
  const { origin } = deps;
  return {
    credential_issuer: issuerIdentifier(origin, slug),
    credential_endpoint: credentialEndpoint(origin),
    nonce_endpoint: nonceEndpoint(origin),
    display: [{ name }],
    credential_configurations_supported: configurationsOf(deps),
  };
}

/**
 * What a wallet reads at `/.well-known/oauth-authorization-server/academies/<slug>` (RFC 8414 §2). Response types are left
 * out, as OpenID4VCI 1.0 §12.2.4 allows where there is no other grant.
 */
export function serverMetadata({ slug }: Academy, { origin }: Pick<Deps, "origin">): JsonObject {
  return {
    issuer: issuerIdentifier(origin, slug),
    token_endpoint: tokenEndpoint(origin),
    token_endpoint_auth_methods_supported: ["none"],
    grant_types_supported: [preAuthorised],
    "pre-authorized_grant_anonymous_access_supported": true,
    authorization_details_types_supported: ["openid_credential"],
  };
}
