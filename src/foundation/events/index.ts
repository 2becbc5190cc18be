export {
  type AnyEvent,
  type AttestationKind,
  type Attested,
  type CertificateContext,
  type CompetencyContext,
  type DomainEvent,
  type EventClass,
  type EventData,
  type EventType,
  type ModuleContext,
  type PersonalEvent,
  type RevocationReason,
  eventClass,
  isPersonal,
  revocationReasons,
} from "./catalogue.js";
export { EventsError, PermanentFailure } from "./errors.js";
export { createOutbox, type Outbox } from "./outbox.js";
export { outboxDefaults, retryDelay, type OutboxOptions } from "./outbox-options.js";
export { type DeadJob, type Job, type LaneLease, type OutboxStore } from "./outbox-store.js";
export {
  subscribe,
  type EventOf,
  type JobContext,
  type Subscriber,
  type Subscription,
} from "./subscriber.js";
