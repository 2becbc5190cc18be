import { contexts } from "./contexts.js";
import type { Json, JsonObject } from "./json.js";

const plainDidUrl = /^did:[a-z0-9]+:[A-Za-z0-9._:%-]+#[A-Za-z0-9._-]+$/;
const plainInstant = /^[0-9T:.Z+-]+$/;

/**
 * What RDFC-1.0 makes of the options of an eddsa-rdfc-2022 proof (vc-di-eddsa §3.2.5), written down at once: five quads
 * about one blank node, always the same but for two values. The terms are protected in credentials/v2, so that no later
 * context changes them. Undefined for options of any other form; a property test holds it equal to jsonld's.
 */
export function plainOptionsText(options: JsonObject, context: Json): string | undefined {
  const { created, verificationMethod } = options;
  const isPlain =
    Object.keys(options).length === 5 &&
    options.type === "DataIntegrityProof" &&
    options.cryptosuite === "eddsa-rdfc-2022" &&
    options.proofPurpose === "assertionMethod" &&
    typeof created === "string" &&
    plainInstant.test(created) &&
    typeof verificationMethod === "string" &&
    plainDidUrl.test(verificationMethod) &&
    Array.isArray(context) &&
    (context as readonly Json[])[0] === contexts.credentialsV2;
  if (!isPlain) return undefined;
  const security = "https://w3id.org/security#";
  return [
    `<http://purl.org/dc/terms/created> "${created}"^^<http://www.w3.org/2001/XMLSchema#dateTime>`,
    `<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <${security}DataIntegrityProof>`,
    `<${security}cryptosuite> "eddsa-rdfc-2022"^^<${security}cryptosuiteString>`,
    `<${security}proofPurpose> <${security}assertionMethod>`,
    `<${security}verificationMethod> <${verificationMethod}>`,
  ]
    .map((rest) => `_:c14n0 ${rest} .\n`)
    .join("");
}
