import type { Connection } from "mongoose";
import { makeIndexes, type Indexes } from "./schema-0001.js";

const indexes: Indexes = {
  wallet_offers: [{ keys: { codeHash: 1 } }, { keys: { expiresAt: 1 } }],
  wallet_tokens: [{ keys: { expiresAt: 1 } }],
  wallet_nonces: [{ keys: { expiresAt: 1 } }],
};

/** Migration 14: offers to wallets, their access tokens, and nonces that were used. */
export const walletIndexes = (connection: Connection): Promise<void> => makeIndexes(connection, indexes);
