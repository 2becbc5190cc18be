import type { CredentialStore } from "../../standards/issuing/index.js";
import { credentials } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createCredentialStore(engine: DocumentEngine): CredentialStore {
  const rows = engine.collection(credentials);
  return {
    addCredential: async (record) => ((await rows.insert(record)) === "inserted" ? "added" : "taken"),
    credential: (id) => rows.get(id),
    credentialByCause: async ({ academyId, jurisdictionId }, cause) =>
      (await rows.find({ where: { academyId, jurisdictionId, cause }, limit: 1 }))[0],
    credentialsOf: ({ academyId, jurisdictionId }, ownerId) =>
      rows.find({ where: { academyId, jurisdictionId, ownerId }, order: { by: "reservedAt" } }),
    credentials: ({ academyId, jurisdictionId }) =>
      rows.find({ where: { academyId, jurisdictionId }, order: { by: "reservedAt" } }),
    saveCredential: async (record, expectedVersion, events) => {
      // What it was issued for and where its bit stands are for ever: a record that says otherwise is another one.
      const { academyId, jurisdictionId, cause, statusList, statusIndex } = record;
      const expected = {
        version: expectedVersion,
        academyId,
        jurisdictionId,
        cause,
        statusList,
        statusIndex,
      };
      return (await rows.replace(record, expected, events)) ? "saved" : "stale";
    },
    credentialsDue: (until, limit, after) => rows.findUpTo("dueAt", until, { limit, after }),
    statusListInUse: async (statusList) => (await rows.find({ where: { statusList }, limit: 1 })).length > 0,
    withdrawnIndices: async (statusList) =>
      (await rows.valuesOf("statusIndex", { statusList, withdrawn: 1 })).map(Number),
  };
}
