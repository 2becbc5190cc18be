import type { Tenant } from "../foundation/kernel/index.js";
import type { WalletOffer, WalletToken } from "../trust/certificates/index.js";
import type { Collection } from "./documents.js";

const tenant = { academyId: "text", jurisdictionId: "text" } as const;

/** Its code's hash may be looked up alone: a wallet knows no tenant. */
export const walletOffers: Collection<WalletOffer> = {
  name: "wallet_offers",
  key: "id",
  fields: { id: "text", ...tenant, codeHash: "text", expiresAt: "integer", triesLeft: "integer" },
  passing: true,
};

export const walletTokens: Collection<WalletToken> = {
  name: "wallet_tokens",
  key: "id",
  fields: { id: "text", ...tenant, unspent: "text", expiresAt: "integer" },
  passing: true,
};

/** Whoever asks for a nonce is nobody's, so it belongs to the installation. */
export interface UsedNonce extends Tenant {
  /** SHA-256 of the nonce. */
  readonly id: string;
  readonly expiresAt: number;
}

export const walletNonces: Collection<UsedNonce> = {
  name: "wallet_nonces",
  key: "id",
  fields: { id: "text", ...tenant, expiresAt: "integer" },
  passing: true,
};
