import { canonicalJson } from "./canonical-json.js";
import { ed25519 } from "./ed25519.js";
import { VcError } from "./errors.js";
import { isJsonObject, parseJson, type Json, type JsonObject } from "./json.js";
import { keyOfJwk, keyOfMultikey, knownKey } from "./public-keys.js";

const hostPattern = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
const segmentPattern = /^[A-Za-z0-9._-]+$/;
const maxDidLength = 512;
const maxKeys = 100;

/**
 * The did:web of a path under an origin: `https://a.example:8443`, `x`, `y` → `did:web:a.example%3A8443:x:y`.
 * @throws VcError `vc_did_malformed`
 */
export function didWeb(origin: string, ...segments: string[]): string {
  const host = URL.canParse(origin) ? new URL(origin).host : "";
  const did = ["did:web", host.replace(":", "%3A"), ...segments].join(":");
  didWebUrl(did);
  return did;
}

/**
 * Where a did:web's document stands (did:web §3.2), always HTTPS; `host` is what a person should be shown.
 * Whether that host may be asked is for whoever fetches to decide. @throws VcError `vc_did_malformed`
 */
export function didWebUrl(did: string): { host: string; url: string } {
  const [scheme, method, encodedHost = "", ...segments] = did.length > maxDidLength ? [] : did.split(":");
  const host = encodedHost.replace(/%3a/i, ":");
  const fits = scheme === "did" && method === "web" && hostPattern.test(host) && segments.every(isSegment);
  if (!fits || !URL.canParse(`https://${host}`)) throw new VcError("vc_did_malformed");
  const path = segments.length === 0 ? ".well-known" : segments.join("/");
  return { host, url: `https://${host}/${path}/did.json` };
}

function isSegment(segment: string): boolean {
  return segmentPattern.test(segment) && segment !== "." && segment !== "..";
}

/** The Ed25519 key that a did:key is, 32 raw bytes. @throws VcError `vc_did_malformed`, `vc_key_malformed` */
export function didKeyPublicKey(did: string): Uint8Array {
  const multikey = /^did:key:(z[1-9A-HJ-NP-Za-km-z]{1,100})$/.exec(did)?.[1];
  if (multikey === undefined) throw new VcError("vc_did_malformed");
  return ed25519.multikeyToPublicKey(multikey);
}

/** The key that a did:key is, of Ed25519 or P-256. @throws VcError `vc_did_malformed`, `vc_key_malformed` */
export function didKeyBytes(did: string): Uint8Array {
  const multikey = /^did:key:(z[1-9A-HJ-NP-Za-km-z]{1,100})$/.exec(did)?.[1];
  if (multikey === undefined) throw new VcError("vc_did_malformed");
  return keyOfMultikey(multikey);
}

/**
 * The DID document that a did:jwk is: one key, `#0`, for assertions and authentication unless it is said to be for
 * encryption. @throws VcError `vc_did_malformed`, `vc_json_malformed`
 */
export function didJwkDocument(did: string): JsonObject {
  const encoded = /^did:jwk:([A-Za-z0-9_-]{1,4000})$/.exec(did)?.[1];
  if (encoded === undefined) throw new VcError("vc_did_malformed");
  const publicKeyJwk = parseJson(Buffer.from(encoded, "base64url").toString("utf8"));
  const id = `${did}#0`;
  const purposes = publicKeyJwk.use === "enc" ? {} : { assertionMethod: [id], authentication: [id] };
  const verificationMethod = [{ id, type: "JsonWebKey2020", controller: did, publicKeyJwk }];
  return { id: did, verificationMethod, ...purposes };
}

export interface DidKey {
  /** The verification method's whole DID URL. */
  readonly id: string;
  /** 32 raw bytes, Ed25519. */
  readonly publicKey: Uint8Array;
  /** UTC milliseconds; what it signed before still holds. */
  readonly retiredAt?: number;
}

/**
 * A DID document (DID 1.0 §5) that lets the keys make assertions. Retired ones stay in it, with `expires`, the next whole
 * second (Controlled Identifiers 1.0 §2.2): stock verifiers refuse whatever a key with `revoked` ever signed.
 */
export function didDocument({ did, keys }: { did: string; keys: readonly DidKey[] }): JsonObject {
  if (keys.some(({ id }) => !id.startsWith(`${did}#`))) throw new VcError("vc_did_malformed", { did });
  return {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    id: did,
    verificationMethod: keys.map(({ id, publicKey, retiredAt }) => ({
      id,
      type: "Multikey",
      controller: did,
      ...(retiredAt === undefined ? {} : { expires: nextSecond(retiredAt) }),
      publicKeyMultibase: ed25519.publicKeyToMultikey(publicKey),
    })),
    assertionMethod: keys.map(({ id }) => id),
  };
}

