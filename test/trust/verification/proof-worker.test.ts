import { expect } from "chai";
import { didKeyPublicKey, secure, type JsonObject } from "../../../src/standards/vc/index.js";
import { createProofWorker, type ProofWorker } from "../../../src/trust/verification/index.js";
import { aCertificate, aDidKey, today } from "./a-stranger.js";

describe("the thread that looks at large documents", function () {
  this.timeout(60_000);
  let worker: ProofWorker;
  let document: JsonObject;
  let keys: Map<string, Uint8Array>;
  before(async () => {
    const { did, key } = aDidKey();
    document = await secure(aCertificate(did), key, today);
    keys = new Map([[key.verificationMethod, didKeyPublicKey(did)]]);
  });
  afterEach(() => worker.close());

  const valid = (checked: Awaited<ReturnType<ProofWorker["check"]>>): boolean =>
    !("code" in checked) && checked.length === 2 && checked.every(({ verdict }) => verdict === "valid");

  it("finds what the caller's own thread would find", async () => {
    worker = createProofWorker({ smallValues: 0 });
    expect(valid(await worker.check(document, keys))).to.equal(true);
    const altered = await worker.check({ ...document, name: "x" }, keys);
    expect("code" in altered ? altered.code : altered.map(({ verdict }) => verdict)).to.deep.equal([
      "unknown",
      "invalid",
    ]);
    expect(await worker.check({ ...document, proof: "x" }, keys)).to.deep.equal({
      code: "vc_proof_malformed",
    });
    const all = await Promise.all(Array.from({ length: 20 }, () => worker.check(document, keys)));
    expect(all.every(valid)).to.equal(true);
  });

  it("is ended when it does not answer in time, and the next document gets a new one", async () => {
    worker = createProofWorker({ smallValues: 0, workMs: 0 });
    const [first, second] = await Promise.all([worker.check(document, keys), worker.check(document, keys)]);
    expect(first).to.deep.equal({ code: "verification_too_much_work" });
    expect(second).to.deep.equal({ code: "verification_too_much_work" });
  });

  it("is ended when it takes too much memory", async () => {
    worker = createProofWorker({ smallValues: 0, memoryMb: 1 });
    expect(await worker.check(document, keys)).to.deep.equal({ code: "verification_too_much_work" });
  });

  it("lets nobody wait for ever", async () => {
    worker = createProofWorker({ smallValues: 0, waitMs: 1 });
    const all = await Promise.all(Array.from({ length: 5 }, () => worker.check(document, keys)));
    expect(all.filter((one) => !valid(one))).to.have.length(4);
  });
});
