import { sha256, toBase58 } from "./base.js";
import { canonicalJson } from "./canonical-json.js";
import type { ContextBundle } from "./contexts.js";
import { checkDocument } from "./document.js";
import type { ProofKey } from "./ed25519.js";
import { VcError } from "./errors.js";
import { defaultMaxBytes, type Json, type JsonObject } from "./json.js";
import { plainOptionsText } from "./proof-options.js";
import {
  proofsOf,
  listOf,
  readProofs,
  suiteName,
  withoutProof,
  type Flaw,
  type ProofExpectation,
  type ProofReason,
  type Suite,
  type WellFormedProof,
} from "./proof-shape.js";
import { signatureHolds } from "./public-keys.js";
import { createCanonize, type Canonize } from "./rdf.js";

export interface ProofVerdict {
  /**
   * As the proof has it, or its type where that is the suite; empty when it has none that can be read; the same for the
   * method.
   */
  readonly cryptosuite: string;
  readonly verificationMethod: string;
  readonly created?: string;
  /** `unknown`: nothing speaks against the proof, and nothing for it. */
  readonly verdict: "valid" | "invalid" | "unknown";
  readonly reason?: ProofReason;
}

/**
 * The raw bytes of a verification method's public key, 32 of Ed25519 or the 33 of a compressed point of P-256, when its
 * controller lists it for assertions.
 */
export type PublicKeyOf = (verificationMethod: string) => Promise<Uint8Array | undefined>;

/**
 * Data Integrity proofs with the cryptosuites eddsa-rdfc-2022 and eddsa-jcs-2022 (vc-di-eddsa §3.2, §3.3). Of others are
 * verified too: ecdsa-rdfc-2019 and ecdsa-jcs-2019 with P-256 (vc-di-ecdsa §3.2, §3.3), and Ed25519Signature2020.
 */
export interface DataIntegrity {
  /**
   * The document with both proofs, RDFC first, for `assertionMethod`; `at` in UTC milliseconds is written in whole
   * seconds. @throws VcError as `verifyProofs`, and `vc_document_refused` when it has a proof already
   */
  readonly secure: (document: JsonObject, key: ProofKey, at: number) => Promise<JsonObject>;
  /** A plain JSON document with one proof, of eddsa-jcs-2022. @throws VcError as `secure` */
  readonly sealJson: (document: JsonObject, key: ProofKey, at: number) => JsonObject;
  /** A document with one proof, of eddsa-rdfc-2022. @throws VcError as `secure` */
  readonly sealRdf: (document: JsonObject, key: ProofKey, at: number) => Promise<JsonObject>;
  /**
   * One verdict for each proof, in order. JCS proofs come first, and the RDFC proof is looked at only when each of them
   * is valid: a poisoned dataset has to get past a signature. A caller that wants both must see two `valid` ones. An RDFC
   * proof alone does not cover how the JSON is written, only what it means: whoever reads members of it by their names
   * has to look at that too.
   * @throws VcError `vc_proof_malformed`, `vc_context_unknown`, `vc_document_refused`, `vc_json_too_deep`,
   * `vc_json_too_large`, `vc_json_malformed`
   */
  readonly verifyProofs: (
    document: JsonObject,
    publicKeyOf: PublicKeyOf,
    /** With it a proof's other members count as well: its end, what it was made for, the proofs that it follows. */
    expected?: ProofExpectation,
  ) => Promise<ProofVerdict[]>;
}

/** With these contexts and no others; `inline` allows a document to bring its own, which no product of ours does. */
export function createDataIntegrity(bundle: ContextBundle, inline = false): DataIntegrity {
  const canonize = createCanonize(bundle);

  const check = (document: JsonObject): Unsecured => {
    checkDocument(document, bundle, inline);
    return prepare(withoutProof(document));
  };
  const prepare = (unsecured: JsonObject): Unsecured => prepared(unsecured, canonize);
  const checkUnsecured = (document: JsonObject): Unsecured => {
    if (document.proof !== undefined) throw new VcError("vc_document_refused", { reason: "has_proof" });
    return check(document);
  };
  const rdfcProof = async (unsecured: Unsecured, key: ProofKey, at: number): Promise<JsonObject> => {
    const options = proofOptions("eddsa-rdfc-2022", key, at);
    return signed(options, await hashRdfc(unsecured, options), key);
  };
  const hashRdfc = async (
    { context = null, rdfcHash }: Unsecured,
    options: JsonObject,
  ): Promise<Uint8Array> => {
    const optionsText =
      plainOptionsText(options, context) ?? (await canonize({ ...options, "@context": context }));
    return Buffer.concat([sha256(optionsText), await rdfcHash()]);
  };

  return {
    secure: async (document, key, at) => {
      const unsecured = checkUnsecured(document);
      return { ...document, proof: [await rdfcProof(unsecured, key, at), jcsProof(unsecured, key, at)] };
    },
    sealJson: (document, key, at) => ({ ...document, proof: jcsProof(checkUnsecured(document), key, at) }),
    sealRdf: async (document, key, at) => ({
      ...document,
      proof: await rdfcProof(checkUnsecured(document), key, at),
    }),
    verifyProofs: async (document, publicKeyOf, expected) => {
      const proofs = proofsOf(document);
      const plain = check(document);
      const covered = (options: JsonObject): Unsecured => {
        const before = precedingProofs(proofs, options);
        return before.length === 0 ? plain : prepare({ ...withoutProof(document), proof: before });
      };
      let standing = await withKeys(readProofs(proofs, plain.context, expected), publicKeyOf);
      const isJcs = proofs.map(
        ({ cryptosuite }) => cryptosuite === "eddsa-jcs-2022" || cryptosuite === "ecdsa-jcs-2019",
      );
      standing = await judge(standing, "jcs", (options) => hashJcs(covered(options), options));
      if (isJcs.every((jcs, place) => !jcs || standing[place] === valid)) {
        standing = await judge(standing, "rdfc", (options) => hashRdfc(covered(options), options));
      }
      // As often as there are proofs: one that falls takes with it what follows it.
      standing = proofs.reduce<Standing[]>((so) => followed(proofs, so), standing);
      return proofs.map((proof, place) => verdictOf(proof, standing[place] ?? notTried));
    },
  };
}

