import { expect } from "chai";
import { createContacts, type Contacts } from "../../../src/foundation/directory/index.js";
import type { EventOf } from "../../../src/foundation/events/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { days, Secret } from "../../../src/foundation/kernel/index.js";
import { createSealer } from "../../../src/foundation/keys/index.js";
import { createMailer } from "../../../src/foundation/mail/index.js";
import type { Curriculum, Programme } from "../../../src/standards/curriculum/index.js";
import { createProgrammes, windowOf, type CertificateLink } from "../../../src/training/programmes/index.js";
import { aMailServer, type MailServer } from "../../kit/mail-server.js";
import {
  aProgrammeRoom,
  curriculumWith,
  Doing,
  induction,
  pathOf,
  tenant,
  type Room,
} from "./a-programme.js";

const refresher = { module: "R01", opensMonthsBefore: 6, lateDays: 90, compulsory: [] } as const;
const kept: Programme = { ...induction, refresher };
const whose = { tenant, personId: "p" };
const address = "p@sandbox.invalid";
const academy = "Hostile\r\nBcc: b@x.invalid\u202e Academy";

const certificate = (state: CertificateLink["state"], programmeId = kept.id): CertificateLink => ({
  ...{ programmeId, state, href: "/certificates/c-1", codeAction: "/code", issuedAt: 0, validUntil: 1 },
});

describe("a mail that reminds", () => {
  let server: MailServer;
  let room: Room;
  let contacts: Contacts;
  let handle: (event: EventOf<"programme.reminded">) => Promise<void>;
  let review: () => Promise<number>;
  let endsAt: number;

  async function open(content: Curriculum): Promise<void> {
    server = await aMailServer();
    room = await aProgrammeRoom(content);
    const { storage, visits, clock, newId, certificates } = room;
    contacts = createContacts({
      ...{ store: storage.contacts, rates: storage.rates, clock, newId, key: Buffer.alloc(32, 1) },
      sealer: createSealer(new Secret(Buffer.alloc(48, 2))),
    });
    const { reminders } = createProgrammes({
      ...{ standings: storage.standings, curriculum: content, visits, clock, newId },
      certificatesOf: () => Promise.resolve(certificates),
      mail: {
        ...{ contacts, catalogues: loadCatalogues(pathOf("views/locales")), nudge: () => undefined },
        ...{ academyName: () => Promise.resolve(academy), origin: "https://tessera.example" },
        mailer: createMailer({
          ...{ url: new Secret(server.url), from: "r@tessera.example", host: "tessera.example", clock },
        }),
      },
    });
    const signal = new AbortController().signal;
    handle = (event) => reminders!.subscriber.handle(event, { requestId: undefined, attempt: 1, signal });
    review = () => reminders!.review(clock.now());
    await room.take(
      ...new Doing(
        "p",
        content.modules.find(({ id }) => id === "M01")!,
      ).all().events,
    );
    await contacts.give(whose, { address, language: "fr" });
    await contacts.confirm((await contacts.open(whose))!.confirmToken);
    const { entitlements, ...standing } = (await room.standingOf("p"))!;
    endsAt = windowOf(entitlements[kept.id]!, kept, standing).endsAt;
  }
  beforeEach(async () => open(await curriculumWith(kept)));
  afterEach(async () => {
    await room.storage.close();
    await server.close();
  });

  /** What the sweep of that moment told, at that moment. */
  async function remindedAt(moment: number): Promise<EventOf<"programme.reminded">[]> {
    const known = new Set((await room.raised("programme.reminded")).map(({ id }) => id));
    room.clock.advance(moment - room.clock.now());
    await room.sweep(moment);
    return (await room.raised("programme.reminded")).filter(({ id }) => !known.has(id));
  }

  it("is the same mail when its event comes again", async () => {
    const [event] = await remindedAt(endsAt);
    await handle(event!);
    room.clock.advance(days(1));
    await handle(event!);
    expect(server.mails.map(({ headers }) => headers.get("message-id"))).to.deep.equal(
      Array(2).fill(`<reminder.${event!.id}@tessera.example>`),
    );
    expect(server.mails[0]!.raw.replace(/boundary.*/g, "")).to.equal(server.mails[1]!.raw);
  });

  it("takes an academy's name for words, whatever stands in it", async () => {
    const [event] = await remindedAt(endsAt);
    await handle(event!);
    const [mail] = server.mails;
    expect(mail!.to).to.deep.equal([address]);
    expect([...mail!.headers.keys()]).not.to.include("bcc");
    expect(mail!.text).to.include("at Hostile Bcc: b@x.invalid Academy was valid until");
  });

  it("is not sent when a later reminder has overtaken it, or when the certificate was renewed or has ended", async () => {
    const [event] = await remindedAt(endsAt - days(30));
    room.clock.advance(endsAt - room.clock.now());
    await handle(event!);
    const [lapsed] = await remindedAt(endsAt);
    room.clock.advance(days(91));
    await handle(lapsed!);
    await handle({ ...lapsed!, data: { ...lapsed!.data, renewalId: "another" } });
    await handle({ ...lapsed!, data: { ...lapsed!.data, programmeId: "another" } });
    expect(server.mails).to.deep.equal([]);
  });

  for (const state of ["revoked", "suspended", "superseded"] as const)
    it(`is not sent of a certificate that is ${state}`, async () => {
      room.certificates.push(certificate("valid"), certificate(state));
      const [event] = await remindedAt(endsAt - days(30));
      await handle(event!);
      expect(server.mails).to.deep.equal([]);
      // A suspension may be lifted.
      expect(await review()).to.equal(state === "suspended" ? 0 : 1);
    });

  it("is not sent to who has not confirmed, nor to who has stopped", async () => {
    await contacts.give(whose, { address: "new@sandbox.invalid", language: "en" });
    const [event] = await remindedAt(endsAt);
    await handle(event!);
    await contacts.stop(whose);
    await handle(event!);
    expect(server.mails).to.deep.equal([]);
  });

  it("is one where a higher certificate, which renews the other, has the same days", async () => {
    await room.storage.close();
    await server.close();
    const higher: Programme = { ...kept, id: "higher", title: "Higher", renews: [kept.id] };
    await open(await curriculumWith(kept, higher));
    const events = await remindedAt(endsAt);
    expect(events.map(({ data }) => data.programmeId)).to.have.members([kept.id, "higher"]);
    for (const event of events) await handle(event);
    expect(server.mails).to.have.length(1);
  });
});
