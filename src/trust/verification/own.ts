import type { CertificateFacts, Redeemed } from "../certificates/index.js";

/** A certificate of this installation, as its own books have it. */
export type OwnCertificate = Pick<
  CertificateFacts,
  "id" | "url" | "text" | "academyName" | "life" | "statementCount" | "checkSeal"
>;

/** What this installation knows of its own certificates, without the network. */
export interface OwnCertificates {
  /** By its URL, which is its `id`. */
  find(url: string): Promise<OwnCertificate | undefined>;
  /** Takes a holder's one-time code for the certificate of this id. */
  redeemCode(id: string, code: string): Promise<Redeemed>;
}

/** An academy whose certificates this installation issues, or whom a list that it trusts names. */
export interface KnownIssuer {
  readonly name: string;
  /** The jurisdiction's name. */
  readonly jurisdiction: string;
  /** Invented, for demonstration only. */
  readonly demonstration: boolean;
  /** Who says so, where it is not this installation, and when that was last known to be so. */
  readonly listed?: { readonly by: string; readonly asOf: number };
}
