import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { errorFamily, type Secret } from "../kernel/index.js";

export class KeysError extends errorFamily({
  sealed_unreadable: 500,
  /** Nothing is left to sign with; `keySet` says which. */
  key_set_retired: 500,
}) {}

/** Keeps secrets at rest: AES-256-GCM under a key derived from the master secret, with the version of that key. */
export interface Sealer {
  /** `context` is bound to the sealed text: it opens only with the same one. */
  seal(text: string, context: string): string;
  /** @throws KeysError `sealed_unreadable` when it was changed, moved to another context, or sealed by another secret. */
  open(sealed: string, context: string): string;
}

const version = "v1";

export function createSealer(secret: Secret<Buffer>): Sealer {
  const key = deriveKey(secret, `sealing ${version}`);
  return {
    seal: (text, context) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return [version, iv, body, cipher.getAuthTag()]
        .map((part) => (typeof part === "string" ? part : part.toString("base64url")))
        .join(".");
    },
    open: (sealed, context) => {
      const { iv, body, tag } = takeApart(sealed);
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 })
          .setAAD(Buffer.from(context))
          .setAuthTag(tag);
        return decipher.update(body, undefined, "utf8") + decipher.final("utf8");
      } catch (cause) {
        throw new KeysError("sealed_unreadable", {}, { cause });
      }
    },
  };
}

function takeApart(sealed: string): { iv: Buffer; body: Buffer; tag: Buffer } {
  const [used, ...parts] = sealed.split(".");
  const [iv, body, tag] = parts.map((part) => Buffer.from(part, "base64url"));
  // base64url has several spellings of the same bytes; only the one that `seal` writes is taken.
  const asWritten = [iv, body, tag].map((bytes) => bytes?.toString("base64url")).join(".");
  if (used !== version || !iv || !body || !tag || asWritten !== parts.join(".")) {
    throw new KeysError("sealed_unreadable");
  }
  return { iv, body, tag };
}

/** A 256-bit key for one purpose (HKDF-SHA-256, RFC 5869): different purposes never share one. */
export function deriveKey(secret: Secret<Buffer>, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret.reveal(), "tessera", purpose, 32));
}
