import { readFileSync } from "node:fs";
import type { JsonObject } from "./json.js";

/** The contexts that a document may name: these URLs and no others (see contexts/NOTE.md). */
export const contexts = {
  credentialsV2: "https://www.w3.org/ns/credentials/v2",
  openBadges: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
  openBadgesExtensions: "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
  /** Tessera's own, of recognitions and mandates; it never changes under this URL. */
  policeRecognition: "https://w3id.org/tessera/contexts/recognition/v1",
} as const;

/** Context documents by their URLs. */
export type ContextBundle = ReadonlyMap<string, JsonObject>;

export const bundledContexts: ContextBundle = new Map([
  [contexts.credentialsV2, read("credentials-v2.json")],
  [contexts.openBadges, read("open-badges-3.0.3.json")],
  [contexts.openBadgesExtensions, read("open-badges-extensions.json")],
  [contexts.policeRecognition, read("police-recognition-v1.json")],
]);

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`contexts/${name}`, import.meta.url), "utf8")) as JsonObject;
}
