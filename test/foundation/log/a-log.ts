import { createHash } from "node:crypto";
import { Secret, installation, type Clock } from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../../../src/foundation/keys/index.js";
import { createLog, type Log, type LogDeps, type NewLeaf } from "../../../src/foundation/log/index.js";
import type { Storage } from "../../../src/storage/index.js";

export const aLeaf = (n: number | string, changes: Partial<NewLeaf> = {}): NewLeaf => ({
  ...{ kind: "status-list", subject: "https://tool.example/status/north-1", key: `key ${n}`, at: 1000 },
  ...{ content: JSON.stringify({ n }), ...changes },
});

/** A ring of the installation, as `rooms.ts` makes it. */
export const aRing = (storage: Storage, clock: Clock, keySet: string, secret = 1) =>
  createKeyRing(
    keySet,
    { store: storage.keys, sealer: createSealer(new Secret(Buffer.alloc(32, secret))), clock },
    { tenant: installation, alg: "EdDSA" },
  );

/** A log with real keys on that store. */
export function aLog(storage: Storage, clock: Clock, changes: Partial<LogDeps> = {}): Log {
  const keyRing = aRing(storage, clock, "log");
  return createLog({ store: storage.log, keyRing, origin: "https://tool.example", clock, ...changes });
}

/** RFC 9162 §2.1.1 written again as the page has it, slowly. */
export function slowRoot(hashes: readonly string[]): string {
  const sha = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const root = (list: readonly Buffer[]): Buffer => {
    if (list.length === 0) return sha();
    if (list.length === 1) return list[0]!;
    let k = 1;
    while (k * 2 < list.length) k *= 2;
    return sha(Buffer.of(1), root(list.slice(0, k)), root(list.slice(k)));
  };
  return root(hashes.map((hash) => Buffer.from(hash, "base64"))).toString("base64");
}
