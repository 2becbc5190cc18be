import type { JsonObject } from "../vc/index.js";
import type { CredentialRecord } from "./credential-store.js";

/** The public addresses of what this room publishes. They stand in signed documents: never change them. */
export const statusListUrl = (origin: string, list: string): string => `${origin}/status/${list}`;

export const statusListName = (issuer: string, number: number): string => `${issuer}-${number}`;

/** Whose list it is, by its name; that may hold hyphens itself, so the last one counts. */
export function issuerOfList(list: string): string | undefined {
  return /^([a-z0-9-]{1,80})-[1-9]\d{0,8}$/.exec(list)?.[1];
}

/** A credential's place as it stands in the credential: a BitstringStatusListEntry (Bitstring Status List 1.0 §2.1). */
export function statusEntry(origin: string, { statusList, statusIndex }: CredentialRecord): JsonObject {
  const url = statusListUrl(origin, statusList);
  return {
    id: `${url}#${statusIndex}`,
    type: "BitstringStatusListEntry",
    statusPurpose: "revocation",
    statusListIndex: String(statusIndex),
    statusListCredential: url,
  };
}
