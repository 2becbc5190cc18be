const owned = "academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL";

/** Migration 14: offers to wallets, their access tokens, and nonces that were used. */
export const walletSchema = `
CREATE TABLE wallet_offers (
  id TEXT PRIMARY KEY, ${owned}, codeHash TEXT NOT NULL, expiresAt INTEGER NOT NULL, triesLeft INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wallet_offers_by_code ON wallet_offers (codeHash);
CREATE INDEX wallet_offers_by_end ON wallet_offers (expiresAt);

CREATE TABLE wallet_tokens (
  id TEXT PRIMARY KEY, ${owned}, unspent TEXT NOT NULL, expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wallet_tokens_by_end ON wallet_tokens (expiresAt);

CREATE TABLE wallet_nonces (
  id TEXT PRIMARY KEY, ${owned}, expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wallet_nonces_by_end ON wallet_nonces (expiresAt);
`;
