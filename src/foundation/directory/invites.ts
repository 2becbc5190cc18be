import { days, digest, randomToken, type Clock, type Tenant } from "../kernel/index.js";
import { DirectoryError } from "./errors.js";
import type { DirectoryStore, Invite } from "./directory-store.js";

export interface NewInvite {
  readonly purpose: Invite["purpose"];
  /** For whom or what it is, in its maker's words. */
  readonly label: string;
  /** Milliseconds; a week for an owner, a day for a registration. */
  readonly lifetimeMs?: number;
}

/** One-time links. A link's secret is in its maker's answer only; the store keeps its hash. */
export interface Invites {
  /** `token` is the secret: 43 base64url characters. @throws DirectoryError `invite_label_refused` */
  make(tenant: Tenant, invite: NewInvite): Promise<{ invite: Invite; token: string }>;
  /** Whether it can be used now. @throws DirectoryError `invite_unknown`, `invite_used`, `invite_expired` */
  look(token: string): Promise<Invite>;
  /** Uses it: of any number of concurrent calls one gets it, the others are refused as by `look`. */
  use(token: string): Promise<Invite>;
  /** Gives back the use that `use` answered with, when it came to nothing: the link can then be used again. */
  reopen(used: Invite): Promise<void>;
  /** An academy's, newest first. */
  list(tenant: Tenant): Promise<Invite[]>;
  /** Takes one back that was not used. @throws DirectoryError `invite_unknown`, `invite_used` */
  end(tenant: Tenant, id: string): Promise<void>;
}

const usualLifetime = { owner: days(7), registration: days(1) } as const;
const tokenShape = /^[\w-]{43}$/;
/** One line that a person can read: no control characters, no characters that turn its direction. */
const labelShape = /^(?=.*\S)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,120}$/u;

export function createInvites(store: DirectoryStore, clock: Clock): Invites {
  const open = async (token: string): Promise<Invite> => {
    const invite = tokenShape.test(token) ? await store.invite(digest(token)) : undefined;
    if (!invite) throw new DirectoryError("invite_unknown");
    if (invite.usedAt !== undefined) throw new DirectoryError("invite_used");
    // One that was taken back looks like one that ran out: its holder needs the same, a new one.
    if (invite.endedAt !== undefined || invite.expiresAt <= clock.now())
      throw new DirectoryError("invite_expired");
    return invite;
  };
  return {
    make: async ({ academyId, jurisdictionId }, { purpose, label, lifetimeMs }) => {
      if (!labelShape.test(label)) throw new DirectoryError("invite_label_refused");
      const token = randomToken(32);
      const createdAt = clock.now();
      const expiresAt = createdAt + (lifetimeMs ?? usualLifetime[purpose]);
      const id = digest(token);
      const invite = { academyId, jurisdictionId, id, purpose, label: label.trim(), createdAt, expiresAt };
      await store.addInvite(invite);
      return { invite, token };
    },
    look: open,
    use: async (token) => {
      const invite = await open(token);
      const used = await store.useInvite(invite.id, clock.now());
      if (!used) throw new DirectoryError("invite_used");
      return used;
    },
    reopen: async ({ id, usedAt }) => {
      if (usedAt !== undefined) await store.reopenInvite(id, usedAt);
    },
    list: (tenant) => store.invites(tenant),
    end: async (tenant, id) => {
      const invite = await store.invite(id);
      if (invite?.academyId !== tenant.academyId || invite.jurisdictionId !== tenant.jurisdictionId)
        throw new DirectoryError("invite_unknown");
      if (!(await store.endInvite(id, clock.now())) && invite.endedAt === undefined)
        throw new DirectoryError("invite_used");
    },
  };
}
