import { expect } from "chai";
import type { Issuing } from "../../../src/standards/issuing/index.js";
import { createCertificates, EntitlementError } from "../../../src/trust/certificates/index.js";
import { anAchiever, anOffice, untilDone, type Office } from "./an-office.js";

describe("an entitlement", () => {
  let office: Office;
  beforeEach(async () => {
    office = await anOffice();
  });
  afterEach(() => office.close());

  it("gives one certificate, however often it is handed over and by how many at once", async () => {
    const achiever = await anAchiever(office);
    await achiever.save();
    await untilDone(office);
    const handle = () => office.certificates.subscriber.handle(achiever.entitled, context);
    await Promise.all([handle(), handle(), handle()]);
    const records = await office.issuing.all(office.tenant);
    expect(records.map(({ state }) => state)).to.deep.equal(["valid"]);
    expect(records[0]!.ownerId).to.equal(achiever.person.id);
  });

  it("waits for its evidence: nothing is signed before every statement is written", async () => {
    const achiever = await anAchiever(office);
    const error = await office.certificates.subscriber
      .handle(achiever.entitled, context)
      .catch((e: unknown) => e);
    expect(error).to.include({ code: "evidence_not_written" });
    expect(error).to.not.have.property("permanent", true);
    const [reserved] = await office.issuing.all(office.tenant);
    expect(reserved).to.include({ state: "reserved" });
    const page = await fetch(`${office.origin}/certificates/${reserved!.id}`, {
      headers: { accept: "text/html" },
    });
    expect(page.status).to.equal(202);
    const data = await fetch(`${office.origin}/certificates/${reserved!.id}`);
    expect([data.status, ((await data.json()) as { code: string }).code]).to.deep.equal([
      404,
      "certificate_being_made",
    ]);
    await achiever.save();
    await untilDone(office);
    expect((await office.issuing.all(office.tenant)).map(({ id, state }) => [id, state])).to.deep.equal([
      [reserved!.id, "valid"],
    ]);
  });

  it("comes to one certificate, one place and one event, wherever the process ends", async () => {
    // Each call of a verb that changes something ends the process, once before it is done and once after.
    for (const verb of ["reserve", "sealManifest", "issue"] as const) {
      for (const when of ["before", "after"] as const) {
        const achiever = await anAchiever(office, `${verb} ${when}`);
        await achiever.save();
        const dying = createCertificates({ ...office.deps, issuing: endingAt(office.issuing, verb, when) });
        for (const event of achiever.events) await office.evidence.subscriber.handle(event);
        const error = await dying.subscriber.handle(achiever.entitled, context).catch((e: unknown) => e);
        expect(error, `${verb} ${when}`).to.be.instanceOf(Killed);
        await untilDone(office);
        const own = await office.issuing.ownedBy(office.tenant, achiever.person.id);
        expect(
          own.map(({ state }) => state),
          `${verb} ${when}`,
        ).to.deep.equal(["valid"]);
      }
    }
    const records = await office.issuing.all(office.tenant);
    expect(new Set(records.map(({ statusIndex }) => statusIndex)).size).to.equal(6);
    const written = await office.storage.statements.queryStatements({
      ...{ ...office.tenant, classes: ["evidence"], ascending: true, limit: 200 },
    });
    const certified = written.filter(({ text }) => text.includes('/certified"'));
    expect(certified).to.have.length(6);
  });

  it("is refused for good in production while anything in the programme is unreviewed", async () => {
    const strict = await anOffice({ production: true, demonstration: false, academyDemonstration: false });
    const { entitled } = await anAchiever(strict);
    const error = await strict.certificates.subscriber.handle(entitled, context).catch((e: unknown) => e);
    expect(error)
      .to.be.instanceOf(EntitlementError)
      .and.include({ code: "entitlement_unreviewed", permanent: true });
    expect(await strict.issuing.all(strict.tenant)).to.deep.equal([]);
    await strict.close();
  });

  it("of something that the curriculum does not have any more is refused for good", async () => {
    const { entitled } = await anAchiever(office);
    const changes = [
      { programmeId: "hcp-gone" },
      { curriculum: { core: "0.0.1" } },
      { competencies: [{ competencyId: "gone", level: 1 as const, achieved: "x" }] },
    ];
    for (const change of changes) {
      const event = { ...entitled, data: { ...entitled.data, ...change } };
      const error = await office.certificates.subscriber.handle(event, context).catch((e: unknown) => e);
      expect(error).to.include({ code: "entitlement_not_in_curriculum", permanent: true });
    }
  });

  it("says only what is true of it: no demonstration, no word of one", async () => {
    const own = await anOffice({ demonstration: false, academyDemonstration: false });
    const achiever = await anAchiever(own);
    await achiever.save();
    await untilDone(own);
    const [record] = await own.issuing.all(own.tenant);
    expect((JSON.parse(record!.text!) as { name: string }).name).to.equal(
      "Induction Certificate in Rights-Based Policing (draft, not reviewed)",
    );
    await own.close();
  });
});

const context = { requestId: undefined, attempt: 1, signal: new AbortController().signal };

class Killed extends Error {}

/** Issuing of a process that ends at its first call of a verb, before or after it is done. */
function endingAt(
  issuing: Issuing,
  verb: "reserve" | "sealManifest" | "issue",
  when: "before" | "after",
): Issuing {
  const end = async (...args: unknown[]): Promise<never> => {
    if (when === "after") await (issuing[verb] as (...all: unknown[]) => Promise<unknown>)(...args);
    throw new Killed();
  };
  return { ...issuing, [verb]: end };
}
