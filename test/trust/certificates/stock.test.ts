import { expect } from "chai";
import { parseJson, type JsonObject } from "../../../src/standards/vc/index.js";
import { stockVerifier } from "../../kit/stock-vc.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

/** The proofs of a certificate by their suites. */
const suites = { rdfc: "eddsa-rdfc-2022", jcs: "eddsa-jcs-2022" } as const;

describe("a certificate in other software", () => {
  let office: Office;
  before(async () => {
    office = await anOffice();
  });
  after(() => office.close());

  it("verifies offline with the stock verifier, by each proof alone and by both", async () => {
    const { text } = await aCertificate(office);
    const credential = JSON.parse(text) as JsonObject & { readonly proof: readonly JsonObject[] };
    const didDocument = parseJson(
      (await office.issuing.local(`${office.origin}/academies/northgate/did.json`))!,
    );
    const stock = await stockVerifier(didDocument, office.clock.now());
    expect(await stock.verifies(credential)).to.equal(true);
    for (const suite of ["rdfc", "jcs"] as const) {
      const proof = credential.proof.find(({ cryptosuite }) => cryptosuite === suites[suite])!;
      expect(await stock.verifies({ ...credential, proof }, [suite]), suite).to.equal(true);
      const other = { ...credential, proof, validUntil: "2099-01-01T00:00:00Z" };
      expect(await stock.verifies(other, [suite]), `${suite}, changed`).to.equal(false);
    }
  });
});
