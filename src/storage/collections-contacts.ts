import type { Contact } from "../foundation/directory/index.js";
import type { Collection } from "./documents.js";

/** Its hashes may be looked up alone: a link in a mail brings nothing else, and tells us the tenant. */
export const contacts: Collection<Contact> = {
  name: "contacts",
  key: "personId",
  fields: {
    ...{ personId: "text", academyId: "text", jurisdictionId: "text", id: "text" },
    ...{ confirmHash: "text", stopHash: "text", confirmedAt: "integer", lookAt: "integer" },
  },
  raisesEvents: true,
};
