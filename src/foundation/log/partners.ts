import type { Clock } from "../kernel/index.js";
import type { ProofKeyRing } from "../keys/index.js";
import type { Outbound } from "../outbound/index.js";
import { LogError } from "./errors.js";
import {
  cosign,
  headBody,
  isSaidToBeBy,
  readHead,
  signatureKinds,
  verifierKey,
  verifyHead,
  type ReadHead,
} from "./head.js";
import { followedKeys } from "./followed-keys.js";
import { handOverLeaf, handOvers } from "./hand-over.js";
import type { Log } from "./log.js";
import type { LogPartner, LogStore, SeenHead, StoredCosignature } from "./log-store.js";
import { witnessName } from "./names.js";
import { askPartner, type PartnerLeaves } from "./partner-answers.js";
import { verdictOn, type PartnerVerdict } from "./partner-verdict.js";
import { verifyConsistency } from "./proofs.js";
import { rootOfLeaves } from "./rolling.js";

/** Installations that watch each other's logs: what one of them saw and signed, the other can't make unseen. */
export interface LogPartners {
  /**
   * Reads its keys, which are believed from then on: the one that signs its head today, and those by which it co-signs.
   * Adding it again takes the keys that it has now. @throws LogError `log_partner_unknown`, `_unreadable`; OutboundError
   */
  add(url: string): Promise<LogPartner>;
  list(): Promise<LogPartner[]>;
  /**
   * Reads the partner's head, checks that it goes on from all that was seen before, keeps the hashes of what is new, and
   * co-signs it (C2SP tlog-cosignature). A key of the partner's that follows another one is believed from then on, where the
   * log names it under a head that the key signed which was believed until then.
   * @throws LogError `log_partner_unknown`, `_unreadable`, `_key_changed`, `_rewritten`; OutboundError
   */
  witness(url: string): Promise<SeenHead>;
  /**
   * Takes the partner's newest co-signature of a head of ours; `undefined` when it has none.
   * @throws LogError `log_head_disputed` when it signed another head than ours of that size; `log_partner_key_changed`,
   *   `log_partner_unreadable`
   */
  collect(url: string): Promise<StoredCosignature | undefined>;
  /** Looks at the partner's log as `witness` does, and signs and keeps nothing. @throws LogError `log_partner_unknown` */
  check(url: string): Promise<PartnerVerdict>;
  /** Our newest co-signature of the log of that name. */
  seen(origin: string): Promise<SeenHead | undefined>;
  /** The verifier keys by which this installation co-signs, the newest last. */
  witnessKeys(): Promise<string[]>;
  /** Names each key of its own that follows another one in its own log, once: before it co-signs anything. */
  announce(): Promise<void>;
}

export interface PartnerDeps {
  readonly store: LogStore;
  readonly log: Pick<Log, "origin" | "append">;
  /** The keys by which this installation co-signs: key set `log-witness` of the installation. */
  readonly keyRing: ProofKeyRing;
  readonly outbound: Pick<Outbound, "fetch">;
  readonly clock: Clock;
}

export function createLogPartners({ store, log, keyRing, outbound, clock }: PartnerDeps): LogPartners {
  const known = async (url: string): Promise<LogPartner> => {
    const partner = (await store.partners()).find((one) => one.url === addressOf(url));
    if (!partner) throw new LogError("log_partner_unknown");
    return partner;
  };
  const ownName = witnessName(log.origin);
  const announce = async (): Promise<void> => {
    const keys = (await keyRing.publicKeys()).map(({ publicKey, retiredAt }) => ({
      verifierKey: verifierKey(ownName, signatureKinds.witness, publicKey),
      isRetired: retiredAt !== undefined,
    }));
    for (const one of handOvers(ownName, keys)) await log.append(handOverLeaf(one, clock.now()));
  };
  return {
    announce,
    add: async (url) => {
      const partner = { ...(await introduce(addressOf(url), outbound)), addedAt: clock.now() };
      await store.savePartner(partner);
      return partner;
    },
    list: () => store.partners(),
    witness: async (url) => {
      const partner = await known(url);
      const { head, text, fresh, handOvers: said = [] } = await look(partner, store, outbound);
      const followed = followedKeys(partner, said, text);
      if (followed) await store.savePartner(followed);
      await announce();
      if (fresh === undefined) return (await store.lastSeen(partner.origin)) ?? unreadable(partner);
      const now = clock.now();
      const line = cosign(head.body, ownName, await keyRing.signer(), now);
      const seen = {
        ...{ origin: head.origin, size: head.size, seenAt: now },
        ...{ text, line, leafHashes: fresh },
      };
      await store.addSeen(seen);
      return (await store.seen(head.origin, head.size)) ?? seen;
    },
    collect: async (url) => {
      const partner = await known(url);
      const answer = await askPartner(outbound, partner.url).cosignature(log.origin);
      return answer && keep(answer, partner, store);
    },
    check: async (url) => {
      const partner = await known(url);
      return verdictOn(partner, async () => {
        const { head } = await look(partner, store, outbound);
        return { size: head.size, seen: (await store.lastSeen(partner.origin))?.size ?? 0 };
      });
    },
    seen: (origin) => store.lastSeen(origin),
    witnessKeys: async () =>
      (await keyRing.publicKeys()).map(({ publicKey }) =>
        verifierKey(ownName, signatureKinds.witness, publicKey),
      ),
  };
}

