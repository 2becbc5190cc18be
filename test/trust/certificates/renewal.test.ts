import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { AnyEvent, DomainEvent } from "../../../src/foundation/events/index.js";
import { loadProfile, matchPatterns } from "../../../src/standards/xapi/index.js";
import { profileDocument } from "../../training/evidence/a-record.js";
import { anAchiever, anOffice, untilDone, type Office } from "./an-office.js";

type Data = DomainEvent<"programme.renewed">["data"];
interface Seen {
  readonly verb: { readonly id: string };
  readonly context: { readonly registration: string; readonly statement?: { readonly id: string } };
}

const day = 86_400_000;
const by = "Registrar";

describe("a certificate that is renewed", () => {
  const profile = loadProfile(profileDocument());
  let office: Office;
  let achiever: Awaited<ReturnType<typeof anAchiever>>;
  let entitled: DomainEvent<"programme.entitled">["data"];
  beforeEach(async () => {
    office = await anOffice();
    achiever = await anAchiever(office);
    entitled = achiever.entitled.data;
  });
  afterEach(() => office.close());

  const handle = async (event: AnyEvent): Promise<void> => {
    await office.certificates.subscriber.handle(event, { attempt: 1 } as never);
  };
  const renewed = (changes: Partial<Data> = {}): AnyEvent => {
    const { personId, programmeId, entitlementId, registration, curriculum, evidence, competencies } =
      entitled;
    const renewalId = office.newId();
    return {
      ...{ ...office.tenant, id: office.newId(), type: "programme.renewed", at: office.clock.now() },
      ...{ lane: renewalId, sequence: 1 },
      data: {
        ...{
          personId,
          programmeId,
          entitlementId,
          renewalId,
          registration,
          curriculum,
          evidence,
          competencies,
        },
        validUntil: office.clock.now() + 730 * day,
        refresher: { moduleId: "R01", registration: randomUUID() },
        ...changes,
      },
    };
  };
  /** After modules were done again, and no refresher. */
  const repeated = (changes: Partial<Data> = {}): AnyEvent => {
    const event = renewed(changes);
    const data = Object.fromEntries(Object.entries(event.data).filter(([name]) => name !== "refresher"));
    return { ...event, data } as AnyEvent;
  };
  const expired = (registration = entitled.registration): AnyEvent => {
    const { personId, programmeId, entitlementId } = entitled;
    const at = office.clock.now();
    return {
      ...{
        ...office.tenant,
        id: office.newId(),
        type: "programme.expired",
        at,
        lane: entitlementId,
        sequence: 9,
      },
      data: { personId, programmeId, entitlementId, registration, at },
    };
  };
  const first = async (): Promise<void> => {
    await achiever.save();
    await untilDone(office);
  };
  const owned = () => office.issuing.ownedBy(office.tenant, achiever.person.id);
  /** What was said of certificates under each registration, in order. */
  const cycles = async (): Promise<Map<string, Seen[]>> => {
    await untilDone(office);
    const found = await office.storage.statements.queryStatements({
      ...{ ...office.tenant, classes: ["evidence"], ascending: true, limit: 300 },
    });
    const about = found
      .map(({ text }) => JSON.parse(text) as Seen & { object: unknown; actor: unknown })
      .filter((one) => /\/(certified|revoked|forfeited|expired)$/.test(one.verb.id));
    const registrations = [...new Set(about.map(({ context }) => context.registration))];
    return new Map(
      registrations.map((one) => [one, about.filter(({ context }) => context.registration === one)]),
    );
  };
  const verbsOf = (all: Map<string, Seen[]>): string[][] =>
    [...all.values()].map((seen) => seen.map(({ verb }) => verb.id.split("/").at(-1)!));
  const expectPatterns = (all: Map<string, Seen[]>): void => {
    for (const seen of all.values()) expect(matchPatterns(profile, seen)).to.include({ outcome: "success" });
  };
  const refused = (work: Promise<unknown>): Promise<{ code: string; permanent?: boolean }> =>
    work.then(
      () => expect.fail("it was not refused"),
      (error: unknown) => error as { code: string; permanent?: boolean },
    );

  it("has a newer one beside it in the same cycle; the older counts until its own end, and leads to the newer", async () => {
    await first();
    office.clock.advance(700 * day);
    const event = renewed();
    await handle(event);
    await handle(event);
    const [older, newer] = await owned();
    expect(await owned()).to.have.length(2);
    expect([older!.state, newer!.state]).to.deep.equal(["valid", "valid"]);
    expect(newer!.cause).to.equal(`renewals/${(event.data as Data).renewalId}`);
    const all = await cycles();
    expect(verbsOf(all)).to.deep.equal([["certified", "certified"]]);
    expectPatterns(all);
    const [certified, again] = [...all.values()][0]!;
    expect(again!.context.statement!.id).to.equal((certified as unknown as { id: string }).id);
    const [before, after] = await Promise.all(
      [older, newer].map((one) => office.certificates.factsOf(one!.id)),
    );
    expect(before).to.include({ state: "valid", renewedBy: after!.url });
    expect(after).not.to.have.property("renewedBy");
    const page = await (await fetch(before!.url, { headers: { accept: "text/html" } })).text();
    expect(page).to.contain("It was renewed").and.contain(after!.url).and.not.contain("doc ended");
    office.clock.advance(31 * day);
    const later = await (await fetch(before!.url, { headers: { accept: "text/html" } })).text();
    expect(later).to.contain("Its time is over").and.contain(after!.url);
    expect((JSON.parse(after!.text) as { validUntil: string }).validUntil).to.match(/^2030-/);
  });

  it("waits for the first one when that is still being made", async () => {
    const event = renewed();
    expect(await refused(handle(event))).to.include({ code: "certificate_being_made" });
    expect(await owned()).to.have.length(0);
    office.clock.advance(1000);
    await first();
    office.clock.advance(day);
    await handle(renewed());
    expect(verbsOf(await cycles())).to.deep.equal([["certified", "certified"]]);
  });

  it("ends its cycle once when nothing renewed it, and what comes after that opens another", async () => {
    await first();
    office.clock.advance(730 * day + 90 * day);
    const end = expired();
    await handle(end);
    await handle(end);
    expect(verbsOf(await cycles())).to.deep.equal([["certified", "expired"]]);
    const [certificate] = await owned();
    expect(certificate).to.include({ state: "valid", withdrawn: 0 });
    expect((await office.certificates.factsOf(certificate!.id))!.life.map(({ step }) => step)).to.deep.equal([
      "issued",
    ]);
    office.clock.advance(day);
    await handle(repeated({ registration: randomUUID() }));
    const all = await cycles();
    expect(verbsOf(all)).to.deep.equal([["certified", "expired"], ["certified"]]);
    expectPatterns(all);
  });

  it("opens a cycle of its own when modules were repeated while the last one is open", async () => {
    await first();
    office.clock.advance(day);
    await handle(repeated());
    office.clock.advance(day);
    await handle(renewed());
    const all = await cycles();
    expect(verbsOf(all)).to.deep.equal([["certified"], ["certified", "certified"]]);
    expectPatterns(all);
    await handle(expired());
    expect(verbsOf(await cycles())).to.deep.equal([["certified"], ["certified", "certified", "expired"]]);
  });

  it("goes on from the successor of a lifted suspension, in the successor's cycle", async () => {
    await first();
    const { certificates, tenant, clock } = office;
    const [certificate] = await owned();
    await certificates.suspend(tenant, certificate!.id, { reason: "investigation", decidedBy: by });
    const event = renewed();
    expect(await refused(handle(event))).to.include({ code: "renewal_out_of_force", permanent: true });
    await certificates.lift(tenant, certificate!.id, { reason: "cleared", decidedBy: by });
    clock.advance(day);
    await handle(renewed());
    const all = await cycles();
    expect(verbsOf(all)).to.deep.equal([["certified"], ["certified", "certified"]]);
    expectPatterns(all);
  });

  it("ends its cycle once when the older one and its renewal are both revoked, in either order or at once", async () => {
    const { certificates, tenant, clock, storage } = office;
    const fraud = { reason: "assessment-fraud", decidedBy: by };
    const orders = [
      async (ids: string[]) => {
        for (const id of ids) await certificates.revoke(tenant, id, fraud);
      },
      async (ids: string[]) => {
        for (const id of ids.toReversed()) await certificates.revoke(tenant, id, fraud);
      },
      async (ids: string[]) => {
        await Promise.all(ids.map((id) => certificates.revoke(tenant, id, fraud)));
      },
    ];
    for (const revokeAll of orders) {
      const before = await cycles();
      achiever = await anAchiever(office, `lms-user-${String(before.size)}`);
      entitled = achiever.entitled.data;
      await first();
      clock.advance(day);
      await handle(renewed());
      const records = await owned();
      expect(records).to.have.length(2);
      clock.advance(day);
      await revokeAll(records.map(({ id }) => id));
      const all = await cycles();
      const registration = entitled.registration;
      const verbs = all.get(registration)!.map(({ verb }) => verb.id.split("/").at(-1)!);
      expect(verbs).to.deep.equal(["certified", "certified", "revoked", "forfeited"]);
      expectPatterns(all);
      // Each of the two is revoked all the same, and says why.
      for (const { id } of await owned())
        expect((await certificates.factsOf(id))!.life.at(-1)).to.include({ step: "revoked" });
      expect((await owned()).map(({ withdrawn }) => withdrawn)).to.deep.equal([1, 1]);
    }
    expect(await storage.outbox.deadJobs(10)).to.deep.equal([]);
  });

  it("ends its cycle once when it had run out before it was revoked", async () => {
    await first();
    office.clock.advance(820 * day);
    await handle(expired());
    const [certificate] = await owned();
    await office.certificates.revoke(office.tenant, certificate!.id, {
      ...{ reason: "issued-in-error", decidedBy: by },
    });
    const all = await cycles();
    expect(verbsOf(all)).to.deep.equal([["certified", "expired"]]);
    expectPatterns(all);
  });

  it("is renewed by no refresher while a revocation stands or is to come; earned again, it opens a cycle", async () => {
    await first();
    const { certificates, tenant, clock } = office;
    const [certificate] = await owned();
    const { id } = certificate!;
    clock.advance(day);
    await certificates.announce(tenant, id, { reason: "assessment-fraud", decidedBy: by, days: 1 });
    const outOfForce = { code: "renewal_out_of_force", permanent: true };
    expect(await refused(handle(renewed()))).to.include(outOfForce);
    clock.advance(day);
    await certificates.effectDue(clock.now());
    expect(await refused(handle(renewed()))).to.include(outOfForce);
    expect(await owned()).to.have.length(1);
    await handle(expired());
    await handle(repeated());
    const all = await cycles();
    expect(verbsOf(all)).to.deep.equal([["certified", "revoked", "forfeited"], ["certified"]]);
    expectPatterns(all);
  });
});
