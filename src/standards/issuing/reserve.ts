import { randomInt } from "node:crypto";
import type { Tenant } from "../../foundation/kernel/index.js";
import { leastStatusListLength } from "../vc/index.js";
import type { CredentialRecord } from "./credential-store.js";
import type { Issuers } from "./issuers.js";
import type { IssuingDeps, Wanted } from "./deps.js";
import { statusListName } from "./status-place.js";

/** Clashes one after the other by which a list counts as full. */
const mostClashes = 20;

export interface ReserveDeps extends Pick<IssuingDeps, "store" | "clock" | "newId" | "chooseIndex"> {
  readonly issuers: Issuers;
}

export async function reserveCredential(
  tenant: Tenant,
  { cause, ownerId, about }: Wanted,
  { store, clock, newId, chooseIndex = (length) => randomInt(length), issuers }: ReserveDeps,
): Promise<CredentialRecord> {
  const known = await store.credentialByCause(tenant, cause);
  if (known) return known;
  const { academyId, jurisdictionId } = tenant;
  const { listName } = await issuers.of(tenant);
  const wanted = {
    ...{ academyId, jurisdictionId, id: newId(), version: 1, cause, ownerId },
    ...({ state: "reserved", withdrawn: 0, reservedAt: clock.now(), about, life: [] } as const),
  };
  for (let clashes = 0; ; clashes += 1) {
    const statusList = statusListName(listName, 1 + Math.floor(clashes / mostClashes));
    const record = { ...wanted, statusList, statusIndex: chooseIndex(leastStatusListLength) };
    if ((await store.addCredential(record)) === "added") return record;
    const winner = await store.credentialByCause(tenant, cause);
    if (winner) return winner;
  }
}
