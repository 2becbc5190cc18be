import { expect } from "chai";
import { exportJWK } from "jose";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import { openStorage } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";
import { HttpBrowser } from "../../kit/http-browser.js";
import { aWallet, keyProof, p256, readOffer, shownOffer } from "./a-wallet.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

describe("what a wallet may not have", () => {
  let office: Office;
  let issuer: string;
  let wallet: Awaited<ReturnType<typeof aWallet>>;
  let issued: Awaited<ReturnType<typeof aCertificate>>;
  /** Holds the next answer about an offer back: whoever asked for it is late. */
  let held: { readonly come: () => void; readonly free: Promise<void> } | undefined;
  before(async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const options = { clock, newId: createNewId(clock), logger: createLogger("silent"), serving: false };
    const storage = await openStorage("file::memory:", options);
    const offerByCode = async (codeHash: string) => {
      const offer = await storage.wallet.offerByCode(codeHash);
      const late = held;
      held = undefined;
      late?.come();
      await late?.free;
      return offer;
    };
    office = await anOffice({ storage: { ...storage, wallet: { ...storage.wallet, offerByCode } } });
    issued = await aCertificate(office);
    issuer = `${office.origin}/academies/northgate`;
    wallet = await aWallet(issuer);
  });
  after(() => office.close());

  const anOffer = async () => {
    const browser = new HttpBrowser();
    const { id, ownerId } = issued;
    const entered = await browser.get(`${office.origin}/enter/trainee/${ownerId}?certificate=${id}`);
    const base = /\/visits\/[\w-]+/.exec(entered.url)![0];
    const page = await browser.get(`${office.origin}${base}/certificates/${id}/wallet`);
    const { link, txCode } = shownOffer((await browser.submit(page, page.forms[0]!)).html);
    return { code: (await readOffer(link)).code, txCode };
  };
  const wrongFor = (txCode: string): string => (txCode.startsWith("0") ? "1" : "0") + txCode.slice(1);

  it("is a token for the right code when the tries were used up while it was on its way", async () => {
    const { code, txCode } = await anOffer();
    const coming = new Promise<() => void>((found) => {
      let go = (): void => undefined;
      const free = new Promise<void>((done) => (go = done));
      held = { come: () => found(go), free };
    });
    const late = wallet.token(code, txCode);
    const letGo = await coming;
    const guesses = await Promise.all(Array.from({ length: 5 }, () => wallet.token(code, wrongFor(txCode))));
    expect(guesses.map(({ status }) => status)).to.deep.equal([400, 400, 400, 400, 400]);
    letGo();
    expect((await late).json).to.deep.equal({ error: "invalid_grant" });
  });

  it("is a batch: two proofs for one certificate are refused, and one of them is taken", async () => {
    const { code, txCode } = await anOffer();
    const token = (await wallet.token(code, txCode)).json["access_token"];
    const iat = Math.floor(office.clock.now() / 1000);
    const proof = async () => keyProof({ audience: issuer, nonce: await wallet.nonce(), iat });
    const [one, other] = [await proof(), await proof()];
    const request = { credential_configuration_id: "hcp-induction_ldp_vc" };
    const ask = (...jwt: string[]) => wallet.credential(token, { ...request, proofs: { jwt } });
    const both = await ask(one, other);
    expect([both.status, both.json]).to.deep.equal([400, { error: "invalid_proof" }]);
    expect((await ask(one)).status).to.equal(200);
  });

  it("is a certificate for a key that came with something secret", async () => {
    const { code, txCode } = await anOffer();
    const token = (await wallet.token(code, txCode)).json["access_token"];
    const keys = p256();
    const jwk = { ...(await exportJWK(keys.publicKey)), k: "c2VjcmV0" };
    const iat = Math.floor(office.clock.now() / 1000);
    const parts = { audience: issuer, nonce: await wallet.nonce(), iat, keys, header: { jwk } };
    const answer = await wallet.credential(token, {
      ...{ credential_configuration_id: "hcp-induction_ldp_vc", proofs: { jwt: [await keyProof(parts)] } },
    });
    expect([answer.status, answer.json]).to.deep.equal([400, { error: "invalid_proof" }]);
  });
});
