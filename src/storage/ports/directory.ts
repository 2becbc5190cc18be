import type { DirectoryStore, Jurisdiction } from "../../foundation/directory/index.js";
import { installation } from "../../foundation/kernel/index.js";
import { academies, apiClients, jurisdictions, persons, type JurisdictionRow } from "../collections.js";
import type { DocumentEngine } from "../documents.js";
import { inserted } from "./insert.js";

export function createDirectoryStore(engine: DocumentEngine): DirectoryStore {
  const jurisdictionRows = engine.collection(jurisdictions);
  const academyRows = engine.collection(academies);
  const personRows = engine.collection(persons);
  const clientRows = engine.collection(apiClients);
  return {
    saveJurisdiction: async ({ id, name, demonstration }) => {
      const row = { id, name, demonstration, academyId: installation.academyId, jurisdictionId: id };
      await jurisdictionRows.upsert(row, ["id"], []);
    },
    jurisdictions: async () =>
      (await jurisdictionRows.find({ where: {}, order: { by: "id" } })).map(asJurisdiction),
    addAcademy: async (academy) => ((await academyRows.insert(academy)) === "inserted" ? "added" : "taken"),
    academy: (id) => academyRows.get(id),
    academyBySlug: async (slug) => (await academyRows.find({ where: { slug }, limit: 1 }))[0],
    academies: () => academyRows.find({ where: {}, order: { by: "slug" } }),
    findOrAddPerson: (candidate) =>
      personRows.upsert(candidate, ["academyId", "jurisdictionId", "platformId", "platformUserId"], "all"),
    person: (id) => personRows.get(id),
    addApiClient: (client) => inserted(clientRows.insert(client)),
    apiClient: (key) => clientRows.get(key),
    apiClients: () => clientRows.find({ where: {}, order: { by: "createdAt" } }),
    endApiClient: async (key, at) => {
      const ended = await clientRows.change(key, { set: { endedAt: at }, ifEqual: { endedAt: null } });
      return ended !== undefined || (await clientRows.get(key)) !== undefined;
    },
  };
}

function asJurisdiction({ id, name, demonstration }: JurisdictionRow): Jurisdiction {
  return { id, name, demonstration };
}
