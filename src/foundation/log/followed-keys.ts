import { LogError } from "./errors.js";
import type { HandOver } from "./hand-over.js";
import { readVerifierKey, signatureKinds, verifyHead } from "./head.js";
import type { LogPartner } from "./log-store.js";
import { witnessName } from "./names.js";

/** More than any installation has in its life; whoever writes more into its log wants something else. */
const mostKeys = 100;

/**
 * A partner with the keys that followed those it had; `undefined` when none did. What its log says of its keys counts only
 * because the head above it was checked by a key that was believed before; the log's new key has to have signed that same
 * head too, and is believed alone from then on. A witness's former keys stay: what they signed still vouches.
 * @param said what the new entries say, in the log's order
 * @param head the checkpoint that proves them
 */
export function followedKeys(
  partner: LogPartner,
  said: readonly HandOver[],
  head: string,
): LogPartner | undefined {
  const key = followedKey(partner, said, head);
  const witnesses = followedWitnesses(partner, said);
  if (key === undefined && witnesses.length === 0) return undefined;
  return {
    ...partner,
    keys: key === undefined ? partner.keys : [key],
    witnessKeys: [...partner.witnessKeys, ...witnesses],
  };
}

function followedKey({ origin, keys }: LogPartner, said: readonly HandOver[], head: string) {
  const believed = keys.at(-1);
  let last = believed;
  for (const { subject, before, key } of said)
    if (subject === origin && before === last && isKeyOf(key, origin, signatureKinds.log)) last = key;
  const isNew = last !== undefined && last !== believed && verifyHead(head, [last]).length > 0;
  return isNew ? last : undefined;
}

function followedWitnesses({ origin, witnessKeys }: LogPartner, said: readonly HandOver[]): string[] {
  const name = witnessName(origin);
  const found = [...witnessKeys];
  for (const { subject, before, key } of said) {
    const follows = subject === name && found.includes(before) && !found.includes(key);
    if (follows && found.length < mostKeys && isKeyOf(key, name, signatureKinds.witness)) found.push(key);
  }
  return found.slice(witnessKeys.length);
}

function isKeyOf(text: string, wanted: string, kind: number): boolean {
  try {
    const read = readVerifierKey(text);
    return read.name === wanted && read.kind === kind;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
