import { readFileSync } from "node:fs";
import type { JsonObject } from "./json.js";

/** The contexts that a document of ours names: these URLs and no others (see contexts/NOTE.md). */
export const contexts = {
  credentialsV2: "https://www.w3.org/ns/credentials/v2",
  openBadges: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
  openBadgesExtensions: "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
  /** Tessera's own, of recognitions and mandates; it never changes under this URL. */
  policeRecognition: "https://w3id.org/tessera/contexts/recognition/v1",
} as const;

/** What the documents of other issuers may name as well. */
export const foreignContexts = {
  credentialsV1: "https://www.w3.org/2018/credentials/v1",
  openBadges300: "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
  openBadges301: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
  openBadges302: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
  ed25519Signature2020: "https://w3id.org/security/suites/ed25519-2020/v1",
  dataIntegrityV1: "https://w3id.org/security/data-integrity/v1",
  dataIntegrityV2: "https://w3id.org/security/data-integrity/v2",
  bitstringStatusList: "https://www.w3.org/ns/credentials/status/v1",
  statusList2021: "https://w3id.org/vc/status-list/2021/v1",
} as const;

/** Context documents by their URLs. */
export type ContextBundle = ReadonlyMap<string, JsonObject>;

export const bundledContexts: ContextBundle = new Map([
  [contexts.credentialsV2, read("credentials-v2.json")],
  [contexts.openBadges, read("open-badges-3.0.3.json")],
  [contexts.openBadgesExtensions, read("open-badges-extensions.json")],
  [contexts.policeRecognition, read("police-recognition-v1.json")],
  [foreignContexts.credentialsV1, read("credentials-v1.json")],
  [foreignContexts.openBadges300, read("open-badges-3.0.0.json")],
  [foreignContexts.openBadges301, read("open-badges-3.0.1.json")],
  [foreignContexts.openBadges302, read("open-badges-3.0.2.json")],
  [foreignContexts.ed25519Signature2020, read("ed25519-2020-v1.json")],
  [foreignContexts.dataIntegrityV1, read("data-integrity-v1.json")],
  [foreignContexts.dataIntegrityV2, read("data-integrity-v2.json")],
  [foreignContexts.bitstringStatusList, read("bitstring-status-list-v1.json")],
  [foreignContexts.statusList2021, read("status-list-2021-v1.json")],
]);

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`contexts/${name}`, import.meta.url), "utf8")) as JsonObject;
}
