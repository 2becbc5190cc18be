import type { Tenant } from "../../../foundation/kernel/index.js";

/** What a holder's wallet may fetch a certificate with. At most one a certificate. */
export interface WalletOffer extends Tenant {
  /** The certificate's id. */
  readonly id: string;
  /** SHA-256 of the pre-authorised code, base64url. */
  readonly codeHash: string;
  /** SHA-256 of the transaction code and the pre-authorised code: without the latter it can't be guessed. */
  readonly txCodeHash: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  /** Wrong transaction codes that may still be sent; at 0 the offer is spent. */
  readonly triesLeft: number;
}

/** A wallet's access token. */
export interface WalletToken extends Tenant {
  /** SHA-256 of the token, base64url. */
  readonly id: string;
  readonly certificateId: string;
  /** The formats that it is still good for, with a blank between them: each is given once. */
  readonly unspent: string;
  /** The wallet asked for `authorization_details`, so it has to name what it wants by `credential_identifier`. */
  readonly byIdentifier: boolean;
  /** UTC milliseconds. */
  readonly expiresAt: number;
}

export interface WalletStore {
  /** Puts it in the place of the certificate's last offer. */
  putOffer(offer: WalletOffer): Promise<void>;
  offerByCode(codeHash: string): Promise<WalletOffer | undefined>;
  /** Takes one try off; answers how many were left before it, 0 when that offer is gone. Concurrent calls count each. */
  countTry(certificateId: string, codeHash: string): Promise<number>;
  /** Removes the offer if its code is this one: of any number of concurrent calls one gets `true`. */
  takeOffer(certificateId: string, codeHash: string): Promise<boolean>;
  addToken(token: WalletToken): Promise<void>;
  token(id: string): Promise<WalletToken | undefined>;
  /** Changes what is left of a token from one text to another: of concurrent calls with the same one gets `true`. */
  narrowToken(id: string, from: string, to: string): Promise<boolean>;
  /** Notes that the nonce of this hash was used: of any number of calls one gets `true`. */
  takeNonce(hash: string, expiresAt: number): Promise<boolean>;
  /** Removes what expired before that time: offers, tokens and used nonces. */
  purgeWallet(expiredBefore: number): Promise<number>;
}
