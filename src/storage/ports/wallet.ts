import { installation } from "../../foundation/kernel/index.js";
import type { WalletStore } from "../../trust/certificates/index.js";
import { walletNonces, walletOffers, walletTokens } from "../collections-wallet.js";
import type { DocumentEngine } from "../documents.js";

export function createWalletStore(engine: DocumentEngine): WalletStore {
  const offers = engine.collection(walletOffers);
  const tokens = engine.collection(walletTokens);
  const nonces = engine.collection(walletNonces);
  return {
    putOffer: async (offer) => {
      await offers.upsert(offer, ["id"], []);
    },
    offerByCode: async (codeHash) => (await offers.find({ where: { codeHash }, limit: 1 }))[0],
    countTry: async (certificateId, codeHash) => {
      // Whoever finds that another took a try meanwhile looks again; each round one of them gets on.
      for (;;) {
        const offer = await offers.get(certificateId);
        if (offer?.codeHash !== codeHash || offer.triesLeft === 0) return 0;
        const { triesLeft } = offer;
        const taken = { set: { triesLeft: triesLeft - 1 }, ifEqual: { triesLeft, codeHash } };
        if (await offers.change(certificateId, taken)) return triesLeft;
      }
    },
    takeOffer: async (certificateId, codeHash) =>
      (await offers.take(certificateId, { codeHash })) !== undefined,
    addToken: async (token) => {
      await tokens.insert(token);
    },
    token: (id) => tokens.get(id),
    narrowToken: async (id, from, to) =>
      (await tokens.change(id, { set: { unspent: to }, ifEqual: { unspent: from } })) !== undefined,
    takeNonce: async (id, expiresAt) =>
      (await nonces.insert({ ...installation, id, expiresAt })) === "inserted",
    purgeWallet: async (expiredBefore) => {
      const counts = [offers, tokens, nonces].map((rows) => rows.removeBelow("expiresAt", expiredBefore));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
  };
}
