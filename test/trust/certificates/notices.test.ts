import { expect } from "chai";
import { createCertificates } from "../../../src/trust/certificates/index.js";
import { aCertificate, anOffice, untilDone, type Office } from "./an-office.js";

const by = "Board of the academy";
const fraud = { reason: "assessment-fraud", decidedBy: by };
const day = 86_400_000;

describe("a revocation that is announced", () => {
  let office: Office;
  beforeEach(async () => {
    office = await anOffice();
  });
  afterEach(() => office.close());

  const find = async (id: string) => (await office.issuing.find(id))!;
  const stepsOf = async (id: string) => (await find(id)).life.map(({ step }) => step);
  const sweep = (deps = office.certificates) => deps.effectDue(office.clock.now());
  const verbs = async (): Promise<string[]> => {
    await untilDone(office);
    const found = await office.storage.statements.queryStatements({
      ...{ ...office.tenant, classes: ["evidence"], ascending: true, limit: 200 },
    });
    return found
      .map(({ text }) => (JSON.parse(text) as { verb: { id: string } }).verb.id.split("/").at(-1)!)
      .filter((verb) => ["certified", "revoked", "forfeited"].includes(verb));
  };
  const refused = (work: Promise<unknown>): Promise<{ code: string; data: object }> =>
    work.then(
      () => expect.fail("it was not refused"),
      (error: unknown) => error as { code: string; data: object },
    );

  it("takes effect when its window ends, not a millisecond before; nobody else hears of it until then", async () => {
    const { id, ownerId } = await aCertificate(office);
    const { certificates, tenant, clock } = office;
    const announced = await certificates.announce(tenant, id, fraud);
    const effectiveAt = clock.now() + 14 * day;
    expect(announced).to.include({ state: "valid", withdrawn: 0, dueAt: effectiveAt });
    expect(announced.life.at(-1)).to.deep.equal({
      ...{ step: "announced", at: clock.now(), effectiveAt, reason: "assessment-fraud", decidedBy: by },
    });
    const [own] = await certificates.ofPerson(tenant, ownerId);
    expect(own!.notice).to.deep.equal({ reason: "assessment-fraud", effectiveAt });
    expect((await certificates.factsOf(id))!.life.map(({ step }) => step)).to.deep.equal(["issued"]);
    clock.advance(14 * day - 1);
    expect(await sweep()).to.equal(0);
    expect(await find(id)).to.include({ state: "valid", withdrawn: 0 });
    expect(await verbs()).to.deep.equal(["certified"]);
    clock.advance(effectiveAt - clock.now());
    expect(await sweep()).to.equal(1);
    const revoked = await find(id);
    expect(revoked).to.include({ state: "revoked", withdrawn: 1 }).and.not.have.property("dueAt");
    expect(revoked.life.at(-1)).to.deep.equal({
      ...{ step: "revoked", at: effectiveAt, effectiveAt, reason: "assessment-fraud", decidedBy: by },
    });
    expect(await verbs()).to.deep.equal(["certified", "revoked", "forfeited"]);
    expect((await certificates.ofPerson(tenant, ownerId))[0]).not.to.have.property("notice");
  });

  it("is told to its holder alone, with who decided, until when they can object, and every step", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant, origin } = office;
    await certificates.announce(tenant, id, fraud);
    const page = async (role: string, person: string) => {
      const entered = await fetch(`${origin}/enter/${role}/${person}?certificate=${id}`, {
        redirect: "manual",
      });
      const cookie = entered.headers
        .getSetCookie()
        .map((one) => one.split(";")[0]!)
        .join("; ");
      const path = entered.headers.get("location")!.replace(/\/form.*/, `/certificates/${id}`);
      const response = await fetch(new URL(path, origin), { headers: { cookie, accept: "text/html" } });
      return { status: response.status, text: await response.text() };
    };
    const { ownerId } = await find(id);
    const own = await page("trainee", ownerId);
    expect(own.status).to.equal(200);
    expect(own.text).to.contain(by).and.contain("You can object until then").and.contain("5 December 2026");
    expect(await page("trainee", office.newId())).to.include({ status: 404 });
    expect((await page("instructor", ownerId)).status).to.equal(403);
    const anyone = await (
      await fetch(`${origin}/certificates/${id}`, { headers: { accept: "text/html" } })
    ).text();
    expect(anyone).to.not.contain("object").and.not.contain(by);
    await certificates.openAppeal(tenant, id, { decidedBy: "Registry" });
    const after = await page("trainee", ownerId);
    expect(after.text).to.contain("Your appeal is on record").and.not.contain("You can object until then");
  });

  it("takes effect once, however often and by however many processes it is swept", async () => {
    const { id } = await aCertificate(office);
    await office.certificates.announce(office.tenant, id, { ...fraud, days: 1 });
    office.clock.advance(day);
    const other = createCertificates(office.deps);
    const done = await Promise.all([sweep(), sweep(other), sweep()]);
    expect(done.filter((one) => one === 1).length).to.be.at.least(1);
    expect(await sweep()).to.equal(0);
    expect(await stepsOf(id)).to.deep.equal(["issued", "announced", "revoked"]);
    expect(await verbs()).to.deep.equal(["certified", "revoked", "forfeited"]);
  });

  it("changes nothing when it is said again, and there is one at a time", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant } = office;
    const announced = await certificates.announce(tenant, id, fraud);
    office.clock.advance(day);
    expect(await certificates.announce(tenant, id, fraud)).to.deep.equal(announced);
    const error = await refused(certificates.announce(tenant, id, { ...fraud, reason: "issued-in-error" }));
    expect(error).to.deep.include({ code: "notice_pending", data: { reason: "assessment-fraud" } });
    for (const days of [0, -1, 1.5, 366, NaN])
      expect(await refused(certificates.announce(tenant, id, { ...fraud, days }))).to.include({
        code: "appeal_days_malformed",
      });
    for (const reason of ["holder-request", "issuer-accreditation-lost"])
      expect(await refused(certificates.announce(tenant, id, { ...fraud, reason }))).to.include({
        code: "reason_unknown",
      });
  });

  it("never comes when an appeal is upheld before: the certificate stays what it was", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant, clock } = office;
    await certificates.announce(tenant, id, fraud);
    clock.advance(14 * day - 1);
    const opened = await certificates.openAppeal(tenant, id, { decidedBy: "Registry" });
    expect(await certificates.openAppeal(tenant, id, { decidedBy: "Registry" })).to.deep.equal(opened);
    const upheld = await certificates.upholdAppeal(tenant, id, { decidedBy: "Appeals board" });
    expect(upheld).to.include({ id, state: "valid", withdrawn: 0 }).and.not.have.property("dueAt");
    expect(await certificates.upholdAppeal(tenant, id, { decidedBy: "Appeals board" })).to.deep.equal(upheld);
    clock.advance(30 * day);
    expect(await sweep()).to.equal(0);
    expect(await stepsOf(id)).to.deep.equal(["issued", "announced", "appealed", "appeal-upheld"]);
    expect(await verbs()).to.deep.equal(["certified"]);
    expect(await refused(certificates.openAppeal(tenant, id, { decidedBy: "Registry" }))).to.deep.include({
      ...{ code: "appeal_impossible", data: { why: "decided" } },
    });
  });

  it("takes effect under an open appeal; upheld after that, a successor takes its place and its bit stays set", async () => {
    const { id, ownerId, text } = await aCertificate(office);
    const { certificates, tenant, clock, origin } = office;
    await certificates.announce(tenant, id, fraud);
    await certificates.openAppeal(tenant, id, { decidedBy: "Registry" });
    clock.advance(14 * day);
    expect(await sweep()).to.equal(1);
    expect(await find(id)).to.include({ state: "revoked" });
    clock.advance(100 * day);
    const successor = await certificates.upholdAppeal(tenant, id, { decidedBy: "Appeals board" });
    expect(successor).to.include({ state: "valid", withdrawn: 0, ownerId });
    expect(await find(id))
      .to.include({ state: "revoked", withdrawn: 1 })
      .and.not.have.property("dueAt");
    expect((await find(id)).life.at(-1)).to.include({
      ...{ step: "appeal-upheld", reason: "appeal-upheld", decidedBy: "Appeals board", at: clock.now() },
    });
    const [old, now] = await Promise.all([id, successor.id].map((one) => certificates.factsOf(one)));
    expect(old).to.include({ state: "revoked", successor: now!.url, reason: "assessment-fraud" });
    expect(old!.since).to.equal(clock.now() - 100 * day);
    expect(now).to.include({ predecessor: `${origin}/certificates/${id}`, awardedAt: old!.awardedAt });
    expect(now!.text).to.not.equal(text);
    expect(await certificates.upholdAppeal(tenant, id, { decidedBy: "Appeals board" })).to.deep.equal(
      successor,
    );
    expect(await sweep()).to.equal(0);
    expect(await verbs()).to.have.members(["certified", "revoked", "forfeited", "certified"]);
    const page = await (await fetch(old!.url, { headers: { accept: "text/html" } })).text();
    expect(page).to.contain("An appeal against its revocation was upheld").and.contain(now!.url);
    const next = await (await fetch(now!.url, { headers: { accept: "text/html" } })).text();
    expect(next).to.contain(old!.url).and.contain("takes the place of");
  });

  it("brings an upheld appeal to its end when it was cut off, by the sweep alone", async () => {
    const { id, ownerId } = await aCertificate(office);
    const { certificates, tenant, issuing, clock } = office;
    await certificates.revoke(tenant, id, fraud);
    await certificates.openAppeal(tenant, id, { decidedBy: "Registry" });
    for (const verb of ["reserve", "issue"] as const) {
      const dying = createCertificates({
        ...office.deps,
        issuing: {
          ...issuing,
          [verb]: async (...args: unknown[]): Promise<never> => {
            await (issuing[verb] as (...all: unknown[]) => Promise<unknown>)(...args);
            throw new TypeError("killed");
          },
        },
      });
      expect(await refused(dying.upholdAppeal(tenant, id, { decidedBy: by }))).to.be.instanceOf(TypeError);
    }
    expect(await find(id)).to.include({ state: "revoked", dueAt: clock.now() });
    expect(await sweep()).to.equal(1);
    expect((await issuing.ownedBy(tenant, ownerId)).map(({ state }) => state)).to.deep.equal([
      ...["revoked", "valid"],
    ]);
    expect(await sweep()).to.equal(0);
  });

  it("can be objected to until it takes effect; one that came at once for the same time after", async () => {
    const { certificates, tenant, clock } = office;
    const appeal = (id: string) => certificates.openAppeal(tenant, id, { decidedBy: "Registry" });
    const closed = { code: "appeal_impossible", data: { why: "closed" } };
    const announced = await aCertificate(office, "announced");
    await certificates.announce(tenant, announced.id, { ...fraud, days: 3 });
    clock.advance(3 * day);
    // Nobody has swept yet.
    expect(await refused(appeal(announced.id))).to.deep.include(closed);
    await sweep();
    expect(await refused(appeal(announced.id))).to.deep.include(closed);
    for (const [late, isRefused] of [
      [0, true],
      [1, false],
    ] as const) {
      const { id } = await aCertificate(office, `at once ${String(late)}`);
      await certificates.revoke(tenant, id, fraud);
      clock.advance(14 * day - late);
      if (isRefused) expect(await refused(appeal(id))).to.deep.include(closed);
      else expect((await appeal(id)).life.at(-1)).to.include({ step: "appealed" });
    }
  });

  it("stands when its appeal is dismissed, for good", async () => {
    const { id, ownerId } = await aCertificate(office);
    const { certificates, tenant, clock } = office;
    const decided = { code: "appeal_impossible", data: { why: "decided" } };
    const decider = { decidedBy: "Appeals board" };
    expect(await refused(certificates.openAppeal(tenant, id, decider))).to.deep.include({
      data: { why: "nothing" },
    });
    await certificates.announce(tenant, id, fraud);
    expect(await refused(certificates.dismissAppeal(tenant, id, decider))).to.deep.include({
      data: { why: "none" },
    });
    await certificates.openAppeal(tenant, id, decider);
    const dismissed = await certificates.dismissAppeal(tenant, id, decider);
    expect(await certificates.dismissAppeal(tenant, id, decider)).to.deep.equal(dismissed);
    for (const step of ["openAppeal", "upholdAppeal"] as const)
      expect(await refused(certificates[step](tenant, id, decider))).to.deep.include(decided);
    clock.advance(14 * day);
    expect(await sweep()).to.equal(1);
    for (const step of ["openAppeal", "upholdAppeal"] as const)
      expect(await refused(certificates[step](tenant, id, decider))).to.deep.include(decided);
    expect(await office.issuing.ownedBy(tenant, ownerId)).to.have.length(1);
  });

  it("lets nobody bring back, by an older appeal, what was revoked later for something else", async () => {
    const { id, ownerId } = await aCertificate(office);
    const { certificates, tenant } = office;
    const decider = { decidedBy: "Appeals board" };
    await certificates.announce(tenant, id, fraud);
    await certificates.openAppeal(tenant, id, decider);
    await certificates.upholdAppeal(tenant, id, decider);
    await certificates.revoke(tenant, id, { reason: "disciplinary-finding", decidedBy: by });
    expect(await refused(certificates.upholdAppeal(tenant, id, decider))).to.deep.include({
      data: { why: "none" },
    });
    expect(await office.issuing.ownedBy(tenant, ownerId)).to.have.length(1);
  });

  it("goes over to the successor when a suspension is lifted meanwhile, with its date and its appeal", async () => {
    const { id } = await aCertificate(office);
    const { certificates, tenant, clock } = office;
    await certificates.suspend(tenant, id, { reason: "investigation", decidedBy: by });
    await certificates.announce(tenant, id, fraud);
    await certificates.openAppeal(tenant, id, { decidedBy: "Registry" });
    const lift = { reason: "cleared", decidedBy: by };
    const { id: next } = await certificates.lift(tenant, id, lift);
    expect(await stepsOf(next)).to.deep.equal(["issued", "announced", "appealed"]);
    expect(await find(id))
      .to.include({ state: "superseded" })
      .and.not.have.property("dueAt");
    await certificates.lift(tenant, id, lift);
    expect(await stepsOf(next)).to.deep.equal(["issued", "announced", "appealed"]);
    clock.advance(14 * day);
    expect(await sweep()).to.equal(1);
    expect(await find(next)).to.include({ state: "revoked" });
  });

  it("leaves nothing in force when a lift was cut off at any point before it took effect", async function () {
    this.timeout(60_000);
    const { certificates, tenant, issuing, clock } = office;
    for (const [turn, verb] of (["reserve", "issue", "changeState", "note"] as const).entries()) {
      const { id, ownerId } = await aCertificate(office, `cut off at ${verb}`);
      await certificates.suspend(tenant, id, { reason: "investigation", decidedBy: by });
      await certificates.announce(tenant, id, fraud);
      const dying = createCertificates({
        ...office.deps,
        issuing: {
          ...issuing,
          [verb]: async (...args: unknown[]): Promise<never> => {
            await (issuing[verb] as (...all: unknown[]) => Promise<unknown>)(...args);
            throw new TypeError("killed");
          },
        },
      });
      await refused(dying.lift(tenant, id, { reason: "cleared", decidedBy: by }));
      clock.advance(14 * day);
      expect(await sweep(), verb).to.equal(1);
      const states = (await issuing.ownedBy(tenant, ownerId)).map(({ state }) => state);
      expect(states, `${verb} ${String(turn)}`)
        .to.not.include("valid")
        .and.not.include("suspended");
    }
  });
});
