import type { AnyEvent, EventType } from "./catalogue.js";

/** What a subscriber is told beside the event. */
export interface JobContext {
  /** The request that caused the event. */
  readonly requestId: string | undefined;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborts when the job takes too long, when the process stops, or when another process took the lane over. */
  readonly signal: AbortSignal;
}

/**
 * Who wants to know. An event reaches each subscriber at least once, and the events of a lane in order: `handle` must
 * bear to get one again. What it throws is tried again later, unless it says that it is permanent.
 */
export interface Subscriber {
  /** Stands in stored jobs: never renamed. */
  readonly name: string;
  readonly types: readonly EventType[];
  /** Of the waiting events of a lane only the last is handled; the others are done with it. */
  readonly coalesce?: boolean;
  /**
   * What fails is tried until it succeeds or says that it is permanent: it is never given up only because it failed
   * often, so a lane keeps its order however long the other side is away.
   */
  readonly patient?: boolean;
  handle(event: AnyEvent, context: JobContext): Promise<void>;
}

export type EventOf<T extends EventType> = Extract<AnyEvent, { readonly type: T }>;

/** A subscriber as it is written: `handle` gets the events of its types, narrowed. */
export interface Subscription<T extends EventType> extends Omit<Subscriber, "types" | "handle"> {
  readonly types: readonly T[];
  handle(event: EventOf<T>, context: JobContext): Promise<void>;
}

export function subscribe<const T extends EventType>(subscription: Subscription<T>): Subscriber {
  const wanted = (event: AnyEvent): event is EventOf<T> =>
    (subscription.types as readonly EventType[]).includes(event.type);
  return {
    ...subscription,
    handle: async (event, context) => {
      if (wanted(event)) await subscription.handle(event, context);
    },
  };
}
