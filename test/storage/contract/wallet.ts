import { expect } from "chai";
import type { WalletOffer, WalletToken } from "../../../src/trust/certificates/index.js";
import { eachTestHasAStore, type MakeDatabase } from "./database.js";
import { arvenia, atOnce, belmora } from "./samples.js";

const anOffer = (more: Partial<WalletOffer> = {}): WalletOffer => ({
  ...{ ...arvenia, id: "certificate", codeHash: "code", txCodeHash: "tx", expiresAt: 1000, triesLeft: 5 },
  ...more,
});
const aToken = (more: Partial<WalletToken> = {}): WalletToken => ({
  ...{ ...arvenia, id: "token", certificateId: "certificate", unspent: "a b", byIdentifier: true },
  expiresAt: 1000,
  ...more,
});

export function walletContract(make: MakeDatabase): void {
  describe("wallets", () => {
    const store = eachTestHasAStore(make);

    it("keep one offer a certificate, found by its code's hash", async () => {
      const { wallet } = store();
      await wallet.putOffer(anOffer());
      await wallet.countTry("certificate", "code");
      const next = anOffer({ codeHash: "next" });
      await wallet.putOffer(next);
      await wallet.putOffer(anOffer({ ...belmora, id: "other", codeHash: "other" }));
      expect(await wallet.offerByCode("next")).to.deep.equal(next);
      expect(await wallet.offerByCode("code")).to.equal(undefined);
      expect(await wallet.takeOffer("certificate", "code")).to.equal(false);
      expect(await wallet.countTry("certificate", "code")).to.equal(0);
    });

    it("give an offer to one of many who take it at once", async () => {
      const { wallet } = store();
      await wallet.putOffer(anOffer());
      const answers = await atOnce(30, () => wallet.takeOffer("certificate", "code"));
      expect(answers.filter(Boolean)).to.have.length(1);
      expect(await wallet.offerByCode("code")).to.equal(undefined);
    });

    it("count each of many tries at once", async () => {
      const { wallet } = store();
      await wallet.putOffer(anOffer());
      const left = await atOnce(10, () => wallet.countTry("certificate", "code"));
      expect(left.filter((one) => one > 0).sort()).to.deep.equal([1, 2, 3, 4, 5]);
      expect((await wallet.offerByCode("code"))?.triesLeft).to.equal(0);
    });

    it("narrow a token once, of many who do it at once", async () => {
      const { wallet } = store();
      await wallet.addToken(aToken());
      expect(await wallet.token("token")).to.deep.equal(aToken());
      const answers = await atOnce(30, () => wallet.narrowToken("token", "a b", "b"));
      expect(answers.filter(Boolean)).to.have.length(1);
      expect(await wallet.narrowToken("token", "a b", "")).to.equal(false);
      expect(await wallet.narrowToken("token", "b", "")).to.equal(true);
      expect(await wallet.token("token")).to.deep.equal(aToken({ unspent: "" }));
      expect(await wallet.narrowToken("another", "b", "")).to.equal(false);
    });

    it("take a nonce once, of many who show it at once", async () => {
      const { wallet } = store();
      const answers = await atOnce(30, () => wallet.takeNonce("nonce", 1000));
      expect(answers.filter(Boolean)).to.have.length(1);
      expect(await wallet.takeNonce("another", 1000)).to.equal(true);
    });

    it("forget what has run out", async () => {
      const { wallet } = store();
      await wallet.putOffer(anOffer());
      await wallet.putOffer(anOffer({ id: "late", codeHash: "late", expiresAt: 2000 }));
      await wallet.addToken(aToken());
      await wallet.addToken(aToken({ id: "late", expiresAt: 2000 }));
      await wallet.takeNonce("nonce", 1000);
      await wallet.takeNonce("late", 2000);
      expect(await wallet.purgeWallet(2000)).to.equal(3);
      expect([await wallet.offerByCode("code"), await wallet.token("token")]).to.deep.equal([
        undefined,
        undefined,
      ]);
      expect(await wallet.offerByCode("late")).to.have.property("id", "late");
      expect(await wallet.token("late")).to.have.property("id", "late");
      expect(await wallet.takeNonce("late", 2000)).to.equal(false);
    });
  });
}
