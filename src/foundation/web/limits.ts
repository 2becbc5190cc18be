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

/** What this process counted of a key and has told nobody yet. */
interface Tally {
  /** Of all processes, when this one last asked, with its own since. */
  count: number;
  readonly endsAt: number;
  untold: number;
}

/** So many requests of a key are counted here before the store is told of them together. */
const mostUntold = 20;
const mostTallies = 10_000;

/**
 * Counts at home and tells the store of every twentieth request of a key, with those before it: counting must not cost
 * each request a write. The first one of a window asks the store. One process alone counts exactly; each further one may
 * let nineteen requests of a key more through, and a process that ends forgets as many.
 */
export function countTogether(store: RateStore): RateStore {
  const tallies = new Map<string, Tally>();
  const ask = async (key: string, windowMs: number, now: number, many: number): Promise<Tally> => {
    const { count, endsAt } = await store.countRequest(key, windowMs, now, many);
    if (tallies.size >= mostTallies) tallies.clear();
    const known = tallies.get(key);
    // Two may have asked at once: the later answer knows of both.
    if (known?.endsAt === endsAt && known.count >= count) return { ...known, count };
    tallies.set(key, { count, endsAt, untold: 0 });
    return { count, endsAt, untold: 0 };
  };
  return {
    countRequest: async (key, windowMs, now, many = 1) => {
      const tally = tallies.get(key);
      if (!tally || tally.endsAt <= now || tally.endsAt > now + windowMs)
        return ask(key, windowMs, now, many);
      tally.count += many;
      tally.untold += many;
      if (tally.untold < mostUntold) return { count: tally.count, endsAt: tally.endsAt };
      return ask(key, windowMs, now, tally.untold);
    },
    purgeRates: (endedBefore) => {
      for (const [key, { endsAt }] of tallies) if (endsAt < endedBefore) tallies.delete(key);
      return store.purgeRates(endedBefore);
    },
  };
}
