import { createHmac, timingSafeEqual } from "node:crypto";
import { digest, minutes, randomToken, type Clock } from "../../../foundation/kernel/index.js";
import type { WalletStore } from "./store.js";

/** What a wallet's key proof is made for, so that it can't be shown a second time (OpenID4VCI 1.0 §7). */
export interface Nonces {
  /** A fresh `c_nonce`, good for five minutes. Anyone may ask for one, so the store keeps only those that were used. */
  make(): string;
  /** Whether it was made here, still counts, and was never used: of any number of calls one gets `true`. */
  take(nonce: string): Promise<boolean>;
}

const nonceLength = minutes(5);

/** @param key for the signature by which nonces are known again */
export function createNonces(store: WalletStore, key: Buffer, clock: Clock): Nonces {
  const mac = (text: string): string => createHmac("sha256", key).update(text).digest("base64url");
  return {
    make: () => {
      const text = `${randomToken(18)}.${(clock.now() + nonceLength).toString(36)}`;
      return `${text}.${mac(text)}`;
    },
    take: async (nonce) => {
      const [random = "", ends = "", given = ""] = nonce.length > 200 ? [] : nonce.split(".");
      const [one, other] = [Buffer.from(given), Buffer.from(mac(`${random}.${ends}`))];
      if (one.length !== other.length || !timingSafeEqual(one, other)) return false;
      const expiresAt = Number.parseInt(ends, 36);
      return expiresAt > clock.now() && store.takeNonce(digest(nonce), expiresAt);
    },
  };
}
