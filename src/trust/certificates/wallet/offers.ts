import { randomInt, timingSafeEqual } from "node:crypto";
import { digest, minutes, randomToken, type Clock, type Tenant } from "../../../foundation/kernel/index.js";
import type { JsonObject } from "../../../standards/vc/index.js";
import { offerUrl } from "./addresses.js";
import { preAuthorised } from "./metadata.js";
import type { WalletOffer, WalletStore } from "./store.js";

const offerLength = minutes(10);
/** How many wrong transaction codes are borne before an offer is spent: a guess hits with 5 in 1,000,000 at most. */
const mostTries = 5;
const txCodeDigits = 6;

const codeShape = /^[\w-]{43}$/;
const txCodeShape = /^\d{6}$/;

export interface MadeOffer {
  /** The pre-authorised code. It is in this answer only: the store keeps its hash. */
  readonly code: string;
  /** The transaction code, which the holder types into the wallet. Kept as a hash too. */
  readonly txCode: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
}

export interface Offers {
  /** A new offer for a certificate; the last one ends. */
  make(tenant: Tenant, certificateId: string): Promise<MadeOffer>;
  /** The offer of a pre-authorised code that still counts. */
  find(code: string): Promise<WalletOffer | undefined>;
  /** Takes the offer if both codes fit: of any number of calls with them one gets `true`. */
  redeem(offer: WalletOffer, code: string, txCode: string): Promise<boolean>;
}

export function createOffers(store: WalletStore, clock: Clock): Offers {
  return {
    make: async ({ academyId, jurisdictionId }, certificateId) => {
      const code = randomToken();
      const txCode = String(randomInt(10 ** txCodeDigits)).padStart(txCodeDigits, "0");
      const expiresAt = clock.now() + offerLength;
      await store.putOffer({
        ...{ academyId, jurisdictionId, expiresAt, id: certificateId, triesLeft: mostTries },
        codeHash: digest(code),
        txCodeHash: txHash(txCode, code),
      });
      return { code, txCode, expiresAt };
    },
    find: async (code) => {
      const offer = codeShape.test(code) ? await store.offerByCode(digest(code)) : undefined;
      return offer && offer.expiresAt > clock.now() && offer.triesLeft > 0 ? offer : undefined;
    },
    redeem: async ({ id, codeHash, txCodeHash }, code, txCode) => {
      // A slip of the pen, no guess: it costs nothing.
      if (!txCodeShape.test(txCode)) return false;
      // Counted before it is compared, so that calls at the same time get no more tries than calls in a row.
      if ((await store.countTry(id, codeHash)) === 0) return false;
      const isSame = timingSafeEqual(Buffer.from(txHash(txCode, code)), Buffer.from(txCodeHash));
      return isSame && store.takeOffer(id, codeHash);
    },
  };
}

/** With the code for salt: whoever reads the store knows no code, and so can't try all transaction codes. */
const txHash = (txCode: string, code: string): string => digest(`${txCode} ${code}`);

/** The Credential Offer (OpenID4VCI 1.0 §4.1.1). */
export function offerObject(issuer: string, configurations: readonly string[], code: string): JsonObject {
  const tx_code = { input_mode: "numeric", length: txCodeDigits };
  return {
    credential_issuer: issuer,
    credential_configuration_ids: configurations,
    grants: { [preAuthorised]: { "pre-authorized_code": code, tx_code } },
  };
}

/** The link that opens a wallet on the same device, with the whole offer in it (§4.1.2). */
export const offerLink = (offer: JsonObject): string =>
  `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`;

/** What the QR code says: the offer's address, so that it stays small enough for any camera (§4.1.3). */
export const offerReference = (origin: string, code: string): string =>
  `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(offerUrl(origin, code))}`;
