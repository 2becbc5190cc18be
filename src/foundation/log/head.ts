import { createHash, createPublicKey, verify } from "node:crypto";
import { LogError } from "./errors.js";
import { fromBase64, toBase64 } from "./entry.js";

/** The kinds of signature on a head (C2SP signed-note §signature types): the log's own, and a witness's with its time. */
export const signatureKinds = { log: 1, witness: 4 } as const;
type SignatureKind = (typeof signatureKinds)[keyof typeof signatureKinds];

/** A head as a checkpoint says it (C2SP tlog-checkpoint). */
export interface Head {
  /** The log's name: a URL without its scheme. */
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

export interface ReadHead extends Head {
  /** The signed bytes, as text. */
  readonly body: string;
  readonly signatures: readonly {
    readonly name: string;
    readonly payload: Uint8Array;
    readonly line: string;
  }[];
}

/** A verifier key, read. */
interface VerifierKey {
  readonly name: string;
  readonly id: Buffer;
  readonly kind: number;
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array;
}

interface NoteSigner {
  readonly publicKey: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

/** `<name>+<hex id>+<base64(kind || key)>` (C2SP signed-note §verifier keys). */
export function verifierKey(name: string, kind: SignatureKind, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Buffer.of(kind), publicKey]);
  return `${name}+${keyId(name, typed).toString("hex")}+${toBase64(typed)}`;
}

/** @throws LogError `log_key_malformed` */
export function readVerifierKey(text: string): VerifierKey {
  const [, name = "", id = "", encoded = ""] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const typed = Buffer.from(fromBase64(encoded));
  const known = Object.values(signatureKinds).some((kind) => kind === typed[0]);
  if (!known || typed.length !== 33 || keyId(name, typed).toString("hex") !== id)
    throw new LogError("log_key_malformed");
  return { name, id: Buffer.from(id, "hex"), kind: typed[0] ?? 0, publicKey: typed.subarray(1) };
}

/** The first bytes of SHA-256(name, 0x0A, kind, key). */
function keyId(name: string, typed: Uint8Array): Buffer {
  return createHash("sha256").update(name).update("\n").update(typed).digest().subarray(0, 4);
}

/** The text that is signed: three lines, each ended. */
export const headBody = ({ origin, size, root }: Head): string => `${origin}\n${size}\n${root}\n`;

/** A head under the log's signatures, one a key, each in its line; the keys' name is the log's. */
export function signHead(head: Head, ...signers: readonly NoteSigner[]): string {
  const body = headBody(head);
  const lines = signers.map((signer) => {
    const { id } = readVerifierKey(verifierKey(head.origin, signatureKinds.log, signer.publicKey));
    return `${signatureLine(head.origin, id, signer.sign(Buffer.from(body)))}\n`;
  });
  return `${body}\n${lines.join("")}`;
}

/**
 * A witness's line for a head's body: it saw this, and it goes on from all it saw before (C2SP tlog-cosignature v1).
 * @param at UTC milliseconds; whole seconds are signed
 */
export function cosign(body: string, name: string, signer: NoteSigner, at: number): string {
  const time = BigInt(Math.floor(at / 1000));
  const { id } = readVerifierKey(verifierKey(name, signatureKinds.witness, signer.publicKey));
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(time);
  return signatureLine(name, id, stamp, signer.sign(cosignedBytes(body, time)));
}

const cosignedBytes = (body: string, time: bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${time}\n${body}`);

const signatureLine = (name: string, ...parts: Uint8Array[]): string =>
  `— ${name} ${Buffer.concat(parts).toString("base64")}`;

/** Takes a checkpoint apart; nothing is checked but its form. @throws LogError `log_head_malformed` */
export function readHead(text: string): ReadHead {
  const end = text.length > 100_000 ? -1 : text.lastIndexOf("\n\n");
  const body = text.slice(0, end + 1);
  const [, origin = "", size = "", root = ""] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$/.exec(body) ?? [];
  const lines = text.slice(end + 2).split("\n");
  if (end < 0 || root === "" || lines.pop() !== "" || !Number.isSafeInteger(Number(size)))
    throw new LogError("log_head_malformed");
  return { origin, size: Number(size), root, body, signatures: lines.map(readSignature) };
}

function readSignature(line: string): ReadHead["signatures"][number] {
  const [, name = "", encoded = ""] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  if (name === "") throw new LogError("log_head_malformed");
  return { name, payload: fromBase64(encoded), line };
}

/** Who of these signed a head: `at` is the time that a witness signed, UTC milliseconds. */
export interface HeadSignature {
  readonly key: string;
  readonly at?: number;
}

/**
 * The keys, of those given, whose signature stands under the head and holds; those of unknown keys are passed over
 * (C2SP signed-note §verification). Nothing in the list means that nobody known signed it.
 * @param keys verifier keys, of the log and of witnesses
 * @throws LogError `log_head_malformed`, `log_key_malformed`
 */
export function verifyHead(text: string, keys: readonly string[]): HeadSignature[] {
  const { body, signatures } = readHead(text);
  return keys.flatMap((key) => {
    const known = readVerifierKey(key);
    for (const { name, payload } of signatures) {
      if (name !== known.name || !known.id.equals(payload.subarray(0, 4))) continue;
      const found = check(body, known, Buffer.from(payload.subarray(4)));
      if (found) return [{ key, ...found }];
    }
    return [];
  });
}

/** Whether a signature under it says that it is by one of these keys, whether or not it holds. @throws as `verifyHead` */
export function isSaidToBeBy(text: string, keys: readonly string[]): boolean {
  const known = keys.map(readVerifierKey);
  return readHead(text).signatures.some(({ name, payload }) =>
    known.some((key) => key.name === name && key.id.equals(payload.subarray(0, 4))),
  );
}

function check(
  body: string,
  { kind, publicKey }: VerifierKey,
  signature: Buffer,
): { at?: number } | undefined {
  if (kind === signatureKinds.log) return holds(Buffer.from(body), publicKey, signature) ? {} : undefined;
  if (signature.length !== 72) return undefined;
  const time = signature.readBigUInt64BE(0);
  return holds(cosignedBytes(body, time), publicKey, signature.subarray(8))
    ? { at: Number(time) * 1000 }
    : undefined;
}

/** Ed25519 over these bytes (RFC 8032 §5.1.7). */
function holds(bytes: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, bytes, key, signature);
}
