import { pino, type DestinationStream } from "pino";

/**
 * The only fields that a log line may hold. What is not listed is left out, so that no name, mail address, LMS id,
 * token or query string can get there by accident.
 */
export interface LogFields {
  readonly requestId?: string | undefined;
  readonly method?: string;
  /** The route's pattern (`/visits/:visit/…`), never the path that was asked for. */
  readonly route?: string;
  readonly status?: number;
  readonly ms?: number;
  /** An error's stable code. */
  readonly code?: string;
  /** Name of an unforeseen error's class, and its stack's frames without its message. */
  readonly error?: string;
  readonly frames?: string;
  readonly subscriber?: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly jobId?: string;
  readonly count?: number;
  readonly address?: string;
  readonly platformId?: string;
  readonly version?: string;
}

const allowed: Readonly<Record<keyof LogFields, true>> = {
  requestId: true,
  method: true,
  route: true,
  status: true,
  ms: true,
  code: true,
  error: true,
  frames: true,
  subscriber: true,
  eventId: true,
  eventType: true,
  jobId: true,
  count: true,
  address: true,
  platformId: true,
  version: true,
};

export interface Logger {
  /** `message` is a constant sentence; what varies goes into `fields`. */
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = "info" | "warn" | "error" | "silent";

/** A logger of JSON lines on `destination` (default: stderr; stdout has only what was asked for). */
export function createLogger(level: LogLevel, destination: DestinationStream = pino.destination(2)): Logger {
  const out = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return {
    info: (message, fields) => out.info(pick(fields), message),
    warn: (message, fields) => out.warn(pick(fields), message),
    error: (message, fields) => out.error(pick(fields), message),
  };
}

/** What may be logged of an error nobody foresaw: its class and where it was thrown, not its message. */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: className.test(error.name) ? error.name : "Error", frames: framesOf(error) };
}

const className = /^[A-Z]\w{0,60}$/;

/** The frames of a stack; none when its message, whose lines may look like frames, can't be told from them. */
function framesOf({ stack, message }: Error): string {
  if (typeof stack !== "string") return "";
  const start = stack.indexOf(message);
  const head = stack.slice(0, Math.max(start, 0));
  const isWhole = message === "" ? /^[\w$.]*(\n|$)/.test(stack) : start >= 0 && /^[^\n]*: $/.test(head);
  if (!isWhole) return "";
  const lines = stack.slice(start + message.length).split("\n");
  const frames = lines.map((line) => line.trim()).filter((line) => line.startsWith("at "));
  return frames.slice(0, 8).join(" | ");
}

/** A value that is no plain text or number could bring anything along: it is left out too. */
function pick(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) =>
        Object.hasOwn(allowed, name) && (typeof value === "string" || typeof value === "number"),
    ),
  );
}
