import type { DomainEvent } from "../../../foundation/events/index.js";
import type { Clock, NewId } from "../../../foundation/kernel/index.js";
import type { StatementStore, StoredStatement } from "../statement-store.js";
import { passes } from "./filter.js";
import type { Forwarding, ForwardingStore } from "./forwarding-store.js";

export interface GatheringDeps {
  readonly store: ForwardingStore;
  readonly statements: StatementStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** A batch is one request to the other store: so many statements, or with the one that reaches so many bytes. */
const most = { statements: 50, bytes: 1024 * 1024 };

/** The outbox is not filled with what a store that is away does not take: so many batches wait at most. */
const mostWaiting = 4;

/**
 * Looks behind the statements that a forwarding has looked at, and hands the next ones that pass its filter to the
 * outbox: how far it looked and the event that names them are one write, so none is left out and none comes twice,
 * whatever process dies when. Only what nothing can come before any more is looked at, so the order is that of storing.
 * @returns whether there was anything, so that there may be more
 */
export async function gather(deps: GatheringDeps, forwarding: Forwarding): Promise<boolean> {
  const { statements, store, clock } = deps;
  const { queued, done, version } = forwarding;
  if (forwarding.state !== "active" || queued - done >= mostWaiting) return false;
  const { academyId, jurisdictionId } = forwarding;
  const tenant = { academyId, jurisdictionId };
  const found = await statements.queryStatements({
    ...tenant,
    classes: ["evidence"],
    ascending: true,
    limit: most.statements,
    bytes: most.bytes,
    until: await statements.consistentThrough(tenant, clock.now()),
    ...(forwarding.since === undefined ? {} : { since: forwarding.since }),
    ...(forwarding.after === undefined ? {} : { after: forwarding.after }),
  });
  const last = found.at(-1);
  if (last === undefined) return false;
  const passing: StoredStatement[] = [];
  for (const one of found)
    if (await passes(forwarding.filter, one.text, { tenant, statements })) passing.push(one);
  const looked = { ...forwarding, after: last.cursor, version: version + 1 };
  const event = dueEvent(deps, forwarding, passing);
  const next = event === undefined ? looked : { ...looked, queued: queued + 1 };
  // Who comes too late finds what another process has done, and looks behind it the next time.
  await store.saveForwarding(next, version, event === undefined ? [] : [event]);
  return true;
}

function dueEvent(
  { clock, newId }: GatheringDeps,
  { id, academyId, jurisdictionId, queued }: Forwarding,
  passing: readonly StoredStatement[],
): DomainEvent<"statements.due"> | undefined {
  const last = passing.at(-1);
  if (last === undefined) return undefined;
  return {
    ...{ id: newId(), type: "statements.due", at: clock.now(), academyId, jurisdictionId },
    ...{ lane: id, sequence: queued + 1 },
    data: {
      forwardingId: id,
      statementIds: passing.map((one) => one.id),
      storedAt: last.storedAt,
    },
  };
}
