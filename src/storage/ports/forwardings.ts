import type { ForwardingStore } from "../../standards/lrs/index.js";
import { forwardings } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createForwardingStore(engine: DocumentEngine): ForwardingStore {
  const rows = engine.collection(forwardings);
  return {
    addForwarding: async (forwarding) => ((await rows.insert(forwarding)) === "inserted" ? "added" : "taken"),
    forwarding: (id) => rows.get(id),
    forwardings: () => rows.find({ where: {}, order: { by: "name" } }),
    saveForwarding: async (forwarding, expectedVersion, events) => {
      const { academyId, jurisdictionId, name } = forwarding;
      const expected = { version: expectedVersion, academyId, jurisdictionId, name };
      return (await rows.replace(forwarding, expected, events)) ? "saved" : "stale";
    },
    removeForwarding: async (id) => (await rows.take(id)) !== undefined,
  };
}
