import { errorFamily, hours, KnownError, type ErrorData } from "../kernel/index.js";

export class EventsError extends errorFamily({
  /** Two subscribers of one name would take each other's jobs. */
  subscriber_name_taken: 500,
  /** A job of a subscriber that this version of the tool does not have. */
  subscriber_unknown: 500,
  /** A subscriber did not finish within the time a job may take. */
  job_timed_out: 504,
}) {}

/** What a subscriber throws when trying again can't help: the job is buried at once, and its lane goes on. */
export class PermanentFailure extends KnownError {
  readonly permanent = true;

  constructor(code: string, data: ErrorData = {}, options?: ErrorOptions) {
    super(code, 500, data, options);
    this.name = "PermanentFailure";
  }
}

/** Any error may say of itself that it is permanent. */
export function isPermanent(error: unknown): boolean {
  return error instanceof Error && "permanent" in error && error.permanent === true;
}

/** Any error may say of itself that what it waits for is under way: it is tried again soon, and no one is alarmed. */
export function isExpected(error: unknown): boolean {
  return error instanceof Error && "expected" in error && error.expected === true;
}

const longestAskedMs = hours(1);

/** Any error may say how long the other side asks us to wait: so many milliseconds, an hour at most. */
export function askedWait(error: unknown): number {
  const asked = error instanceof Error && "retryAfterMs" in error ? error.retryAfterMs : 0;
  return typeof asked === "number" && asked > 0 ? Math.min(asked, longestAskedMs) : 0;
}

/** The stable code of an error, for dead letters and logs; never its message, which could hold anything. */
export function reasonOf(error: unknown): string {
  return error instanceof KnownError ? error.code : "unforeseen";
}
