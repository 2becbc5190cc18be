import { isJsonObject, type JsonObject } from "../../../standards/vc/index.js";
import { formatOf, walletFormats, type WalletFormat } from "./configurations.js";
import { inForce } from "./in-force.js";
import { preAuthorised } from "./metadata.js";
import type { WalletParts } from "./parts.js";
import { tokenLength } from "./tokens.js";

/** RFC 6749 §5.2, RFC 9396 §5. */
export type TokenFault =
  "invalid_request" | "invalid_grant" | "unsupported_grant_type" | "invalid_authorization_details";

/** The fields of a token request (OpenID4VCI 1.0 §6.1); one that was sent twice is left out. */
export interface TokenRequest {
  readonly grantType?: string | undefined;
  readonly code?: string | undefined;
  readonly txCode?: string | undefined;
  readonly details?: string | undefined;
}

/** What is sent: a token response (§6.2), or what is wrong with the request (§6.3). */
export type TokenAnswer = { readonly body: JsonObject } | { readonly error: TokenFault };

/** Changes a pre-authorised code and its transaction code for an access token. Which of the two is wrong is not said. */
export async function grantToken(request: TokenRequest, parts: WalletParts): Promise<TokenAnswer> {
  const { grantType, code, txCode } = request;
  if (grantType === undefined) return { error: "invalid_request" };
  if (grantType !== preAuthorised) return { error: "unsupported_grant_type" };
  if (code === undefined || txCode === undefined) return { error: "invalid_request" };
  const offer = await parts.offers.find(code);
  const certificate = offer && (await inForce(offer.id, parts.deps));
  if (!certificate) return { error: "invalid_grant" };
  // Before the code is used up: a slip in what is asked for shall not cost the offer.
  const asked = askedFor(request.details, certificate.about.programmeId, parts);
  if (!asked) return { error: "invalid_authorization_details" };
  if (!(await parts.offers.redeem(offer, code, txCode))) return { error: "invalid_grant" };
  const byIdentifier = request.details !== undefined;
  const formats = byIdentifier ? asked.map(({ format }) => format) : walletFormats;
  const body = {
    access_token: await parts.tokens.make(offer, formats, byIdentifier),
    token_type: "Bearer",
    expires_in: tokenLength / 1000,
  };
  return { body: byIdentifier ? { ...body, authorization_details: asked.map(detailOf) } : body };
}

interface Asked {
  readonly id: string;
  readonly format: WalletFormat;
}

/** A certificate is one dataset, so that its configuration's name is its identifier too. */
const detailOf = ({ id }: Asked): JsonObject => ({
  type: "openid_credential",
  credential_configuration_id: id,
  credential_identifiers: [id],
});

/** What `authorization_details` asks for (§5.1.1), each once; nothing where it was not sent. `undefined`: malformed. */
function askedFor(
  details: string | undefined,
  programmeId: string,
  { deps }: WalletParts,
): Asked[] | undefined {
  if (details === undefined) return [];
  const listed = readList(details);
  if (!listed || listed.length === 0 || listed.length > walletFormats.length) return undefined;
  const asked = new Map<string, Asked>();
  for (const one of listed) {
    const id = isJsonObject(one) && one["type"] === "openid_credential" && one["credential_configuration_id"];
    const format = typeof id === "string" ? formatOf(id, programmeId, deps) : undefined;
    if (typeof id !== "string" || !format) return undefined;
    asked.set(id, { id, format });
  }
  return [...asked.values()];
}

function readList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  } catch {
    return undefined;
  }
}
