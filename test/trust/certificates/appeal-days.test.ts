import { expect } from "chai";
import { createCertificates } from "../../../src/trust/certificates/index.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

const fraud = { reason: "assessment-fraud", decidedBy: "Board of the academy" };
const day = 86_400_000;

describe("the time in which a holder may object", () => {
  let office: Office;
  const withDays = async (appealDays: number): Promise<void> => {
    office = await anOffice({ appealDays });
  };
  afterEach(() => office.close());

  const appeal = async (id: string, certificates = office.certificates): Promise<string> =>
    certificates.openAppeal(office.tenant, id, { decidedBy: "Registry" }).then(
      ({ life }) => life.at(-1)!.step,
      (error: unknown) => (error as { data: { why: string } }).data.why,
    );
  const goTo = (time: number): void => office.clock.advance(time - office.clock.now());
  const page = async (id: string): Promise<string> => {
    const { ownerId } = (await office.issuing.find(id))!;
    const entered = await fetch(`${office.origin}/enter/trainee/${ownerId}?certificate=${id}`, {
      redirect: "manual",
    });
    const cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(";")[0]!)
      .join("; ");
    const path = entered.headers.get("location")!.replace(/\/form.*/, `/certificates/${id}`);
    return (await fetch(new URL(path, office.origin), { headers: { cookie, accept: "text/html" } })).text();
  };

  for (const appealDays of [1, 30, 180])
    it(`is ${appealDays} days of 24 hours where the installation says so, over 29 February too, to the millisecond`, async () => {
      await withDays(appealDays);
      const { certificates, tenant, clock } = office;
      const [announced, atOnce, late] = [
        await aCertificate(office, "a"),
        await aCertificate(office, "b"),
        await aCertificate(office, "c"),
      ];
      goTo(Date.parse("2028-02-28T23:59:59.500Z"));
      const end = clock.now() + appealDays * day;
      if (appealDays === 1) expect(new Date(end).toISOString()).to.equal("2028-02-29T23:59:59.500Z");
      if (appealDays === 30) expect(new Date(end).toISOString()).to.equal("2028-03-29T23:59:59.500Z");
      await certificates.announce(tenant, announced.id, fraud);
      for (const { id } of [atOnce, late]) await certificates.revoke(tenant, id, fraud);
      goTo(end - 1);
      expect(await certificates.effectDue(clock.now())).to.equal(0);
      expect(await appeal(atOnce.id)).to.equal("appealed");
      goTo(end);
      expect(await appeal(late.id)).to.equal("closed");
      expect(await appeal(announced.id)).to.equal("closed");
      expect(await certificates.effectDue(clock.now())).to.equal(1);
      expect((await office.issuing.find(announced.id))!.state).to.equal("revoked");
    });

  it("stays what the holder was told when the setting is another one later", async () => {
    await withDays(30);
    const { certificates, tenant } = office;
    const [one, other] = [await aCertificate(office, "a"), await aCertificate(office, "b")];
    for (const { id } of [one, other]) await certificates.revoke(tenant, id, fraud);
    const until = office.clock.now() + 30 * day;
    const [less, more] = [3, 180].map((appealDays) => createCertificates({ ...office.deps, appealDays }));
    goTo(until - 1);
    expect(await appeal(one.id, less)).to.equal("appealed");
    goTo(until);
    expect(await appeal(other.id, more)).to.equal("closed");
  });

  it("stands on the holder's page in days and with its end, one day as one", async () => {
    await withDays(1);
    const { certificates, tenant } = office;
    const [announced, atOnce] = [await aCertificate(office, "a"), await aCertificate(office, "b")];
    await certificates.announce(tenant, announced.id, { ...fraud, days: 45 });
    await certificates.revoke(tenant, atOnce.id, fraud);
    expect(await page(announced.id)).to.contain("45 days after the notice");
    expect(await page(atOnce.id)).to.contain("for one day, until 22 November 2026");
  });
});
