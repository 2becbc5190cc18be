import { createRequire } from "node:module";
import type TinCan from "tincanjs";
import type { Outbound, OutboundResponse } from "../../../foundation/outbound/index.js";
import { seconds, type Clock } from "../../../foundation/kernel/index.js";
import { ForwardingError, NotTaken } from "./errors.js";

/** One request to the resource `statements` of another record store. */
export interface Sending {
  readonly version: string;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * `taken`: it has all of them; `refused`: it takes none of them as they are, or has something else under an id
 * (`conflict`), so each must be asked about on its own.
 */
export type Answer = "taken" | "conflict" | "refused";

export interface Receiver {
  /**
   * Throws `forwarding_not_taken` with how long to wait, `forwarding_answer_strange`, and OutboundError: what they say
   * is not about these statements, and to be tried again.
   */
  send(sending: Sending): Promise<Answer>;
}

interface ReceiverOptions {
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  readonly clock: Clock;
  /** For a whole exchange. */
  readonly deadlineMs: number;
}

const largestAnswer = 256 * 1024;

/** What an LRS says of the content of a request (Communication 3.2), and what a proxy says of its length. */
const aboutContent = [400, 413, 415, 422];

const require = createRequire(import.meta.url);

/**
 * Another record store. TinCanJS composes the request: address, credentials, headers. It does not send it: its own
 * transport (xhr2) follows redirects, goes to any address, has no deadline and reads answers without bound, so in its
 * place stands `outbound`.
 */
export function openReceiver(
  outbound: Outbound,
  { endpoint, username, password, clock, deadlineMs }: ReceiverOptions,
): Receiver {
  const { LRS } = require("tincanjs") as typeof TinCan;
  const auth = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return {
    send: async ({ version, contentType, body, ids, signal }) => {
      const lrs = new LRS({ endpoint, auth, allowFail: false });
      lrs._makeRequest = (url, headers, { method, data }) =>
        outbound.fetch(url, {
          ...{ method: method as "POST", headers, timeoutMs: deadlineMs, maxBytes: largestAnswer, signal },
          ...(data === undefined ? {} : { body: data }),
        });
      const answer = await (lrs.sendRequest({
        url: "statements",
        method: "POST",
        data: body,
        // TinCanJS speaks 1.0.2 at most: the version is ours.
        headers: { "X-Experience-API-Version": version, "Content-Type": contentType },
      }) as Promise<OutboundResponse>);
      return judge(answer, ids, clock);
    },
  };
}

function judge({ status, headers, text }: OutboundResponse, ids: readonly string[], clock: Clock): Answer {
  if (status === 204) return "taken";
  if (status === 200) {
    // A page of a proxy that says 200 to everything must not pass for a record store.
    if (!namesAll(text, ids)) throw new ForwardingError("forwarding_answer_strange");
    return "taken";
  }
  if (status === 409) return "conflict";
  if (aboutContent.includes(status)) return "refused";
  throw new NotTaken(status, retryAfter(headers.get("Retry-After"), clock));
}

function namesAll(text: string, ids: readonly string[]): boolean {
  try {
    const named: unknown = JSON.parse(text);
    const list = Array.isArray(named) ? named.map((id) => String(id).toLowerCase()) : [];
    return ids.every((id) => list.includes(id.toLowerCase()));
  } catch {
    return false;
  }
}

/** RFC 9110 §10.2.3: seconds or a date; in milliseconds. */
function retryAfter(header: string | null, clock: Clock): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header)) return seconds(Number(header));
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - clock.now());
}
