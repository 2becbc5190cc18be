import { createHmac } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, rateLimit, type Store } from "express-rate-limit";
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

export function createLimits({ rates, clock, hashKey }: LimitsDeps): Limits {
  const keyOf = (name: string, key: string): string =>
    createHmac("sha256", hashKey).update(`${name} ${key}`).digest("base64url");
  const storeOf = (name: string): Store => ({
    increment: async (key) => {
      const { count, endsAt } = await rates.countRequest(keyOf(name, key), windowMs, clock.now());
      return { totalHits: count, resetTime: new Date(endsAt) };
    },
    // A counted request stays counted: the library takes one back only where its options ask for it.
    decrement: () => undefined,
    resetKey: () => undefined,
  });
  return {
    perAddress: (name, aMinute) =>
      rateLimit({
        windowMs,
        limit: aMinute,
        store: storeOf(name),
        keyGenerator: (req: Request) => ipKeyGenerator(req.ip ?? ""),
        legacyHeaders: false,
        standardHeaders: false,
        // Behind a proxy that was not told of, all share one address: better refused than believed.
        validate: { trustProxy: true, xForwardedForHeader: false },
        handler: (_req, res, next) => {
          res.setHeader("Retry-After", String(windowMs / 1000));
          next(new WebError("too_many_requests"));
        },
      }),
  };
}
