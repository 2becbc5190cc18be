import { KnownError, type Tenant } from "../../foundation/kernel/index.js";
import type { ProofKeyRing } from "../../foundation/keys/index.js";
import { didWeb, ed25519, type ProofKey } from "../vc/index.js";
import { IssuingError } from "./errors.js";
import type { IssuingDeps } from "./deps.js";

/** An academy as the one who signs. */
export interface Issuer {
  readonly slug: string;
  readonly did: string;
  /** Of all generations, the retired ones too: what they signed still holds. */
  verificationMethods(): Promise<{ id: string; publicKey: Uint8Array }[]>;
  /** @throws KeysError `key_set_retired`, `sealed_unreadable` */
  proofKey(): Promise<ProofKey>;
}

export interface Issuers {
  of(tenant: Tenant): Promise<Issuer>;
  /** @throws IssuingError `issuer_unknown` */
  bySlug(slug: string): Promise<Issuer>;
}

export function createIssuers({
  directory,
  keyRingOf,
  origin,
}: Pick<IssuingDeps, "directory" | "keyRingOf" | "origin">): Issuers {
  const rings = new Map<string, ProofKeyRing>();
  const issuer = ({ academyId, jurisdictionId, slug }: Tenant & { readonly slug: string }): Issuer => {
    const ring = rings.get(academyId) ?? keyRingOf({ academyId, jurisdictionId });
    // A ring opens each sealed key once: a new one for each signature would do so each time.
    rings.set(academyId, ring);
    const did = didWeb(origin, "academies", slug);
    // The key's own text as the fragment: two generations can't have the same one.
    const methodOf = (publicKey: Uint8Array): string => `${did}#${ed25519.publicKeyToMultikey(publicKey)}`;
    return {
      slug,
      did,
      verificationMethods: async () =>
        (await ring.publicKeys()).map(({ publicKey }) => ({ id: methodOf(publicKey), publicKey })),
      proofKey: async () => {
        const signer = await ring.signer();
        return { verificationMethod: methodOf(signer.publicKey), sign: (bytes) => signer.sign(bytes) };
      },
    };
  };
  return {
    of: async ({ academyId }) => issuer(await directory.academy(academyId)),
    bySlug: async (slug) => {
      try {
        return issuer(await directory.chooseAcademy(slug));
      } catch (error) {
        if (error instanceof KnownError && error.code === "academy_unknown")
          throw new IssuingError("issuer_unknown", {}, { cause: error });
        throw error;
      }
    },
  };
}