const nextSecond = (at: number): string =>
  new Date(Math.ceil(at / 1000) * 1000).toISOString().replace(".000Z", "Z");

/** A key of a DID document. */
export interface ListedKey {
  /** 32 raw bytes of Ed25519, or the 33 of a compressed point of P-256. */
  readonly publicKey: Uint8Array;
  /** It stands under `assertionMethod`; the DID may have others for other purposes. */
  readonly asserts: boolean;
  /** It stands under `authentication`. */
  readonly authenticates: boolean;
  /** By `revoked` or `expires`, the earlier one, UTC milliseconds; what can't be read as a time is 0. */
  readonly retiredAt?: number;
}

/**
 * The Ed25519 and P-256 keys of a DID that stand in its own document and are controlled by it, as Multikey,
 * Ed25519VerificationKey2020 or JsonWebKey, by their absolute ids.
 * @throws VcError `vc_did_malformed` when the document is another DID's, or names two different keys alike
 */
export function listedKeys(document: JsonObject, did: string): Map<string, ListedKey> {
  if (document.id !== did) throw new VcError("vc_did_malformed", { did });
  const [asserting, authenticating] = [listOf(document.assertionMethod), listOf(document.authentication)];
  const methods = new Map<string, JsonObject>();
  for (const method of [...listOf(document.verificationMethod), ...asserting, ...authenticating]) {
    if (!isJsonObject(method) || typeof method.id !== "string") continue;
    const id = absolute(method.id, did);
    // Some write the same method out under each of its purposes.
    const known = methods.get(id);
    if (known && canonicalJson(known) !== canonicalJson(method))
      throw new VcError("vc_did_malformed", { did });
    methods.set(id, method);
  }
  const [asserts, authenticates] = [namesIn(asserting, did), namesIn(authenticating, did)];
  const keys = new Map<string, ListedKey>();
  for (const [id, method] of methods) {
    const publicKey = id.startsWith(`${did}#`) ? keyOf(method, did) : undefined;
    if (!publicKey) continue;
    const retiredAt = retirementOf(method);
    keys.set(id, {
      ...{ publicKey, asserts: asserts.has(id), authenticates: authenticates.has(id) },
      ...(retiredAt === undefined ? {} : { retiredAt }),
    });
  }
  return keys;
}

function namesIn(list: readonly Json[], did: string): Set<string> {
  const names = list.map((listed) => (isJsonObject(listed) ? listed.id : listed));
  return new Set(names.filter((name) => typeof name === "string").map((name) => absolute(name, did)));
}

function retirementOf({ revoked, expires }: JsonObject): number | undefined {
  const times = [revoked, expires]
    .filter((one) => one !== undefined)
    .map((one) => (typeof one === "string" ? Date.parse(one) : Number.NaN))
    .map((at) => (Number.isFinite(at) ? at : 0));
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * The keys by which a DID may assert now: of `listedKeys` those for assertions that say no end.
 * @throws VcError as `listedKeys`
 */
export function assertionKeys(document: JsonObject, did: string): Map<string, Uint8Array> {
  const able = [...listedKeys(document, did)].filter(([, key]) => key.asserts && key.retiredAt === undefined);
  return new Map(able.map(([id, { publicKey }]) => [id, publicKey]));
}

function absolute(id: string, did: string): string {
  return id.startsWith("#") ? `${did}${id}` : id;
}

function listOf(value: Json | undefined): readonly Json[] {
  const list = value === undefined ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (list.length > maxKeys) throw new VcError("vc_did_malformed");
  return list;
}

const multikeyTypes: readonly (Json | undefined)[] = ["Multikey", "Ed25519VerificationKey2020"];
const jwkTypes: readonly (Json | undefined)[] = ["JsonWebKey", "JsonWebKey2020"];

/** A document may list several kinds of keys; what is of another kind is as if it were not there. */
function keyOf(method: JsonObject, did: string): Uint8Array | undefined {
  const { type, controller, publicKeyMultibase: multikey, publicKeyJwk: jwk } = method;
  if (controller !== did) return undefined;
  if (multikeyTypes.includes(type) && typeof multikey === "string")
    return knownKey(() => keyOfMultikey(multikey));
  if (jwkTypes.includes(type) && isJsonObject(jwk)) return knownKey(() => keyOfJwk(jwk));
  return undefined;
}
