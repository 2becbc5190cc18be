import { expect } from "chai";
import fc from "fast-check";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

const minute = 60_000;

describe("a holder's one-time code", () => {
  let office: Office;
  let id: string;
  let ownerId: string;
  before(async () => {
    office = await anOffice();
    ({ id, ownerId } = await aCertificate(office));
  });
  after(() => office.close());

  const ask = async (personId = ownerId, certificate = id, role = "trainee"): Promise<Page> => {
    const browser = new HttpBrowser();
    const form = await browser.get(`${office.origin}/enter/${role}/${personId}?certificate=${certificate}`);
    return browser.submit(form, form.forms[0]!);
  };
  const codeOn = (page: Page): string => /\b([0-9A-Z]{4}-[0-9A-Z]{4})\b/.exec(page.html)![1]!;
  const redeem = (code: string) => office.certificates.redeemCode(id, code);
  const wrongFor = (code: string): string => (code.startsWith("0") ? "1" : "0") + code.slice(1);

  it("is shown to the holder, large, with until when it counts; it fits once and says when it was made", async () => {
    const madeAt = office.clock.now();
    const page = await ask();
    expect(page.status).to.equal(200);
    expect(page.html).to.include(new Date(madeAt + 10 * minute).toISOString().slice(11, 16));
    const code = codeOn(page);
    expect(code).to.match(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    office.clock.advance(9 * minute);
    expect(await redeem(code)).to.deep.equal({ result: "yes", madeAt });
    expect(await redeem(code)).to.deep.equal({ result: "none" });
  });

  it("is the same in any case, with blanks, hyphens and look-alikes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("", " ", "-", "–", "\t"), { minLength: 9, maxLength: 9 }),
        fc.boolean(),
        async (between, lower) => {
          const code = codeOn(await ask())
            .replace("-", "")
            .replaceAll("0", "o")
            .replaceAll("1", "l");
          const typed =
            Array.from(code)
              .map((sign, at) => `${between[at] ?? ""}${sign}`)
              .join("") + (between[8] ?? "");
          expect(await redeem(lower ? typed.toLowerCase() : typed)).to.include({ result: "yes" });
        },
      ),
      { numRuns: 20 },
    );
  });

  it("counts for ten minutes, and ends with a new one", async () => {
    const late = codeOn(await ask());
    office.clock.advance(10 * minute);
    expect(await redeem(late)).to.deep.equal({ result: "none" });
    const [first, second] = [codeOn(await ask()), codeOn(await ask())];
    expect(await redeem(first)).to.deep.equal({ result: "wrong" });
    expect(await redeem(second)).to.include({ result: "yes" });
  });

  it("bears five wrong tries, also all at once; a slip of the pen is none", async () => {
    const code = codeOn(await ask());
    for (const slip of ["", "ABC", "U".repeat(8), "x".repeat(100_000), `${code}0`])
      expect(await redeem(slip)).to.deep.equal({ result: "wrong" });
    const tries = await Promise.all(Array.from({ length: 20 }, () => redeem(wrongFor(code))));
    expect(tries.filter(({ result }) => result === "wrong")).to.have.length(5);
    expect(await redeem(code)).to.deep.equal({ result: "none" });
    expect(await redeem(codeOn(await ask()))).to.include({ result: "yes" });
  });

  it("is taken by one of many who enter it at once", async () => {
    const code = codeOn(await ask());
    const tries = await Promise.all(Array.from({ length: 5 }, () => redeem(code)));
    expect(tries.filter(({ result }) => result === "yes")).to.have.length(1);
  });

  it("fits its own certificate only, and is kept as a hash", async () => {
    const other = await aCertificate(office, "another");
    const code = codeOn(await ask());
    expect(await office.certificates.redeemCode(other.id, code)).to.deep.equal({ result: "none" });
    await ask(other.ownerId, other.id);
    expect(await office.certificates.redeemCode(other.id, code)).to.deep.equal({ result: "wrong" });
    const kept = JSON.stringify(await office.storage.holderCodes.holderCode(id));
    expect(kept).to.not.include(code).and.not.include(code.replace("-", ""));
    expect(await redeem(code)).to.include({ result: "yes" });
  });

  it("is made for nobody else, in no other role, and by no other page's form", async () => {
    const other = await aCertificate(office, "someone else");
    expect((await ask(other.ownerId)).status).to.equal(404);
    expect((await ask(ownerId, office.newId())).status).to.equal(404);
    expect((await ask(ownerId, id, "instructor")).status).to.equal(403);
    const browser = new HttpBrowser();
    const form = await browser.get(`${office.origin}/enter/trainee/${ownerId}?certificate=${id}`);
    expect((await browser.submit(form, form.forms[0]!, { token: "x" })).status).to.equal(403);
  });

  it("is not made for a certificate that is not in force", async () => {
    const other = await aCertificate(office, "suspended");
    await office.certificates.suspend(office.tenant, other.id, { reason: "appeal", decidedBy: "Registry" });
    const page = await ask(other.ownerId, other.id);
    expect(page.status).to.equal(409);
    expect(page.html).to.include("suspended at present");
  });
});
