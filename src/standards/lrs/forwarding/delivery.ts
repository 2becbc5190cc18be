import {
  subscribe,
  type EventOf,
  type JobContext,
  type Subscriber,
} from "../../../foundation/events/index.js";
import { KnownError, seconds, type Clock, type Tenant } from "../../../foundation/kernel/index.js";
import type { Sealer } from "../../../foundation/keys/index.js";
import type { Outbound } from "../../../foundation/outbound/index.js";
import type { StatementStore } from "../statement-store.js";
import { openCredentials } from "./credentials.js";
import { Paused, Refused } from "./errors.js";
import { evidenceOf } from "./filter.js";
import type { Forwarding, ForwardingStore } from "./forwarding-store.js";
import { parcelsOf, type Parcel } from "./parcels.js";
import { openReceiver, type Receiver } from "./receiver.js";

export interface DeliveryDeps {
  readonly store: ForwardingStore;
  readonly statements: StatementStore;
  readonly outbound: Outbound;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** Milliseconds for one exchange with the other store. Default: 20 seconds. */
  readonly deadlineMs?: number;
}

/**
 * Brings batches to the other store, in their order. What it does not take now is tried until it does: nothing
 * overtakes it. What it will never take becomes a dead letter, when all else of its batch is there. A repeat is the same
 * statements under the same ids, which changes nothing there.
 */
export function forwardingSubscriber(deps: DeliveryDeps): Subscriber {
  return subscribe({
    name: "forwarding",
    types: ["statements.due"],
    patient: true,
    handle: (event, context) => deliver(deps, event, context),
  });
}

async function deliver(
  deps: DeliveryDeps,
  { data, sequence }: EventOf<"statements.due">,
  { signal }: JobContext,
): Promise<void> {
  const forwarding = await deps.store.forwarding(data.forwardingId);
  if (forwarding === undefined) return;
  if (forwarding.state === "paused") throw new Paused();
  const { academyId, jurisdictionId, endpoint } = forwarding;
  const texts = await textsOf(deps.statements, { academyId, jurisdictionId }, data.statementIds);
  const { clock, deadlineMs = seconds(20) } = deps;
  const credentials = openCredentials(deps.sealer, forwarding);
  const receiver = openReceiver(deps.outbound, { endpoint, ...credentials, clock, deadlineMs });
  const refused: string[] = [];
  try {
    for await (const parcel of parcelsOf(deps.statements, forwarding, texts))
      refused.push(...(await bring(receiver, parcel, signal)));
  } catch (error) {
    await noteFailure(deps, forwarding.id, error);
    throw error;
  }
  await change(deps.store, forwarding.id, (standing) => ({
    ...standing,
    failure: undefined,
    done: Math.max(standing.done, sequence),
    doneThrough: Math.max(standing.doneThrough ?? 0, data.storedAt),
  }));
  const [first] = refused;
  if (first !== undefined) throw new Refused({ count: refused.length, statementId: first });
}

/** Asked for again, class and all: a statement that is gone meanwhile, or is no evidence, does not leave. */
async function textsOf(
  statements: StatementStore,
  tenant: Tenant,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const id of ids) {
    const text = await evidenceOf(statements, tenant, id);
    if (text !== undefined) texts.set(id, text);
  }
  return texts;
}

/** Where not all are taken, halves are tried, down to single ones. Returns the ids of those that are refused. */
async function bring(receiver: Receiver, parcel: Parcel, signal: AbortSignal): Promise<string[]> {
  const answer = await receiver.send({ ...parcel.request(), signal });
  if (answer === "taken") return [];
  // Communication 2.1.2: a conflict of a single one says that there is one of that id. It was there before.
  if (parcel.ids.length === 1) return answer === "conflict" ? [] : [...parcel.ids];
  const refused: string[] = [];
  for (const half of parcel.halves()) refused.push(...(await bring(receiver, half, signal)));
  return refused;
}

async function noteFailure({ store, clock }: DeliveryDeps, id: string, error: unknown): Promise<void> {
  const code = error instanceof KnownError ? error.code : "unforeseen";
  const status = error instanceof KnownError ? error.data["status"] : undefined;
  await change(store, id, (standing) => {
    const { failure } = standing;
    if (failure?.code === code && failure.status === status) return standing;
    const since = failure?.since ?? clock.now();
    return {
      ...standing,
      failure: { code, since, ...(typeof status === "number" ? { status } : {}) },
    };
  });
}

/** Whoever finds that another wrote meanwhile looks again. One that was removed stays so. */
export async function change(
  store: ForwardingStore,
  id: string,
  make: (standing: Forwarding) => Forwarding,
): Promise<Forwarding | undefined> {
  for (;;) {
    const standing = await store.forwarding(id);
    if (standing === undefined) return undefined;
    const made = make(standing);
    if (made === standing) return standing;
    const next = { ...made, version: standing.version + 1 };
    if ((await store.saveForwarding(next, standing.version, [])) === "saved") return next;
  }
}
