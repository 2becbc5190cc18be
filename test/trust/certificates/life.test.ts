import { expect } from "chai";
import fc from "fast-check";
import { statusBit } from "../../../src/standards/vc/index.js";
import { createCertificates, decisionReasons } from "../../../src/trust/certificates/index.js";
import { aCertificate, anOffice, untilDone, type Office } from "./an-office.js";

interface Seen {
  readonly [name: string]: unknown;
  readonly credentialSubject: { readonly id: string };
}

const by = "Head of the registry";

describe("a certificate's life", () => {
  let office: Office;
  beforeEach(async () => {
    office = await anOffice();
  });
  afterEach(() => office.close());

  const stateOf = async (id: string) => (await office.issuing.find(id))!.state;
  const statements = async (verb: string): Promise<unknown[]> => {
    const found = await office.storage.statements.queryStatements({
      ...{ ...office.tenant, classes: ["evidence"], ascending: true, limit: 200 },
    });
    return found
      .map(({ text }) => JSON.parse(text) as { verb: { id: string } })
      .filter((one) => one.verb.id.endsWith(`/${verb}`));
  };
  const refused = (work: Promise<unknown>): Promise<{ code: string; status: number; data: object }> =>
    work.then(
      () => expect.fail("it was not refused"),
      (error: unknown) => error as { code: string; status: number; data: object },
    );

  it("ends by a revocation, with its reason and who decided, in the status list and in two statements", async () => {
    const { id, statusIndex, text } = await aCertificate(office);
    const { certificates, tenant } = office;
    const revoked = await certificates.revoke(tenant, id, { reason: "issued-in-error", decidedBy: by });
    expect(revoked).to.include({ state: "revoked", withdrawn: 1 });
    expect(revoked.life.at(-1)).to.include({ step: "revoked", reason: "issued-in-error", decidedBy: by });
    const list = (JSON.parse(text) as { credentialStatus: { statusListCredential: string } })
      .credentialStatus;
    const served = JSON.parse((await office.issuing.local(list.statusListCredential))!) as {
      credentialSubject: { encodedList: string };
    };
    expect(statusBit(served.credentialSubject.encodedList, statusIndex)).to.equal(true);
    await untilDone(office);
    expect(
      [await statements("revoked"), await statements("forfeited")].map((all) => all.length),
    ).to.deep.equal([1, 1]);
  });

  it("changes nothing when the same is said again", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant } = office;
    const suspended = await certificates.suspend(tenant, id, { reason: "investigation", decidedBy: by });
    expect(await certificates.suspend(tenant, id, { reason: "investigation", decidedBy: by })).to.deep.equal(
      suspended,
    );
    const lifted = await certificates.lift(tenant, id, { reason: "cleared", decidedBy: by });
    expect(await certificates.lift(tenant, id, { reason: "cleared", decidedBy: by })).to.deep.equal(lifted);
    const revoked = await certificates.revoke(tenant, lifted.id, { reason: "holder-request", decidedBy: by });
    expect(
      await certificates.revoke(tenant, lifted.id, { reason: "holder-request", decidedBy: by }),
    ).to.deep.equal(revoked);
    await untilDone(office);
    expect(await statements("revoked")).to.have.length(1);
  });

  it("goes on after a suspension in a successor with the same evidence and dates; the old one stays withdrawn", async () => {
    const { id, text, ownerId, statusIndex } = await aCertificate(office);
    const { certificates, tenant } = office;
    await certificates.suspend(tenant, id, { reason: "appeal", decidedBy: by });
    const successor = await certificates.lift(tenant, id, { reason: "appeal-upheld", decidedBy: by });
    expect(successor).to.include({ state: "valid", withdrawn: 0, ownerId });
    expect(successor.id).to.not.equal(id);
    expect(successor.statusIndex).to.not.equal(statusIndex);
    const old = (await office.issuing.find(id))!;
    expect(old).to.include({ state: "superseded", withdrawn: 1 });
    expect(old.life.map(({ step }) => step)).to.deep.equal(["issued", "suspended", "lifted"]);
    const [before, after] = [text, successor.text!].map((one) => JSON.parse(one) as Seen);
    for (const name of ["awardedDate", "validFrom", "validUntil", "name", "issuer"])
      expect(after![name], name).to.deep.equal(before![name]);
    expect(after!.credentialSubject.id).to.not.equal(before!.credentialSubject.id);
    const facts = await Promise.all([id, successor.id].map((one) => certificates.factsOf(one)));
    expect(facts[0]!.successor).to.equal(`${office.origin}/certificates/${successor.id}`);
    expect(facts.map((one) => one!.statementCount)).to.deep.equal([12, 12]);
    expect(await facts[1]!.checkSeal()).to.equal("whole");
    await untilDone(office);
    const certified = (await statements("certified")) as { context: { registration: string } }[];
    expect(new Set(certified.map(({ context }) => context.registration)).size).to.equal(2);
    const own = await certificates.ofPerson(tenant, ownerId);
    expect(own.map(({ href, state }) => [href, state])).to.deep.equal([
      [`/certificates/${successor.id}`, "valid"],
    ]);
  });

  it("is whole wherever a lift is cut off: said again it comes to its end, with one successor", async () => {
    for (const verb of ["reserve", "issue", "changeState"] as const) {
      const { id } = await aCertificate(office, verb);
      const { certificates, tenant, issuing } = office;
      await certificates.suspend(tenant, id, { reason: "investigation", decidedBy: by });
      const dying = createCertificates({
        ...office.deps,
        issuing: {
          ...issuing,
          [verb]: async (...args: unknown[]): Promise<never> => {
            if (verb !== "changeState")
              await (issuing[verb] as (...all: unknown[]) => Promise<unknown>)(...args);
            throw new TypeError("killed");
          },
        },
      });
      const lift = { reason: "cleared", decidedBy: by };
      expect(await refused(dying.lift(tenant, id, lift))).to.be.instanceOf(TypeError);
      expect(await stateOf(id)).to.equal("suspended");
      const successor = await certificates.lift(tenant, id, lift);
      expect([await stateOf(id), successor.state], verb).to.deep.equal(["superseded", "valid"]);
      const { ownerId } = successor;
      expect(await issuing.ownedBy(tenant, ownerId), verb).to.have.length(2);
    }
  });

  it("leaves nothing in force when a lift was cut off and a revocation follows", async () => {
    const { id, ownerId } = await aCertificate(office);
    const { certificates, tenant, issuing } = office;
    await certificates.suspend(tenant, id, { reason: "investigation", decidedBy: by });
    const dying = createCertificates({
      ...office.deps,
      issuing: { ...issuing, changeState: () => Promise.reject(new TypeError("killed")) },
    });
    await refused(dying.lift(tenant, id, { reason: "cleared", decidedBy: by }));
    const revoke = { reason: "assessment-fraud", decidedBy: by };
    const error = await refused(certificates.revoke(tenant, id, revoke));
    expect(error).to.include({ code: "certificate_superseded", status: 409 });
    const [, successor] = await issuing.ownedBy(tenant, ownerId);
    await certificates.revoke(tenant, successor!.id, revoke);
    expect((await issuing.ownedBy(tenant, ownerId)).map(({ state }) => state)).to.deep.equal([
      "superseded",
      "revoked",
    ]);
  });

  it("leaves nothing in force when lift and revocation meet", async function () {
    this.timeout(60_000);
    for (let turn = 0; turn < 10; turn += 1) {
      const { id, ownerId } = await aCertificate(office, `race ${String(turn)}`);
      const { certificates, tenant } = office;
      await certificates.suspend(tenant, id, { reason: "investigation", decidedBy: by });
      const [, revoked] = await Promise.allSettled([
        certificates.lift(tenant, id, { reason: "cleared", decidedBy: by }),
        certificates.revoke(tenant, id, { reason: "assessment-fraud", decidedBy: by }),
      ]);
      const states = (await office.issuing.ownedBy(tenant, ownerId)).map(({ state }) => state);
      if (revoked.status === "fulfilled") expect(states).to.not.include("valid");
      else expect(revoked.reason).to.include({ code: "certificate_superseded" });
      expect(states.filter((state) => state === "valid").length).to.be.at.most(1);
    }
  });

  it("has no step that does not fit its state", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant } = office;
    const lift = { reason: "cleared", decidedBy: by };
    const suspend = { reason: "investigation", decidedBy: by };
    const notValid = { code: "certificate_not_valid", status: 409 };
    expect(await refused(certificates.lift(tenant, id, lift))).to.include(notValid);
    await certificates.suspend(tenant, id, suspend);
    expect(await refused(certificates.suspend(tenant, id, { ...suspend, reason: "appeal" }))).to.include(
      notValid,
    );
    await certificates.revoke(tenant, id, { reason: "disciplinary-finding", decidedBy: by });
    const again = await refused(certificates.revoke(tenant, id, { reason: "holder-request", decidedBy: by }));
    expect(again)
      .to.include(notValid)
      .and.deep.include({ data: { id, state: "revoked" } });
    expect(await refused(certificates.suspend(tenant, id, suspend))).to.include(notValid);
    expect(await refused(certificates.lift(tenant, id, lift))).to.include(notValid);
  });

  it("is nobody else's to decide, and nothing is known of ids that are none", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant } = office;
    const decision = { reason: "holder-request", decidedBy: by };
    const unknown = { code: "certificate_unknown", status: 404 };
    const other = { academyId: office.newId(), jurisdictionId: "XB" };
    expect(await refused(certificates.revoke(other, id, decision))).to.include(unknown);
    for (const none of [office.newId(), "", "x".repeat(10_000), "../../etc"])
      expect(await refused(certificates.revoke(tenant, none, decision))).to.include(unknown);
    expect(await stateOf(id)).to.equal("valid");
  });

  it("takes only reasons that there are, and a decision-maker in one short line", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant } = office;
    for (const kind of ["revoke", "suspend", "lift"] as const) {
      const error = await refused(certificates[kind](tenant, id, { reason: "because", decidedBy: by }));
      expect(error).to.include({ code: "reason_unknown", status: 400 });
      expect(error.data).to.deep.equal({ reasons: decisionReasons[kind] });
    }
    const control = fc.constantFrom("\n", "\r", "\t", "\u0000", "\u001b[2J", "\u202e", "\u2028", "\ud800");
    const malformed = fc.oneof(
      fc.constant(""),
      fc.constant("   "),
      fc.integer({ min: 201, max: 5000 }).map((length) => "x".repeat(length)),
      fc.tuple(fc.string(), control, fc.string()).map(([a, sign, z]) => `a${a}${sign}${z}z`),
    );
    await fc.assert(
      fc.asyncProperty(malformed, async (decidedBy) => {
        const error = await refused(certificates.revoke(tenant, id, { reason: "holder-request", decidedBy }));
        expect(error).to.include({ code: "decision_maker_malformed", status: 400 });
      }),
      { numRuns: 50 },
    );
    expect(await stateOf(id)).to.equal("valid");
    const longest = "é".repeat(200);
    const revoked = await certificates.revoke(tenant, id, {
      reason: "holder-request",
      decidedBy: ` ${longest} `,
    });
    expect(revoked.life.at(-1)!.decidedBy).to.equal(longest);
  });
});
