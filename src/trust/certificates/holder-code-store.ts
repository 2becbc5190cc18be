import type { Tenant } from "../../foundation/kernel/index.js";

/** A holder's one-time code, by which they show that a certificate is theirs. At most one a certificate. */
export interface HolderCode extends Tenant {
  /** The certificate's id. */
  readonly id: string;
  /** SHA-256 of the code and the certificate's id, base64url. */
  readonly codeHash: string;
  readonly madeAt: number;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  /** Wrong codes that may still be entered; at 0 the code is spent. */
  readonly triesLeft: number;
}

export interface HolderCodeStore {
  /** Puts it in the place of the certificate's last code. */
  putHolderCode(code: HolderCode): Promise<void>;
  holderCode(certificateId: string): Promise<HolderCode | undefined>;
  /** Takes one try off; answers how many were left before it, 0 when there is no code. Concurrent calls count each. */
  countTry(certificateId: string): Promise<number>;
  /** Removes the code if its hash is this one: of any number of concurrent calls one gets `true`. */
  takeHolderCode(certificateId: string, codeHash: string): Promise<boolean>;
  purgeHolderCodes(expiredBefore: number): Promise<number>;
}
