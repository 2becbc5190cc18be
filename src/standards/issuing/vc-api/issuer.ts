import { generateKeyPairSync, randomInt } from "node:crypto";
import {
  bundledContexts,
  contexts,
  createDataIntegrity,
  credentialFault,
  ed25519,
  encodeStatusList,
  isJsonObject,
  leastStatusListLength,
  type ContextBundle,
  type JsonObject,
} from "../../vc/index.js";
import { IssuingError } from "../errors.js";

/** The W3C's context for examples, in which every term means something. */
const examples = "https://www.w3.org/ns/credentials/examples/v2";
const bundle: ContextBundle = new Map([
  ...bundledContexts,
  [examples, { "@context": { "@vocab": "https://www.w3.org/ns/credentials/examples#" } }],
]);

/** Proofs as test suites need them: documents may bring contexts of their own. */
export const testIntegrity = createDataIntegrity(bundle, true);

/** Issues whatever it is asked for, with a key of its own that is gone when the process ends. */
export interface TestIssuer {
  readonly did: string;
  /** Where its status list is served. */
  readonly listUrl: string;
  /**
   * The credential with our issuer, a place in the status list if it has none, and both proofs.
   * @throws IssuingError `vc_api_document_refused`; VcError
   */
  issue(credential: JsonObject): Promise<JsonObject>;
  statusList(): Promise<JsonObject>;
}

export function createTestIssuer({ origin, now }: { origin: string; now: () => number }): TestIssuer {
  const jwk = { ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) };
  const multikey = ed25519.publicKeyToMultikey(ed25519.publicKeyOfJwk(jwk));
  const did = `did:key:${multikey}`;
  const key = ed25519.proofKeyFrom(jwk, `${did}#${multikey}`);
  const listUrl = `${origin}/credentials/status/1`;
  const secure = (document: JsonObject): Promise<JsonObject> => testIntegrity.secure(document, key, now());
  return {
    did,
    listUrl,
    issue: async (credential) => {
      const fault = credentialFault(credential);
      if (fault) throw new IssuingError("vc_api_document_refused", { ...fault });
      return secure({
        credentialStatus: entry(listUrl),
        ...credential,
        issuer: isJsonObject(credential.issuer) ? { ...credential.issuer, id: did } : did,
      });
    },
    statusList: () => secure(listDocument(listUrl, did, now())),
  };
}

function entry(listUrl: string): JsonObject {
  const index = String(randomInt(leastStatusListLength));
  return {
    id: `${listUrl}#${index}`,
    type: "BitstringStatusListEntry",
    statusPurpose: "revocation",
    statusListIndex: index,
    statusListCredential: listUrl,
  };
}

function listDocument(url: string, issuer: string, now: number): JsonObject {
  return {
    "@context": [contexts.credentialsV2],
    id: url,
    type: ["VerifiableCredential", "BitstringStatusListCredential"],
    issuer,
    validFrom: new Date(now).toISOString(),
    credentialSubject: {
      id: `${url}#list`,
      type: "BitstringStatusList",
      statusPurpose: "revocation",
      encodedList: encodeStatusList([]),
    },
  };
}
