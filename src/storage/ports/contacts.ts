import type { ContactStore } from "../../foundation/directory/index.js";
import { contacts } from "../collections-contacts.js";
import type { DocumentEngine } from "../documents.js";

export function createContactStore(engine: DocumentEngine): ContactStore {
  const rows = engine.collection(contacts);
  return {
    putContact: async (contact, events) => {
      // Whoever finds that another was put there meanwhile looks again; each round one of them gets on.
      for (;;) {
        const found = await rows.get(contact.personId);
        if (found && (await rows.replace(contact, { id: found.id }, events))) return;
        if (!found && (await rows.insert(contact, events)) === "inserted") return;
      }
    },
    contact: (personId) => rows.get(personId),
    contactByConfirmHash: async (confirmHash) => (await rows.find({ where: { confirmHash }, limit: 1 }))[0],
    contactByStopHash: async (stopHash) => (await rows.find({ where: { stopHash }, limit: 1 }))[0],
    confirmContact: async ({ personId, id }, { confirmedAt, lookAt }) =>
      (await rows.change(personId, { set: { confirmedAt, lookAt }, ifEqual: { id } })) !== undefined,
    lookAgain: async ({ personId, id }, lookAt) =>
      (await rows.change(personId, { set: { lookAt }, ifEqual: { id } })) !== undefined,
    removeContact: async ({ personId, id }) => (await rows.take(personId, { id })) !== undefined,
    contactsDue: (until, limit, after) => rows.findUpTo("lookAt", until, { limit, after }),
  };
}
