import type { HolderCodeStore } from "../../trust/certificates/index.js";
import { holderCodes } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createHolderCodeStore(engine: DocumentEngine): HolderCodeStore {
  const rows = engine.collection(holderCodes);
  return {
    putHolderCode: async (code) => {
      await rows.upsert(code, ["id"], []);
    },
    holderCode: (certificateId) => rows.get(certificateId),
    countTry: async (certificateId) => {
      // Whoever finds that another took a try meanwhile looks again; each round one of them gets on.
      for (;;) {
        const code = await rows.get(certificateId);
        if (!code || code.triesLeft === 0) return 0;
        const { triesLeft, codeHash } = code;
        const taken = { set: { triesLeft: triesLeft - 1 }, ifEqual: { triesLeft, codeHash } };
        if (await rows.change(certificateId, taken)) return triesLeft;
      }
    },
    takeHolderCode: async (certificateId, codeHash) =>
      (await rows.take(certificateId, { codeHash })) !== undefined,
    purgeHolderCodes: (expiredBefore) => rows.removeBelow("expiresAt", expiredBefore),
  };
}
