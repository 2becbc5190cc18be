import type { Router } from "express";
import type { Deps } from "../deps.js";
import type { Forms } from "../rendering/forms.js";
import { offerRoutes } from "./http/offer.js";
import { protocolRoutes } from "./http/protocol.js";
import { createNonces } from "./nonces.js";
import { createOffers } from "./offers.js";
import type { WalletParts } from "./parts.js";
import { createTokens } from "./tokens.js";

/** "Add to wallet": OpenID for Verifiable Credential Issuance 1.0, the pre-authorised code flow (docs/wallet.md). */
export interface Wallet {
  /** `/wallet/…` and the two well-known documents, public, to be mounted at the root. */
  readonly routes: Router;
  /** `/certificates/:id/wallet`, the holder's own, to be mounted at `/visits/:visit`, behind `visits.gate`. */
  readonly visitRoutes: Router;
}

export function createWallet(deps: Deps, forms: Forms): Wallet {
  const { walletStore, walletKey, clock } = deps;
  const parts: WalletParts = {
    ...{ deps, forms },
    offers: createOffers(walletStore, clock),
    tokens: createTokens(walletStore, clock),
    nonces: createNonces(walletStore, walletKey, clock),
  };
  return { routes: protocolRoutes(parts), visitRoutes: offerRoutes(parts) };
}