/** A document without its proofs, checked; each hash is made once, when it is asked for. */
interface Unsecured {
  readonly context: Json | undefined;
  readonly jcsHash: () => Uint8Array;
  readonly rdfcHash: () => Promise<Uint8Array>;
}

function prepared(unsecured: JsonObject, canonize: Canonize): Unsecured {
  const canonical = canonicalJson(unsecured);
  if (Buffer.byteLength(canonical) > defaultMaxBytes) {
    throw new VcError("vc_json_too_large", { maxBytes: defaultMaxBytes });
  }
  return {
    context: unsecured["@context"],
    jcsHash: once(() => sha256(canonical)),
    rdfcHash: once(async () => sha256(await canonize(unsecured))),
  };
}

/** The proofs that one says it follows: it covers them too (Data Integrity 1.0 §4.6). */
function precedingProofs(proofs: readonly JsonObject[], { previousProof }: JsonObject): JsonObject[] {
  const previous = listOf(previousProof);
  return proofs.filter(({ id = null }) => previous.includes(id));
}

const valid = { verdict: "valid" } as const;
const wrong: Flaw = { verdict: "invalid", reason: "signature_wrong" };
const notTried: Flaw = { verdict: "unknown", reason: "not_tried" };

/** Where a proof stands on its way to a verdict. */
type Standing = Flaw | typeof valid | (WellFormedProof & { readonly publicKey: Uint8Array });

function withKeys(
  proofs: readonly (WellFormedProof | Flaw)[],
  publicKeyOf: PublicKeyOf,
): Promise<Standing[]> {
  return Promise.all(
    proofs.map(async (proof) => {
      if ("verdict" in proof) return proof;
      const publicKey = await publicKeyOf(proof.verificationMethod);
      return publicKey ? { ...proof, publicKey } : ({ verdict: "unknown", reason: "key_unknown" } as const);
    }),
  );
}

/** Judges the proofs over one kind of text; the others stay where they stand. */
function judge(
  standing: readonly Standing[],
  canonical: Suite["canonical"],
  hash: (options: JsonObject) => Uint8Array | Promise<Uint8Array>,
): Promise<Standing[]> {
  return Promise.all(
    standing.map(async (one) => {
      if ("verdict" in one || one.suite.canonical !== canonical) return one;
      const signed = { bytes: await hash(one.options), signature: one.signature };
      return signatureHolds(one.suite.key, one.publicKey, signed) ? valid : wrong;
    }),
  );
}

/** A proof that follows others is valid when each of them is there and valid. */
function followed(proofs: readonly JsonObject[], standing: readonly Standing[]): Standing[] {
  const holds = (id: Json): boolean =>
    proofs.some((proof, place) => proof.id === id && standing[place] === valid);
  return standing.map((one, place) => {
    const previous = listOf(proofs[place]?.previousProof);
    return one === valid && !previous.every(holds)
      ? ({ verdict: "invalid", reason: "previous_missing" } as const)
      : one;
  });
}

function verdictOf(proof: JsonObject, standing: Standing): ProofVerdict {
  const { verificationMethod, created } = proof;
  const { verdict, reason } = "verdict" in standing ? { reason: undefined, ...standing } : notTried;
  return {
    cryptosuite: suiteName(proof),
    verificationMethod: textOf(verificationMethod),
    ...(typeof created === "string" ? { created } : {}),
    verdict,
    ...(reason === undefined ? {} : { reason }),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function proofOptions(
  cryptosuite: "eddsa-rdfc-2022" | "eddsa-jcs-2022",
  { verificationMethod }: ProofKey,
  at: number,
): JsonObject {
  return {
    type: "DataIntegrityProof",
    cryptosuite,
    created: `${new Date(at).toISOString().slice(0, 19)}Z`,
    verificationMethod,
    proofPurpose: "assertionMethod",
  };
}

function signed(options: JsonObject, hash: Uint8Array, key: ProofKey): JsonObject {
  return { ...options, proofValue: toBase58(key.sign(hash)) };
}

function hashJcs({ jcsHash }: Unsecured, options: JsonObject): Uint8Array {
  return Buffer.concat([sha256(canonicalJson(options)), jcsHash()]);
}

function jcsProof(unsecured: Unsecured, key: ProofKey, at: number): JsonObject {
  const { context } = unsecured;
  const plain = proofOptions("eddsa-jcs-2022", key, at);
  const options = context === undefined ? plain : { ...plain, "@context": context };
  return signed(options, Buffer.concat([optionsHash(options), unsecured.jcsHash()]), key);
}

let lastOptions: { readonly names: string; readonly hash: Uint8Array } | undefined;

/** What is signed with one key in one second has the same options, so of many their hash is made once a second. */
function optionsHash(options: JsonObject): Uint8Array {
  const names = JSON.stringify(options);
  if (lastOptions?.names !== names) lastOptions = { names, hash: sha256(canonicalJson(options)) };
  return lastOptions.hash;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
