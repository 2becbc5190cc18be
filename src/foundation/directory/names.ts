import { days, type Clock, type Tenant } from "../kernel/index.js";
import type { DirectoryStore } from "./directory-store.js";

/** How long a name is kept after a roster said it last. */
const kept = days(30);
const longest = 200;

/** What rosters call people: for their own instructors' pages, and for nothing else. */
export interface Names {
  /** Keeps the name for 30 days from now; a longer one than 200 characters is cut, an empty one not kept. */
  remember(tenant: Tenant, personId: string, name: string): Promise<void>;
  /** Person id → name, of those whose names are known. */
  of(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createNames(store: DirectoryStore, clock: Clock): Names {
  return {
    remember: async ({ academyId, jurisdictionId }, personId, text) => {
      const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
      const name = Array.from(plain).slice(0, longest).join("");
      if (name === "") return;
      await store.savePersonName({
        academyId,
        jurisdictionId,
        personId,
        name,
        expiresAt: clock.now() + kept,
      });
    },
    of: async (personIds) => {
      const now = clock.now();
      const found = await store.personNames(personIds);
      return new Map(
        found.filter(({ expiresAt }) => expiresAt > now).map(({ personId, name }) => [personId, name]),
      );
    },
  };
}
