import type { KeyStore } from "../../foundation/keys/index.js";
import { signingKeys } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createKeyStore(engine: DocumentEngine): KeyStore {
  const rows = engine.collection(signingKeys);
  return {
    addKey: async (key) => ((await rows.insert(key)) === "inserted" ? "added" : "taken"),
    retireKey: async (kid, at) =>
      (await rows.change(kid, { set: { retiredAt: at }, ifEqual: { retiredAt: null } })) !== undefined,
    keysOf: ({ academyId, jurisdictionId }, keySet) =>
      rows.find({ where: { academyId, jurisdictionId, keySet }, order: { by: "generation" } }),
  };
}
