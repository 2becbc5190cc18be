import { randomToken } from "../../foundation/kernel/index.js";

/** Where a browser's secret waits for its launch, if in no cookie: which platform's frame keeps it. */
export interface Waiting {
  readonly platformId: string;
  /** The frame's name, or `_parent`: LTI's `lti_storage_target`. */
  readonly frame: string;
}

/** Names that we look for a frame by; any other platform's storage is not used. */
export const frameShape = /^[\w.-]{1,64}$/;
const shape = /^(?:[\w-]{43}|s[\w-]{43}\.([0-9a-f-]{36})\.([\w.-]{1,64}))$/;

/**
 * The text of a new state. It says itself where the browser's secret waits, so that at the launch nothing has to be
 * looked up, and used up, to find out. Whoever changes it has another state, which nobody knows.
 */
export function newState(waiting?: Waiting): string {
  const token = randomToken(32);
  return waiting ? `s${token}.${waiting.platformId}.${waiting.frame}` : token;
}

export function isState(text: string): boolean {
  return shape.test(text);
}

/** Of a state whose browser's secret waits in the platform's storage: where. Not to be believed, only to be tried. */
export function waitingFor(state: string): Waiting | undefined {
  const [, platformId, frame] = shape.exec(state) ?? [];
  return platformId !== undefined && frame !== undefined ? { platformId, frame } : undefined;
}
