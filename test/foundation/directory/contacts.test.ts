import { expect } from "chai";
import fc from "fast-check";
import { createContacts, type Contacts } from "../../../src/foundation/directory/index.js";
import { createNewId, days, KnownError, Secret } from "../../../src/foundation/kernel/index.js";
import { createSealer } from "../../../src/foundation/keys/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const tenant = { academyId: "academy-1", jurisdictionId: "XA" };
const ana = { tenant, personId: "ana" };
const ben = { tenant, personId: "ben" };
const address = "ana.quist@sandbox.invalid";

async function codeOf(doing: Promise<unknown>): Promise<string> {
  const error: unknown = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(KnownError);
  return (error as KnownError).code;
}

describe("where people want to be reminded", () => {
  let clock: FixedClock;
  let storage: Storage;
  let contacts: Contacts;
  beforeEach(async () => {
    clock = fixedAt("2028-05-01T09:00:00Z");
    storage = await aStore(clock);
    contacts = createContacts({
      ...{ store: storage.contacts, rates: storage.rates, clock, newId: createNewId(clock) },
      sealer: createSealer(new Secret(Buffer.alloc(48, 1))),
      key: Buffer.alloc(32, 2),
    });
  });
  afterEach(() => storage.close());

  const give = (to: string, whose = ana) => contacts.give(whose, { address: to, language: "en" });
  const asked = async () => (await storage.outbox.undispatched(100)).length;

  it("is kept sealed, its tokens as hashes, and is nowhere else", async () => {
    await give(`  ${address} `);
    const open = (await contacts.open(ana))!;
    expect(open.address.reveal()).to.equal(address);
    expect(JSON.stringify(open)).not.to.include("quist");
    const kept = JSON.stringify([
      await storage.contacts.contact("ana"),
      await storage.outbox.undispatched(10),
    ]);
    for (const secret of ["quist", open.confirmToken, open.stopToken]) expect(kept).not.to.include(secret);
    expect(open.confirmToken)
      .to.match(/^[\w-]{43}$/)
      .and.not.equal(open.stopToken);
  });

  it("is confirmed by its token, once or often, within 7 days and not later", async () => {
    await give(address);
    const { confirmToken } = (await contacts.open(ana))!;
    clock.advance(days(7) - 1);
    expect((await contacts.ofConfirmToken(confirmToken)).confirmedAt).to.equal(undefined);
    await contacts.confirm(confirmToken);
    const confirmedAt = clock.now();
    clock.advance(days(400));
    await contacts.confirm(confirmToken);
    expect(await contacts.stateOf(ana)).to.deep.equal({ confirmedAt });
    await give(address, ben);
    const late = (await contacts.open(ben))!.confirmToken;
    clock.advance(days(7));
    expect(await codeOf(contacts.confirm(late))).to.equal("reminder_link_unknown");
    expect(await contacts.stateOf(ben)).to.equal(undefined);
  });

  it("is confirmed by no other token", async () => {
    await give(address);
    const { confirmToken, stopToken } = (await contacts.open(ana))!;
    for (const token of [
      stopToken,
      "",
      "x".repeat(43),
      `${confirmToken}x`,
      confirmToken.toLowerCase(),
      "../",
    ])
      expect(await codeOf(contacts.confirm(token)), token).to.equal("reminder_link_unknown");
    expect(await contacts.stateOf(ana)).to.deep.equal({});
  });

  it("is another one when another one is given: it has to be confirmed, and links of the former do nothing", async () => {
    await give(address);
    const former = (await contacts.open(ana))!;
    await contacts.confirm(former.confirmToken);
    await give("new@sandbox.invalid");
    expect(await contacts.stateOf(ana)).to.deep.equal({});
    expect(await codeOf(contacts.confirm(former.confirmToken))).to.equal("reminder_link_unknown");
    await contacts.stopByToken(former.stopToken);
    await contacts.stop(ana, former.id);
    expect((await contacts.open(ana))!.address.reveal()).to.equal("new@sandbox.invalid");
  });

  it("is deleted by either token and by its person, and a second time does no harm", async () => {
    for (const way of ["stopToken", "confirmToken", "person"] as const) {
      await give(address);
      const open = (await contacts.open(ana))!;
      for (let times = 0; times < 2; times += 1)
        await (way === "person" ? contacts.stop(ana) : contacts.stopByToken(open[way]));
      expect(await storage.contacts.contact("ana"), way).to.equal(undefined);
    }
    await give(address);
    await contacts.stop({ tenant: { academyId: "another", jurisdictionId: "XA" }, personId: "ana" });
    await contacts.stop(ben);
    expect(await contacts.stateOf(ana)).to.deep.equal({});
  });

  it("is asked about three times a day an address, whoever gives it, and the answer is the same", async () => {
    for (const [number, to] of [address, address.toUpperCase(), address, address, address].entries())
      await give(to, { tenant, personId: `person ${String(number)}` });
    expect(await asked()).to.equal(3);
    expect(await contacts.stateOf({ tenant, personId: "person 4" })).to.deep.equal({});
    clock.advance(days(1));
    await give(address);
    expect(await asked()).to.equal(4);
  });

  it("is asked about five times a day a person, which uses up nothing of others'", async () => {
    for (let number = 0; number < 9; number += 1) await give(`a${String(number)}@sandbox.invalid`);
    expect(await asked()).to.equal(5);
    for (let number = 0; number < 9; number += 1) await give("victim@sandbox.invalid");
    await give("victim@sandbox.invalid", ben);
    expect(await asked()).to.equal(6);
    const rows = JSON.stringify(await storage.contacts.contact("ana"));
    expect(rows).not.to.include("victim");
  });

  it("is deleted when it was not confirmed after 7 days, or when it is not needed any more", async () => {
    for (const whose of [ana, ben]) await give(address, whose);
    await contacts.confirm((await contacts.open(ana))!.confirmToken);
    const review = (needed: boolean) => contacts.review(clock.now(), () => Promise.resolve(needed));
    clock.advance(days(7) - 1);
    expect(await review(true)).to.equal(0);
    clock.advance(1);
    expect(await review(true)).to.equal(1);
    expect(await storage.contacts.contact("ben")).to.equal(undefined);
    expect(await review(false), "looked at today already").to.equal(0);
    clock.advance(days(1));
    expect(await review(false)).to.equal(1);
    expect(await storage.contacts.contact("ana")).to.equal(undefined);
  });

  it("is an address that mail can go to, its domain in ASCII", async () => {
    const good = [
      ["a@b.example", "a@b.example"],
      ["O'Hara+x@Sub.Example.ORG", "O'Hara+x@sub.example.org"],
      ["name@bücher.example", "name@xn--bcher-kva.example"],
    ] as const;
    for (const [given, kept] of good) {
      await give(given);
      expect((await contacts.open(ana))!.address.reveal()).to.equal(kept);
    }
    const bad = [
      ...[
        "",
        "@",
        "a",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b",
        "a@b..example",
        "a@-b.example",
        "a@b.example.",
      ],
      ...["a@[127.0.0.1]", "a,b@c.example", "a@b.example,c@d.example", "<a@b.example>", '"a"@b.example'],
      ...[
        "a@b.example\r\nBcc: c@d.example",
        "a\u0000@b.example",
        "ä@b.example",
        "a@b.example/x",
        "a@b:25.example",
      ],
      ...[
        `${"a".repeat(65)}@b.example`,
        `a@${"b".repeat(64)}.example`,
        `a@${"b.".repeat(130)}example`,
        ".a@b.example",
      ],
      ...[
        "a@b.example?x",
        "a@127.0.0.1",
        "a@0x7f.1",
        "a@b%2eexample.org",
        "a@@b.example",
        "a@b.example\u202e",
      ],
    ];
    for (const one of bad) expect(await codeOf(give(one)), one).to.equal("mail_address_malformed");
  });

  it("takes no text for an address that would be two in an envelope", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        async (before, after) => {
          const given = `${before}@${after}.example`;
          const error = await give(given).catch((thrown: unknown) => thrown);
          if (error !== undefined) return;
          expect((await contacts.open(ana))!.address.reveal())
            .to.match(/^[\x21-\x7e]+$/)
            .and.not.match(/[<>,;:()"\\]/);
        },
      ),
    );
  });
});
