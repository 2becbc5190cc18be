import { profileVersionIri } from "../../foundation/kernel/index.js";
import type { JsonObject } from "../../standards/vc/index.js";
import type { Seal } from "../../training/evidence/index.js";
import { certificateUrl, manifestUrl } from "./addresses.js";
import { wholeSeconds } from "./credential.js";

export interface ManifestParts {
  readonly origin: string;
  /** The certificate's id, the last segment of its address. */
  readonly id: string;
  readonly issuer: string;
  readonly seal: Pick<Seal, "count" | "root">;
  /** UTC milliseconds. */
  readonly createdAt: number;
}

/**
 * What a certificate rests on, said without showing any of it: how many statements, and the root of the hash tree over
 * them. The academy seals it, and the certificate pins its exact bytes.
 */
export function manifestDocument({ origin, id, issuer, seal, createdAt }: ManifestParts): JsonObject {
  return {
    type: "EvidenceManifest",
    id: manifestUrl(origin, id),
    certificate: certificateUrl(origin, id),
    issuer,
    created: wholeSeconds(createdAt),
    statementCount: seal.count,
    merkleRoot: seal.root,
    hashing: {
      tree: "RFC 9162, section 2.1.1, SHA-256",
      leafInput: "salt (32 bytes), then the statement as canonical JSON (RFC 8785)",
      order: "oldest first, as the certificate's issuer keeps them",
      rootEncoding: "hexadecimal",
    },
    profile: profileVersionIri,
  };
}
