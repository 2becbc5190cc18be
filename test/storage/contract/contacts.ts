import { expect } from "chai";
import type { Contact } from "../../../src/foundation/directory/index.js";
import type { AnyEvent } from "../../../src/foundation/events/index.js";
import { eachTestHasAStore, newId, type MakeDatabase } from "./database.js";
import { arvenia, atOnce, belmora } from "./samples.js";

const aContact = (more: Partial<Contact> = {}): Contact => ({
  ...{ ...arvenia, personId: "person", id: "contact", sealed: "v1.a.b.c", language: "en" },
  ...{ confirmHash: "confirm", stopHash: "stop", givenAt: 1000, lookAt: 2000 },
  ...more,
});
const given = ({ personId, id, academyId, jurisdictionId }: Contact): AnyEvent => ({
  ...{ id: newId(), type: "contact.given", at: 1000, academyId, jurisdictionId, lane: id, sequence: 1 },
  data: { personId, contactId: id },
});

export function contactsContract(make: MakeDatabase): void {
  describe("contacts", () => {
    const store = eachTestHasAStore(make);

    it("keep one a person, with the event of the last, found by the hash of either token", async () => {
      const { contacts, outbox } = store();
      const [first, next] = [aContact(), aContact({ id: "next", confirmHash: "c2", stopHash: "s2" })];
      await contacts.putContact(first, [given(first)]);
      await contacts.putContact(next, [given(next)]);
      await contacts.putContact(aContact({ ...belmora, personId: "other", id: "other", stopHash: "s3" }), []);
      expect(await contacts.contact("person")).to.deep.equal(next);
      expect(await contacts.contactByConfirmHash("c2")).to.deep.equal(next);
      expect(await contacts.contactByStopHash("s2")).to.deep.equal(next);
      expect(await contacts.contactByStopHash("stop")).to.equal(undefined);
      const lanes = (await outbox.undispatched(10)).map(({ lane }) => lane);
      expect(lanes).to.have.members(["contact", "next"]);
    });

    it("are one of those that many put there at once, whole", async () => {
      const { contacts } = store();
      let number = 0;
      await atOnce(10, () => {
        const id = `c${String((number += 1))}`;
        return contacts.putContact(aContact({ id, confirmHash: id, stopHash: id }), []);
      });
      const { id, confirmHash, stopHash } = (await contacts.contact("person"))!;
      expect([confirmHash, stopHash]).to.deep.equal([id, id]);
    });

    it("are confirmed, looked at and removed only as long as they are the same", async () => {
      const { contacts } = store();
      const [former, contact] = [aContact(), aContact({ id: "next" })];
      await contacts.putContact(former, []);
      await contacts.putContact(contact, []);
      const times = { confirmedAt: 1500, lookAt: 9000 };
      expect(await contacts.confirmContact(former, times)).to.equal(false);
      expect(await contacts.lookAgain(former, 5)).to.equal(false);
      expect(await contacts.removeContact(former)).to.equal(false);
      expect(await contacts.confirmContact(contact, times)).to.equal(true);
      expect(await contacts.contact("person")).to.deep.equal({ ...contact, ...times });
      expect(await contacts.lookAgain(contact, 9999)).to.equal(true);
      await contacts.putContact(former, []);
      expect(await contacts.contact("person"), "not confirmed any more").to.deep.equal(former);
      expect(await contacts.removeContact(former)).to.equal(true);
      expect(await contacts.contact("person")).to.equal(undefined);
    });

    it("are found when they are due, the earliest first, page by page", async () => {
      const { contacts } = store();
      const due = (personId: string, lookAt: number, tenant = arvenia) =>
        aContact({ ...tenant, personId, id: personId, lookAt });
      const all = [due("c", 10), due("a", 20), due("b", 20, belmora), due("d", 21)];
      for (const one of all) await contacts.putContact(one, []);
      expect(await contacts.contactsDue(20, 10)).to.deep.equal(all.slice(0, 3));
      const [first] = await contacts.contactsDue(20, 1);
      expect(await contacts.contactsDue(20, 10, first)).to.deep.equal(all.slice(1, 3));
    });
  });
}