/** A partner as it says of itself today. */
async function introduce(
  url: string,
  outbound: PartnerDeps["outbound"],
): Promise<Omit<LogPartner, "addedAt">> {
  const ask = askPartner(outbound, url);
  const { origin, keys, witnessKeys } = await ask.keys();
  const text = await ask.checkpoint();
  // The older ones were good for older heads; what follows is signed by this one.
  const key = readHead(text).origin === origin ? verifyHead(text, keys).at(-1)?.key : undefined;
  return key === undefined ? unreadable({ url }) : { url, origin, keys: [key], witnessKeys };
}

function addressOf(url: string): string {
  if (!URL.canParse(url)) throw new LogError("log_partner_unknown");
  return new URL(url).origin;
}

function unreadable({ url }: Pick<LogPartner, "url">): never {
  throw new LogError("log_partner_unreadable", { host: new URL(url).host });
}

function keyChanged({ url }: Pick<LogPartner, "url">): LogError {
  return new LogError("log_partner_key_changed", { host: new URL(url).host });
}

interface Look {
  readonly head: ReadHead;
  readonly text: string;
  /** The hashes of what is new; absent where nothing is. */
  readonly fresh?: readonly string[];
  /** What the new entries say of the partner's keys. */
  readonly handOvers?: PartnerLeaves["handOvers"];
}

async function look(partner: LogPartner, store: LogStore, outbound: PartnerDeps["outbound"]): Promise<Look> {
  const ask = askPartner(outbound, partner.url);
  const text = await ask.checkpoint();
  const head = readHead(text);
  if (head.origin !== partner.origin) unreadable(partner);
  if (verifyHead(text, partner.keys).length === 0) throw keyChanged(partner);
  const kept = (await store.allSeen(partner.origin)).flatMap(({ leafHashes }) => leafHashes);
  // A head from a cache may be older than what was seen.
  if (head.size <= kept.length) {
    if (rootOfLeaves(kept.slice(0, head.size)) !== head.root) await rewritten(partner, kept, head, outbound);
    return head.size === 0 && kept.length === 0 ? { head, text, fresh: [] } : { head, text };
  }
  const { hashes: fresh, handOvers } = await ask.leaves(kept.length, head.size);
  const claim = { from: kept.length, fromRoot: rootOfLeaves(kept), to: head.size, toRoot: head.root };
  if (!verifyConsistency(claim, await ask.consistency(kept.length, head.size)))
    await rewritten(partner, kept, head, outbound);
  if (rootOfLeaves([...kept, ...fresh]) !== head.root) unreadable(partner);
  return { head, text, fresh, handOvers };
}

/** Names the first entry that is another one than the one that was seen. */
async function rewritten(
  { url }: LogPartner,
  kept: readonly string[],
  head: ReadHead,
  outbound: PartnerDeps["outbound"],
): Promise<never> {
  const { hashes } = await askPartner(outbound, url).leaves(0, Math.min(head.size, kept.length));
  const index = kept.findIndex((hash, at) => hashes[at] !== hash);
  throw new LogError("log_partner_rewritten", {
    ...{ host: new URL(url).host, size: kept.length },
    index: index === -1 ? "none" : String(index),
  });
}

async function keep(
  { text, line }: { readonly text: string; readonly line: string },
  partner: LogPartner,
  store: LogStore,
): Promise<StoredCosignature> {
  const head = readHead(text);
  const note = `${head.body}\n${line}\n`;
  const [signed] = verifyHead(note, partner.witnessKeys);
  if (signed?.at === undefined && !isSaidToBeBy(note, partner.witnessKeys)) throw keyChanged(partner);
  if (signed?.at === undefined) return unreadable(partner);
  const own = await store.headOfSize(head.size);
  if (!own || readHead(own.text).body !== headBody(head))
    throw new LogError("log_head_disputed", { host: new URL(partner.url).host, size: head.size });
  const cosignature = { size: head.size, witness: signed.key, at: signed.at, line };
  await store.addCosignature(cosignature);
  return cosignature;
}
