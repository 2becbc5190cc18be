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
      const counted = await rows.change(certificateId, { add: { triesLeft: -1 }, ifAbove: { triesLeft: 0 } });
      return counted === undefined ? 0 : counted.triesLeft + 1;
    },
    takeHolderCode: async (certificateId, codeHash) =>
      (await rows.take(certificateId, { codeHash })) !== undefined,
    purgeHolderCodes: (expiredBefore) => rows.removeBelow("expiresAt", expiredBefore),
  };
}
