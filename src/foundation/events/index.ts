export {
  type AnyEvent,
  type DomainEvent,
  type EventClass,
  type EventData,
  type EventType,
  type ModuleContext,
  eventClass,
} from "./catalogue.js";
export { type DeadJob, type Job, type LaneLease, type OutboxStore } from "./outbox-store.js";
