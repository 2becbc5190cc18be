import type { Tenant } from "../kernel/index.js";

/** What every event about a trainee's way through a module says. */
export interface ModuleContext {
  readonly attemptId: string;
  readonly personId: string;
  readonly moduleId: string;
  /** The xAPI registration (a UUID of our own) of this trainee's cycle through the module. */
  readonly registration: string;
  readonly curriculum: { readonly core: string; readonly overlay?: string };
}

/** The catalogue of domain events: type → what it says. Nothing in it names a person but by `personId`. */
export interface EventData {
  /** The trainee read who sees what, and began. */
  "module.begun": ModuleContext;
  "question.answered": ModuleContext & {
    readonly activityId: string;
    readonly runId: string;
    readonly itemId: string;
    readonly response: readonly string[];
    readonly correct: boolean;
  };
  "quiz.passed": QuizEnd;
  "quiz.failed": QuizEnd;
  /** The module's grade rose; `score` is 0 to 100, `completed` when every required activity is done. */
  "module.progressed": ModuleContext & { readonly score: number; readonly completed: boolean };
  "module.completed": ModuleContext & { readonly durationMs: number };
}

type QuizEnd = ModuleContext & {
  readonly activityId: string;
  readonly runId: string;
  /** Right answers over all, 0 to 1. */
  readonly scaled: number;
  readonly durationMs: number;
};

export type EventType = keyof EventData;

/**
 * **evidence** may be seen through a Lens by academies and bodies and is committed to by certificates; **formative** is
 * learning: the trainee alone sees it, and it never leaves the tool; **internal** is never a statement.
 */
export type EventClass = "evidence" | "formative" | "internal";

export const eventClass: Readonly<Record<EventType, EventClass>> = {
  "module.begun": "evidence",
  "question.answered": "formative",
  "quiz.passed": "evidence",
  "quiz.failed": "formative",
  "module.progressed": "internal",
  "module.completed": "evidence",
};

/** Something that happened. It is saved in the same atomic write as the change that it tells of. */
export interface DomainEvent<T extends EventType = EventType> extends Tenant {
  /** UUIDv7. */
  readonly id: string;
  readonly type: T;
  /** When it happened, UTC milliseconds. */
  readonly at: number;
  /** Events of one lane reach each subscriber in the order of `sequence`; lanes do not wait for each other. */
  readonly lane: string;
  readonly sequence: number;
  /** The request that caused it, for the logs of the jobs that follow. */
  readonly requestId?: string;
  readonly data: EventData[T];
}

/** Any event, as a union that narrows by `type`. */
export type AnyEvent = { [T in EventType]: DomainEvent<T> }[EventType];
