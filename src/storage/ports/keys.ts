import type { KeyStore } from "../../foundation/keys/index.js";
import { signingKeys } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createKeyStore(engine: DocumentEngine): KeyStore {
  const rows = engine.collection(signingKeys);
  return {
    addKey: async (key) => ((await rows.insert(key)) === "inserted" ? "added" : "taken"),
    keysOf: ({ academyId, jurisdictionId }, keySet) =>
      rows.find({ where: { academyId, jurisdictionId, keySet }, order: { by: "generation" } }),
  };
}
