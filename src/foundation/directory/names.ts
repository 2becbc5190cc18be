import { days, type Clock, type Tenant } from "../kernel/index.js";
import type { DirectoryStore } from "./directory-store.js";

/** How long a name is kept after a roster said it last. */
const kept = days(30);
const longest = 200;
/** A class is read many times a day; its names need not be written each time. */
const freshFor = days(1);

/** What rosters call people: for their own instructors' pages, and for nothing else. */
export interface Names {
  /** Keeps the name for 30 days from now; a longer one than 200 characters is cut, an empty one not kept. */
  remember(tenant: Tenant, personId: string, name: string): Promise<void>;
  /** As `remember`, person id → name. A name that was remembered within the last day already is not written again. */
  rememberAll(tenant: Tenant, names: ReadonlyMap<string, string>): Promise<void>;
  /** Person id → name, of those whose names are known. */
  of(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function createNames(store: DirectoryStore, clock: Clock): Names {
  const save = async ({ academyId, jurisdictionId }: Tenant, personId: string, name: string) => {
    const expiresAt = clock.now() + kept;
    if (name !== "") await store.savePersonName({ academyId, jurisdictionId, personId, name, expiresAt });
  };
  return {
    remember: (tenant, personId, text) => save(tenant, personId, plain(text)),
    rememberAll: async (tenant, names) => {
      const fresh = clock.now() + kept - freshFor;
      const known = await store.personNames([...names.keys()]);
      const still = new Map(
        known.filter(({ expiresAt }) => expiresAt > fresh).map(({ personId, name }) => [personId, name]),
      );
      for (const [personId, text] of names) {
        const name = plain(text);
        if (still.get(personId) !== name) await save(tenant, personId, name);
      }
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

function plain(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return Array.from(line).slice(0, longest).join("");
}
