import type { Actor } from "./statement.js";

/**
 * One string for an Agent or identified Group that equals another's exactly when the standard calls the two equal
 * (Communication 2.1.3): the kind of the identifier and its value. The mail scheme and domain compare without case
 * (Data 2.3.1), so does a hex digest. `undefined` for an anonymous group.
 */
export function agentKey(actor: Actor): string | undefined {
  if (actor.mbox !== undefined) return `mbox:${canonicalMbox(actor.mbox)}`;
  if (actor.mbox_sha1sum !== undefined) return `mbox_sha1sum:${actor.mbox_sha1sum.toLowerCase()}`;
  if (actor.openid !== undefined) return `openid:${actor.openid}`;
  if (actor.account !== undefined)
    return `account:${JSON.stringify([actor.account.homePage, actor.account.name])}`;
  return undefined;
}

/** Lower-case but for the local part, which a mail server may tell apart by case. */
export function canonicalMbox(mbox: string): string {
  const address = mbox.slice("mailto:".length);
  const local = address.slice(0, address.lastIndexOf("@"));
  return `mailto:${local}@${address.slice(local.length + 1).toLowerCase()}`;
}

/** The actor's own key and those of its members: a group is found by each of its members. */
export function agentKeysOf(actor: Actor): string[] {
  const key = agentKey(actor);
  const own = key === undefined ? [] : [key];
  if (!("member" in actor)) return own;
  return [...own, ...actor.member.map(agentKey).filter((member) => member !== undefined)];
}
