import { createHmac } from "node:crypto";
import type { RequestHandler } from "express";
import { ipKeyGenerator } from "express-rate-limit";
import { minutes, type Clock } from "../kernel/index.js";
import { WebError } from "./errors.js";
import type { RateStore } from "./rate-store.js";

/** How many requests there may be in a minute; who sends more is told when to come again (429, RFC 6585 §4). */
export interface Limits {
  /**
   * Counts a route's requests by the address they come from (of IPv6 the /56 network).
   * @param name the routes that share one count
   * @throws WebError `too_many_requests`
   */
  perAddress(name: string, aMinute: number): RequestHandler;
}

export interface LimitsDeps {
  readonly rates: RateStore;
  readonly clock: Clock;
  /** Addresses say something of people: the store gets a keyed hash of them alone. */
  readonly hashKey: Buffer;
}

const windowMs = minutes(1);
const mostKnown = 1000;

export function createLimits({ rates, clock, hashKey }: LimitsDeps): Limits {
  // A whole class comes from one address.
  const known = new Map<string, string>();
  const keyOf = (name: string, address: string): string => {
    const text = `${name} ${address}`;
    const key = known.get(text) ?? createHmac("sha256", hashKey).update(text).digest("base64url");
    if (known.size >= mostKnown) known.clear();
    known.set(text, key);
    return key;
  };
  return {
    perAddress: (name, aMinute) => async (req, res, next) => {
      // Behind a proxy that was not told of, all share one address: better refused than believed.
      const key = keyOf(name, ipKeyGenerator(req.ip ?? ""));
      const { count } = await rates.countRequest(key, windowMs, clock.now());
      if (count > aMinute) {
        res.setHeader("Retry-After", String(windowMs / 1000));
        throw new WebError("too_many_requests");
      }
      next();
    },
  };
}
