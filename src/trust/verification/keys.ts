import {
  didJwkDocument,
  didKeyBytes,
  didWebUrl,
  listedKeys,
  parseJson,
  VcError,
  type JsonObject,
  type ListedKey,
} from "../../standards/vc/index.js";
import type { Failure, Lookup } from "./resolver.js";

/** An issuer's keys, by verification method; or why they are not known. */
export type IssuerKeys =
  | {
      readonly keys: ReadonlyMap<string, ListedKey>;
      /** The DID document; absent for a `did:key`. */
      readonly document?: JsonObject;
      /** UTC milliseconds. */
      readonly at?: number;
    }
  | { readonly failure: Failure | "malformed" | "method"; readonly at?: number };

/**
 * Resolves a DID: `did:key` and `did:jwk` hold their key in themselves, a `did:web`'s document is fetched, by https
 * unless the lookup may ask this machine.
 */
export async function keysOf(did: string, lookup: Lookup): Promise<IssuerKeys> {
  try {
    if (did.startsWith("did:key:")) return { keys: keyInItself(did) };
    if (did.startsWith("did:jwk:")) {
      const document = didJwkDocument(did);
      return { keys: listedKeys(document, did), document };
    }
    if (!did.startsWith("did:web:")) return { failure: "method" };
    const fetched = await lookup.text(documentUrl(did, lookup));
    if ("failure" in fetched) return fetched;
    const document = parseJson(fetched.text);
    return { keys: listedKeys(document, did), document, at: fetched.at };
  } catch (error) {
    // A did:key of another kind of key.
    if (error instanceof VcError && error.code === "vc_key_malformed") return { failure: "method" };
    if (error instanceof VcError) return { failure: "malformed" };
    throw error;
  }
}

/** did:key §3.1.2: the fragment of its only verification method repeats the key, which serves every purpose. */
function keyInItself(did: string): Map<string, ListedKey> {
  const publicKey = didKeyBytes(did);
  const name = `${did}#${did.slice("did:key:".length)}`;
  return new Map([[name, { publicKey, asserts: true, authenticates: true }]]);
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Where a did:web's document stands. @throws VcError `vc_did_malformed` */
export function documentUrl(did: string, { allowPrivate }: Pick<Lookup, "allowPrivate">): string {
  const url = new URL(didWebUrl(did).url);
  if (allowPrivate && loopback.has(url.hostname)) url.protocol = "http:";
  return url.href;
}
