import { isJsonObject, parseJson, VcError, type JsonObject } from "../../../standards/vc/index.js";
import type { Issued } from "../facts.js";
import { issuerIdentifier } from "./addresses.js";
import { formatOf, type WalletFormat } from "./configurations.js";
import { inForce } from "./in-force.js";
import { proofFault, type ProofFault } from "./key-proof.js";
import type { WalletParts } from "./parts.js";
import type { WalletToken } from "./store.js";
import { formatsIn } from "./tokens.js";

/** OpenID4VCI 1.0 §8.3.1.2. */
export type CredentialFault =
  | ProofFault
  | "invalid_credential_request"
  | "unknown_credential_configuration"
  | "unknown_credential_identifier"
  | "invalid_encryption_parameters"
  | "credential_request_denied";

/** The text of a credential response (§8.3), or what is wrong with the request. */
export type CredentialAnswer = { readonly text: string } | { readonly error: CredentialFault };

/**
 * Gives a certificate to a wallet, in the one format that it asks for, as it was signed: a key that the wallet proves is
 * checked, and neither written into the certificate nor kept. A request that is refused leaves the token as it was.
 * @param body the credential request (§8.2), JSON
 */
export async function handOver(
  token: WalletToken,
  body: string,
  parts: WalletParts,
): Promise<CredentialAnswer> {
  const request = readRequest(body);
  if (!request) return { error: "invalid_credential_request" };
  // None is offered in the metadata.
  if (request["credential_response_encryption"] !== undefined)
    return { error: "invalid_encryption_parameters" };
  const certificate = await inForce(token.certificateId, parts.deps);
  if (!certificate) return { error: "credential_request_denied" };
  const format = wantedFormat(request, token, certificate.about.programmeId, parts);
  if (typeof format !== "string") return format;
  const fault = await faultOfProofs(request["proofs"], token, parts);
  if (fault) return { error: fault };
  const credential = await encoded(certificate, format, parts);
  if (!(await parts.tokens.spend(token, format))) return { error: "credential_request_denied" };
  return { text: `{"credentials":[{"credential":${credential}}]}` };
}

function readRequest(body: string): JsonObject | undefined {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}

function wantedFormat(
  request: JsonObject,
  token: WalletToken,
  programmeId: string,
  { deps }: WalletParts,
): WalletFormat | { readonly error: CredentialFault } {
  const { credential_identifier: identifier, credential_configuration_id: configuration } = request;
  const [named, other] = token.byIdentifier ? [identifier, configuration] : [configuration, identifier];
  if (typeof named !== "string" || other !== undefined) return { error: "invalid_credential_request" };
  const format = formatOf(named, programmeId, deps);
  if (!format)
    return {
      error: token.byIdentifier ? "unknown_credential_identifier" : "unknown_credential_configuration",
    };
  return formatsIn(token.unspent).includes(format) ? format : { error: "credential_request_denied" };
}

/** No proof is asked for; one that comes must hold. More than one would ask for a batch, which the metadata has not. */
async function faultOfProofs(
  proofs: unknown,
  token: WalletToken,
  { deps, nonces }: WalletParts,
): Promise<ProofFault | undefined> {
  if (proofs === undefined) return undefined;
  if (!isJsonObject(proofs) || Object.keys(proofs).join() !== "jwt") return "invalid_proof";
  const { jwt } = proofs;
  if (!Array.isArray(jwt) || jwt.length !== 1) return "invalid_proof";
  const { slug } = await deps.directory.academy(token.academyId);
  const audience = issuerIdentifier(deps.origin, slug);
  return proofFault(jwt[0], { audience, nonces, clock: deps.clock });
}

/** As it stands in the response: the signed text itself, byte for byte, or the token as a JSON string. */
async function encoded(issued: Issued, format: WalletFormat, { deps, forms }: WalletParts): Promise<string> {
  if (format === "ldp_vc") return issued.record.text;
  const words = deps.catalogues.negotiate([deps.curriculum.languages[0]]);
  const token = await forms.make("jwt", issued, words);
  return JSON.stringify(token.toString("utf8"));
}
