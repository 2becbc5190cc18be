import { z } from "zod";
import type { Outbound } from "../outbound/index.js";
import { entryHash } from "./entry.js";
import { LogError } from "./errors.js";
import { readHandOver, type HandOver } from "./hand-over.js";

const hash = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
const keyList = z.array(z.string().max(500)).min(1).max(100);
const keysAnswer = z.object({ origin: z.string().min(1).max(300), keys: keyList, witnessKeys: keyList });
const proofAnswer = z.object({ proof: z.array(hash).max(128) });
const cosignatureAnswer = z.object({ text: z.string().max(100_000), line: z.string().max(1000) });
const entry = z.object({
  ...{ index: z.number().int(), leafHash: hash, at: z.number().int(), loggedAt: z.number().int() },
  // A newer installation may log more kinds of things: their hashes are all that matters here.
  kind: z.string().max(40),
  ...{ subject: z.string().optional(), key: z.string().optional(), content: z.string().optional() },
});
const entriesAnswer = z.object({ entries: z.array(entry) });

/** What a partner's entries are made of. */
export interface PartnerLeaves {
  readonly hashes: readonly string[];
  /** What it says there of its keys, in its order; nothing vouches for that but the head that it is proven under. */
  readonly handOvers: readonly HandOver[];
}

/** How many entries are asked for at once, and answered at most. */
export const entriesAtOnce = 256;

/** Asks a partner's `/log`. @throws LogError `log_partner_unreadable`; OutboundError */
export function askPartner(outbound: Pick<Outbound, "fetch">, url: string) {
  const refuse = (): never => {
    throw new LogError("log_partner_unreadable", { host: new URL(url).host });
  };
  const get = async (path: string): Promise<string | undefined> => {
    const { status, text } = await outbound.fetch(`${url}/log/${path}`, { maxBytes: 16 * 2 ** 20 });
    if (status === 404) return undefined;
    return status === 200 ? text : refuse();
  };
  const read = async <T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> => {
    const text = await get(path);
    if (text === undefined) return undefined;
    const read = shape.safeParse(jsonOf(text));
    return read.success ? read.data : refuse();
  };
  return {
    keys: async () => (await read("key", keysAnswer)) ?? refuse(),
    checkpoint: async () => (await get("checkpoint")) ?? refuse(),
    consistency: async (from: number, to: number) =>
      ((await read(`proof/consistency?from=${from}&to=${to}`, proofAnswer)) ?? refuse()).proof,
    cosignature: (origin: string) =>
      read(`cosignature?origin=${encodeURIComponent(origin)}`, cosignatureAnswer),
    /** From the first to below the second; those of entries that are shown are made from what they say. */
    leaves: async (from: number, to: number): Promise<PartnerLeaves> => {
      const [hashes, handOvers]: [string[], HandOver[]] = [[], []];
      for (let at = from; at < to; at = from + hashes.length) {
        const until = Math.min(to, at + entriesAtOnce);
        const { entries } = (await read(`entries?from=${at}&to=${until}`, entriesAnswer)) ?? refuse();
        if (entries.length !== until - at) refuse();
        for (const [place, one] of entries.entries()) {
          hashes.push(one.index === at + place ? (shownHash(one) ?? refuse()) : refuse());
          const { kind, subject, key, content } = one;
          if (subject === undefined || key === undefined || content === undefined) continue;
          const said = readHandOver({ kind, subject, content });
          if (said) handOvers.push(said);
        }
      }
      return { hashes, handOvers };
    },
  };
}

/** `undefined` when the entry says something else than its hash. */
function shownHash({ leafHash, ...shown }: z.infer<typeof entry>): string | undefined {
  const { subject, key, content } = shown;
  if (subject === undefined || key === undefined || content === undefined) return leafHash;
  return entryHash({ ...shown, subject, key, content }) === leafHash ? leafHash : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
