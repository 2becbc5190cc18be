import { expect } from "chai";
import type {
  AgreementRecord,
  AuthorityRecord,
  PulledList,
  RecognitionPartner,
} from "../../../src/trust/recognition/index.js";
import { eachTestHasAStore, newId, type MakeDatabase } from "./database.js";
import { arvenia, atOnce, belmora } from "./samples.js";

const anAuthority = (changes: Partial<AuthorityRecord> = {}): AuthorityRecord => ({
  ...{ ...belmora, kind: "authority", slug: "belmora", name: "Board", jurisdictionName: "Belmora" },
  ...{ demonstration: false, createdAt: 1000, version: 1, mandates: [], issuers: [] },
  ...changes,
});

const anAgreement = (changes: Partial<AgreementRecord> = {}): AgreementRecord => ({
  ...{ ...belmora, id: newId(), version: 1, subject: "s", achievementId: "https://a.example/x/v1" },
  ...{ issuerDid: "did:web:a.example", title: "X", unfinished: 1 },
  steps: [{ id: newId(), at: 1000, decidedBy: "Board", decision: "refused", reason: "a.b $c" }],
  ...changes,
});

const aPartner = (changes: Partial<RecognitionPartner> = {}): RecognitionPartner => ({
  ...{ academyId: "installation", jurisdictionId: "XB", id: newId(), version: 1 },
  ...{ url: "https://b.example", jurisdictionName: "Belmora", addedAt: 1000, ...changes },
});

const aList = (
  pulledAt: number,
  did = "did:web:b.example",
  changes: Partial<PulledList> = {},
): PulledList => ({
  ...{ academyId: "installation", jurisdictionId: "XB", id: newId(), version: 1, partnerId: "partner" },
  ...{ authority: { did, name: "Board" }, pulledAt, signedAt: pulledAt, validUntil: pulledAt + 1000 },
  ...{ contentDigest: "d", text: '{"$a.b":1.0}', decisions: [], mandates: [], issuers: [], ...changes },
});

export function recognitionContract(make: MakeDatabase): void {
  describe("recognition", () => {
    const store = eachTestHasAStore(make);

    it("has one authority of a slug, however many are added at once, by their slugs", async () => {
      const { recognition } = store();
      const answers = await atOnce(10, (n) =>
        recognition.addAuthority(anAuthority({ academyId: `a-${n}`, name: `Board ${n}` })),
      );
      expect(answers.filter((answer) => answer === "added")).to.have.length(1);
      const winner = answers.indexOf("added");
      expect((await recognition.authorityBySlug("belmora"))?.name).to.equal(`Board ${winner}`);
      expect(await recognition.authority(`a-${winner}`)).to.include({ slug: "belmora" });
      const other = anAuthority({ ...arvenia, slug: "arvenia" });
      await recognition.addAuthority(other);
      expect((await recognition.authorities()).map(({ slug }) => slug)).to.deep.equal(["arvenia", "belmora"]);
    });
    it("saves one of many changes of the same version of an authority, and never its slug", async () => {
      const { recognition } = store();
      const authority = anAuthority();
      await recognition.addAuthority(authority);
      const answers = await atOnce(10, (n) =>
        recognition.saveAuthority({ ...authority, name: `n-${n}`, version: 2 }, 1),
      );
      expect(answers.filter((answer) => answer === "saved")).to.have.length(1);
      const renamed = { ...authority, slug: "other", version: 3 };
      expect(await recognition.saveAuthority(renamed, 2)).to.equal("stale");
    });
    it("has one agreement of an authority about a subject, and each authority its own", async () => {
      const { recognition } = store();
      const answers = await atOnce(10, (n) => recognition.addAgreement(anAgreement({ title: `t-${n}` })));
      expect(answers.filter((answer) => answer === "added")).to.have.length(1);
      const theirs = anAgreement(arvenia);
      expect(await recognition.addAgreement(theirs)).to.equal("added");
      expect((await recognition.agreementOn(belmora, "s"))?.title).to.equal(`t-${answers.indexOf("added")}`);
      expect(await recognition.agreementOn(arvenia, "s")).to.deep.equal(theirs);
      expect(await recognition.agreementOn(arvenia, "t")).to.equal(undefined);
      expect(await recognition.agreementsOf(arvenia)).to.deep.equal([theirs]);
    });
    it("saves one of many decisions on the same version, and knows what is unfinished", async () => {
      const { recognition } = store();
      const agreement = anAgreement();
      await recognition.addAgreement(agreement);
      const answers = await atOnce(10, (n) =>
        recognition.saveAgreement({ ...agreement, title: `t-${n}`, version: 2 }, 1),
      );
      expect(answers.filter((answer) => answer === "saved")).to.have.length(1);
      const [unfinished] = await recognition.unfinishedAgreements();
      expect(unfinished).to.deep.equal({ ...agreement, title: `t-${answers.indexOf("saved")}`, version: 2 });
      await recognition.saveAgreement({ ...agreement, version: 3, unfinished: 0 }, 2);
      expect(await recognition.unfinishedAgreements()).to.deep.equal([]);
      expect(await recognition.agreement(agreement.id)).to.include({ version: 3, unfinished: 0 });
    });
    it("has one partner of an address, and saves what came of a pull", async () => {
      const { recognition } = store();
      const partner = aPartner();
      expect(await recognition.addPartner(partner)).to.equal("added");
      expect(await recognition.addPartner(aPartner())).to.equal("taken");
      const tried = { ...partner, version: 2, triedAt: 2000, failure: "unreachable" as const };
      expect(await recognition.savePartner(tried, 1)).to.equal("saved");
      expect(await recognition.savePartner(tried, 1)).to.equal("stale");
      expect(await recognition.partners()).to.deep.equal([tried]);
    });
    it("finds the newest list of each authority by a moment", async () => {
      const { recognition } = store();
      const [first, second, other] = [aList(1000), aList(3000), aList(2000, "did:web:b.example:c")];
      for (const list of [first, second, other]) await recognition.addList(list);
      await recognition.addList(aList(1500, "did:web:x.example", { partnerId: "another" }));
      expect(await recognition.newestLists("partner", 999)).to.deep.equal([]);
      expect(await recognition.newestLists("partner", 1999)).to.deep.equal([first]);
      expect(await recognition.newestLists("partner", 3000)).to.have.deep.members([second, other]);
      const longer = { ...second, version: 2, validUntil: 9000 };
      expect(await recognition.saveList(longer, 1)).to.equal("saved");
      expect(await recognition.saveList(longer, 1)).to.equal("stale");
      expect(await recognition.newestLists("partner", 4000)).to.have.deep.members([longer, other]);
    });
  });
}
