import { assertionKeys, didKeyPublicKey, didWebUrl, parseJson, VcError } from "../../standards/vc/index.js";
import type { Failure, Lookup, Resolver } from "./resolver.js";

/** The keys by which an issuer makes assertions, by verification method; or why they are not known. */
export type IssuerKeys =
  | { readonly keys: ReadonlyMap<string, Uint8Array>; /** UTC milliseconds. */ readonly at?: number }
  | { readonly failure: Failure | "malformed" | "method"; readonly at?: number };

/**
 * Resolves a DID: `did:key` holds its key in itself, a `did:web`'s document is fetched, by https unless the resolver may
 * ask this machine.
 */
export async function keysOf(did: string, lookup: Lookup, { allowPrivate }: Resolver): Promise<IssuerKeys> {
  try {
    if (did.startsWith("did:key:")) return { keys: keyInItself(did) };
    if (!did.startsWith("did:web:")) return { failure: "method" };
    const fetched = await lookup.text(documentUrl(did, allowPrivate));
    if ("failure" in fetched) return fetched;
    return { keys: assertionKeys(parseJson(fetched.text), did), at: fetched.at };
  } catch (error) {
    if (error instanceof VcError) return { failure: "malformed" };
    throw error;
  }
}

/** did:key §3.1.2: the fragment of its only verification method repeats the key. */
function keyInItself(did: string): Map<string, Uint8Array> {
  const key = didKeyPublicKey(did);
  return new Map([[`${did}#${did.slice("did:key:".length)}`, key]]);
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

function documentUrl(did: string, allowPrivate: boolean): string {
  const url = new URL(didWebUrl(did).url);
  if (allowPrivate && loopback.has(url.hostname)) url.protocol = "http:";
  return url.href;
}
