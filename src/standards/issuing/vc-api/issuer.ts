import { generateKeyPairSync, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
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
  type Json,
  type JsonObject,
  type RuleFault,
} from "../../vc/index.js";
import { IssuingError } from "../errors.js";

/** The W3C's context for examples, in which every term means something. */
const examples = "https://www.w3.org/ns/credentials/examples/v2";
const credentialsV1 = "https://www.w3.org/2018/credentials/v1";
const dataIntegrity = "https://w3id.org/security/data-integrity/v2";
const bundle: ContextBundle = new Map([
  ...bundledContexts,
  [examples, { "@context": { "@vocab": "https://www.w3.org/ns/credentials/examples#" } }],
  [credentialsV1, read("credentials-v1.json")],
  [dataIntegrity, read("data-integrity-v2.json")],
]);

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`contexts/${name}`, import.meta.url), "utf8")) as JsonObject;
}

/** As `credentialFault`; the suite for proofs still sends credentials of the data model 1.1, whose rules are fewer. */
export function testCredentialFault(credential: JsonObject): RuleFault | undefined {
  return credentialFault(isV1(credential) ? asV2(credential) : credential);
}

function isV1(credential: JsonObject): boolean {
  return contextsOf(credential)[0] === credentialsV1;
}

function asV2(credential: JsonObject): JsonObject {
  return { ...credential, "@context": [contexts.credentialsV2, ...contextsOf(credential).slice(1)] };
}

function contextsOf({ "@context": context = [] }: JsonObject): readonly Json[] {
  return Array.isArray(context) ? (context as readonly Json[]) : [context];
}

/** Proofs as test suites need them: documents may bring contexts of their own. */
export const testIntegrity = createDataIntegrity(bundle, true);

/** Issues whatever it is asked for, with a key of its own that is gone when the process ends. */
export interface TestIssuer {
  readonly did: string;
  /** Where its status list is served. */
  readonly listUrl: string;
  /**
   * The credential with our issuer, a place in the status list if it has none, and both proofs; with the name of a
   * cryptosuite that one alone.
   * @throws IssuingError `vc_api_document_refused`; VcError
   */
  issue(credential: JsonObject, cryptosuite?: string): Promise<JsonObject>;
  statusList(): Promise<JsonObject>;
}

export function createTestIssuer({ origin, now }: { origin: string; now: () => number }): TestIssuer {
  const jwk = { ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) };
  const multikey = ed25519.publicKeyToMultikey(ed25519.publicKeyOfJwk(jwk));
  const did = `did:key:${multikey}`;
  const key = ed25519.proofKeyFrom(jwk, `${did}#${multikey}`);
  const listUrl = `${origin}/credentials/status/1`;
  const secure = async (document: JsonObject, cryptosuite?: string): Promise<JsonObject> => {
    if (cryptosuite === "eddsa-jcs-2022") return testIntegrity.sealJson(document, key, now());
    const { sealRdf, secure: both } = testIntegrity;
    return (cryptosuite === "eddsa-rdfc-2022" ? sealRdf : both)(document, key, now());
  };
  return {
    did,
    listUrl,
    issue: async (credential, cryptosuite) => {
      const fault = testCredentialFault(credential);
      if (fault) throw new IssuingError("vc_api_document_refused", { ...fault });
      const issuer = isJsonObject(credential.issuer) ? { ...credential.issuer, id: did } : did;
      // The older context has neither the terms of these proofs nor those of a status list.
      const missing = isV1(credential)
        ? { "@context": [...new Set([...contextsOf(credential), dataIntegrity])] }
        : { credentialStatus: credential.credentialStatus ?? entry(listUrl) };
      return secure({ ...credential, ...missing, issuer }, cryptosuite);
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
