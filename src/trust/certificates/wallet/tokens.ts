import { digest, minutes, randomToken, type Clock } from "../../../foundation/kernel/index.js";
import { walletFormats, type WalletFormat } from "./configurations.js";
import type { WalletOffer, WalletStore, WalletToken } from "./store.js";

/** OpenID4VCI 1.0 §13.10: a bearer token that lasts no longer than five minutes. */
export const tokenLength = minutes(5);

export interface Tokens {
  /** A token for the offer's certificate in these formats. It is in this answer only: the store keeps its hash. */
  make(offer: WalletOffer, formats: readonly WalletFormat[], byIdentifier: boolean): Promise<string>;
  /** The token of an `Authorization` header (RFC 6750 §2.1) that still counts. */
  find(header: string): Promise<WalletToken | undefined>;
  /** Uses the token for one format: of any number of calls one gets `true`. */
  spend(token: WalletToken, format: WalletFormat): Promise<boolean>;
}

export function createTokens(store: WalletStore, clock: Clock): Tokens {
  return {
    make: async ({ academyId, jurisdictionId, id: certificateId }, formats, byIdentifier) => {
      const token = randomToken();
      await store.addToken({
        ...{ academyId, jurisdictionId, certificateId, byIdentifier },
        id: digest(token),
        unspent: formats.join(" "),
        expiresAt: clock.now() + tokenLength,
      });
      return token;
    },
    find: async (header) => {
      const sent = /^bearer +([\w-]{43})$/i.exec(header)?.[1];
      const token = sent === undefined ? undefined : await store.token(digest(sent));
      return token && token.expiresAt > clock.now() && token.unspent !== "" ? token : undefined;
    },
    spend: async ({ id }, format) => {
      // Whoever finds that another format was given meanwhile looks again; there are two of them.
      for (;;) {
        const unspent = (await store.token(id))?.unspent ?? "";
        const formats = formatsIn(unspent);
        if (!formats.includes(format)) return false;
        const rest = formats.filter((one) => one !== format).join(" ");
        if (await store.narrowToken(id, unspent, rest)) return true;
      }
    },
  };
}

export const formatsIn = (unspent: string): WalletFormat[] =>
  walletFormats.filter((format) => unspent.split(" ").includes(format));
