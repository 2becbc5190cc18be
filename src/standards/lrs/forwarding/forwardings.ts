import type { DeadJob, OutboxStore } from "../../../foundation/events/index.js";
import type { Clock, NewId, Tenant } from "../../../foundation/kernel/index.js";
import type { Sealer } from "../../../foundation/keys/index.js";
import { isIri, type XapiVersion } from "../../xapi/index.js";
import { sealCredentials, type ForwardingCredentials } from "./credentials.js";
import { change } from "./delivery.js";
import { ForwardingError } from "./errors.js";
import type { Forwarding, ForwardingFilter, ForwardingStore } from "./forwarding-store.js";

export interface ForwardingsDeps {
  readonly store: ForwardingStore;
  readonly outbox: Pick<OutboxStore, "deadJobs" | "forget">;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Development only: also http and private addresses. */
  readonly allowPrivate: boolean;
}

interface NewForwarding {
  readonly tenant: Tenant;
  readonly name: string;
  /** The base address of the other store, under which it has `statements`. */
  readonly endpoint: string;
  readonly credentials: ForwardingCredentials;
  readonly filter: ForwardingFilter;
  readonly xapiVersion?: XapiVersion;
  /** Only what is stored after this, UTC milliseconds; default: all that there is. */
  readonly since?: number;
}

/** How one is getting on. */
export interface ForwardingStatus {
  readonly forwarding: Forwarding;
  /** Batches that wait in the outbox. */
  readonly waiting: number;
  /** Batches with statements that the other store refuses; oldest first. */
  readonly dead: readonly DeadJob[];
}

/** What an operator does with forwardings. */
export interface Forwardings {
  /**
   * Throws `forwarding_name_taken`, `forwarding_address_refused`, `forwarding_credentials_refused`,
   * `forwarding_filter_refused`.
   */
  add(forwarding: NewForwarding): Promise<Forwarding>;
  list(): Promise<ForwardingStatus[]>;
  /** The other ones throw `forwarding_unknown`. */
  pause(id: string): Promise<Forwarding>;
  resume(id: string): Promise<Forwarding>;
  /** Other credentials, from the next batch on. Throws `forwarding_credentials_refused`. */
  rotate(id: string, credentials: ForwardingCredentials): Promise<Forwarding>;
  /** For good, with what waits for it and its dead letters. What the other store has it keeps. */
  remove(id: string): Promise<void>;
}

const mostDead = 1000;

export function createForwardings(deps: ForwardingsDeps): Forwardings {
  const { store, outbox, sealer, clock, newId } = deps;
  const changed = async (id: string, make: (standing: Forwarding) => Forwarding): Promise<Forwarding> => {
    const made = await change(store, id, make);
    if (made === undefined) throw new ForwardingError("forwarding_unknown", { id });
    return made;
  };
  return {
    add: async ({ tenant, name, endpoint, credentials, filter, xapiVersion, since }) => {
      mustBeCredentials(credentials);
      mustBeIris(filter);
      const id = newId();
      const forwarding: Forwarding = {
        ...{ academyId: tenant.academyId, jurisdictionId: tenant.jurisdictionId, id, name, version: 1 },
        ...{ state: "active", endpoint: addressOf(endpoint, deps.allowPrivate), filter },
        credentials: sealCredentials(sealer, { id }, credentials),
        ...{ createdAt: clock.now(), queued: 0, done: 0 },
        ...(xapiVersion === undefined ? {} : { xapiVersion }),
        ...(since === undefined ? {} : { since }),
      };
      if ((await store.addForwarding(forwarding)) === "taken")
        throw new ForwardingError("forwarding_name_taken", { name });
      return forwarding;
    },
    list: async () => {
      const dead = await outbox.deadJobs(mostDead);
      return (await store.forwardings()).map((forwarding) => ({
        forwarding,
        waiting: forwarding.queued - forwarding.done,
        dead: dead.filter(({ event }) => event.lane === forwarding.id),
      }));
    },
    pause: (id) => changed(id, (standing) => ({ ...standing, state: "paused" })),
    resume: (id) => changed(id, (standing) => ({ ...standing, state: "active" })),
    rotate: (id, credentials) => {
      mustBeCredentials(credentials);
      return changed(id, (standing) => ({
        ...standing,
        credentials: sealCredentials(sealer, standing, credentials),
      }));
    },
    remove: async (id) => {
      const standing = await store.forwarding(id);
      if (standing === undefined || !(await store.removeForwarding(id)))
        throw new ForwardingError("forwarding_unknown", { id });
      const { academyId, jurisdictionId } = standing;
      await outbox.forget({ academyId, jurisdictionId, lane: id }, ["statements.due"]);
    },
  };
}

function mustBeCredentials({ username, password }: ForwardingCredentials): void {
  if (username === "" || password === "" || username.includes(":"))
    throw new ForwardingError("forwarding_credentials_refused");
}

function mustBeIris({ verbs, activities }: ForwardingFilter): void {
  const wrong = [...verbs, ...activities].find((iri) => !isIri(iri));
  if (wrong !== undefined)
    throw new ForwardingError("forwarding_filter_refused", { iri: wrong.slice(0, 200) });
}

/** With a slash at its end. Throws `forwarding_address_refused`. */
function addressOf(endpoint: string, allowPrivate: boolean): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const protocols = allowPrivate ? ["https:", "http:"] : ["https:"];
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!isPlain || !protocols.includes(url.protocol)) throw new ForwardingError("forwarding_address_refused");
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
