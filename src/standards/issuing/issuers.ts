import { KnownError, type Tenant } from "../../foundation/kernel/index.js";
import type { ProofKeyRing } from "../../foundation/keys/index.js";
import { didWeb, ed25519, type DidKey, type ProofKey } from "../vc/index.js";
import { IssuingError } from "./errors.js";
import type { IssuingDeps, NamedIssuer } from "./deps.js";

/** A key as it stands in the DID document. */
export interface IssuerMethod extends DidKey {
  readonly createdAt: number;
}

/** Who signs: an academy, or one of another book. */
export interface Issuer {
  /** What the names of its status lists begin with. */
  readonly listName: string;
  readonly did: string;
  /** Of all generations, the retired ones too: what they signed still holds. */
  verificationMethods(): Promise<IssuerMethod[]>;
  /** @throws KeysError `key_set_retired`, `sealed_unreadable` */
  proofKey(): Promise<ProofKey>;
}

export interface Issuers {
  of(tenant: Tenant): Promise<Issuer>;
  /** By the path that its address begins with, and its slug. @throws IssuingError `issuer_unknown` */
  bySlug(path: string, slug: string): Promise<Issuer>;
  /** @throws IssuingError `issuer_unknown` */
  byListName(name: string): Promise<Issuer>;
  /** @throws IssuingError `issuer_unknown` */
  byDid(did: string): Promise<Issuer>;
  /** Every path that addresses of issuers begin with. */
  readonly paths: readonly string[];
}

const academies = "academies";
/** No slug holds two hyphens in a row: no academy's status list has the name of another issuer's. */
const between = "--";

export interface IssuersDeps extends Pick<IssuingDeps, "directory" | "keyRingOf" | "origin" | "others"> {
  readonly history: {
    /** Logs the DID document before a key of it signs. */
    beforeSigning(issuer: Issuer, verificationMethod: string): Promise<void>;
  };
}

export function createIssuers({ directory, keyRingOf, origin, others, history }: IssuersDeps): Issuers {
  const rings = new Map<string, ProofKeyRing>();
  const issuer = (path: string, { academyId, jurisdictionId, slug }: NamedIssuer): Issuer => {
    const isOther = path === others?.path;
    const makeRing = isOther ? others.keyRingOf : keyRingOf;
    const ring = rings.get(academyId) ?? makeRing({ academyId, jurisdictionId });
    // A ring opens each sealed key once: a new one for each signature would do so each time.
    rings.set(academyId, ring);
    const did = didWeb(origin, path, slug);
    // The key's own text as the fragment: two generations can't have the same one.
    const methodOf = (publicKey: Uint8Array): string => `${did}#${ed25519.publicKeyToMultikey(publicKey)}`;
    const itself: Issuer = {
      listName: isOther ? `${path}${between}${slug}` : slug,
      did,
      verificationMethods: async () =>
        (await ring.publicKeys()).map(({ publicKey, createdAt, retiredAt }) => ({
          ...{ id: methodOf(publicKey), publicKey, createdAt },
          ...(retiredAt === undefined ? {} : { retiredAt }),
        })),
      proofKey: async () => {
        const signer = await ring.signer();
        const verificationMethod = methodOf(signer.publicKey);
        await history.beforeSigning(itself, verificationMethod);
        return { verificationMethod, sign: (bytes) => signer.sign(bytes) };
      },
    };
    return itself;
  };
  const bySlug = async (path: string, slug: string): Promise<Issuer> => {
    const found = await (path === others?.path ? others.bySlug(slug) : academyBySlug(slug, directory));
    if (!found) throw new IssuingError("issuer_unknown");
    return issuer(path, found);
  };
  return {
    of: async (tenant) => {
      const other = await others?.of(tenant);
      if (others && other) return issuer(others.path, other);
      return issuer(academies, await directory.academy(tenant.academyId));
    },
    bySlug,
    byDid: async (did) => {
      const [slug = "", path = ""] = did.split(":").toReversed();
      const found = await bySlug(path, slug);
      if (found.did !== did) throw new IssuingError("issuer_unknown");
      return found;
    },
    byListName: (name) => {
      const start = `${others?.path ?? ""}${between}`;
      if (!others || !name.startsWith(start)) return bySlug(academies, name);
      return bySlug(others.path, name.slice(start.length));
    },
    paths: [academies, ...(others ? [others.path] : [])],
  };
}

async function academyBySlug(
  slug: string,
  directory: IssuersDeps["directory"],
): Promise<NamedIssuer | undefined> {
  try {
    return await directory.chooseAcademy(slug);
  } catch (error) {
    if (error instanceof KnownError && error.code === "academy_unknown") return undefined;
    throw error;
  }
}
