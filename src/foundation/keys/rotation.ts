import type { Tenant } from "../kernel/index.js";
import { isTheNext, keyContext, overlap, signingAt, succeededAt } from "./generations.js";
import { makeKey, type KeyAlgorithm } from "./key-making.js";
import type { KeyRingDeps } from "./key-ring.js";
import type { StoredKey } from "./key-store.js";

export interface KeySetName {
  readonly tenant: Tenant;
  readonly keySet: string;
  readonly alg: KeyAlgorithm;
}

/** How a set is looked after by itself. */
export interface KeyCare {
  /** Whether the next key is made when the newest is 90 days old. Default: true. */
  readonly renews?: boolean;
  /** How long a key stays in force beside the one that follows it, from that one's first day on. Default: 0. */
  readonly staysMs?: number;
}

export interface KeyRotation {
  /** All generations, oldest first; none before the set was used first. */
  list(of: KeySetName): Promise<StoredKey[]>;
  /**
   * Makes the next generation, which signs in a day from now. Of several processes that do it at once one does, and asking
   * again while a key waits for its day, or within a minute of one that signs at once, answers with that one.
   * @param immediately for a key that may be known to others: the new one signs at once, all before it are retired
   * @returns the newest key
   */
  rotate(of: KeySetName, immediately?: boolean): Promise<StoredKey>;
  /** What is due: the next generation when the newest is 90 days old, and the end of those that sign no more. */
  maintain(of: KeySetName, care?: KeyCare): Promise<{ made: boolean; retired: number }>;
}

export function createKeyRotation({ store, sealer, clock }: KeyRingDeps): KeyRotation {
  const list = ({ tenant, keySet }: KeySetName): Promise<StoredKey[]> => store.keysOf(tenant, keySet);

  const addNext = async (of: KeySetName, signsFrom: number): Promise<StoredKey> => {
    const generation = ((await list(of)).at(-1)?.generation ?? 0) + 1;
    const { tenant, keySet, alg } = of;
    const { kid, publicJwk, privateJwk } = await makeKey(alg);
    await store.addKey({
      ...{ academyId: tenant.academyId, jurisdictionId: tenant.jurisdictionId },
      ...{ kid, keySet, generation, alg, publicJwk: { ...publicJwk } },
      sealedPrivateJwk: sealer.seal(JSON.stringify(privateJwk), keyContext(keySet, kid)),
      ...{ createdAt: clock.now(), signsFrom },
    });
    const newest = (await list(of)).at(-1);
    if (!newest) throw new TypeError("a key that was added is not there");
    return newest;
  };
  const retire = async (old: readonly StoredKey[]): Promise<number> => {
    for (const { kid } of old) await store.retireKey(kid, clock.now());
    return old.length;
  };
  const retireBefore = async (of: KeySetName, { generation }: StoredKey): Promise<void> => {
    const all = await list(of);
    await retire(all.filter((key) => key.retiredAt === undefined && key.generation < generation));
  };
  return {
    list,
    rotate: async (of, immediately = false) => {
      const now = clock.now();
      const last = (await list(of)).at(-1);
      const newest =
        last && isTheNext(last, now, immediately)
          ? last
          : await addNext(of, immediately ? now : now + overlap.publishedBeforeMs);
      if (immediately) await retireBefore(of, newest);
      return newest;
    },
    maintain: async (of, { renews = true, staysMs = 0 } = {}) => {
      const [now, keys] = [clock.now(), await list(of)];
      // A set that nobody used yet has no key to look after.
      if (!signingAt(keys, now)) return { made: false, retired: 0 };
      const newest = keys.at(-1);
      const made = renews && newest !== undefined && newest.createdAt + overlap.oldestMs <= now;
      if (made) await addNext(of, now + overlap.publishedBeforeMs);
      return { made, retired: await retire(succeededAt(keys, now, staysMs)) };
    },
  };
}
