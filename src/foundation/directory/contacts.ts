import { createHmac } from "node:crypto";
import type { DomainEvent } from "../events/index.js";
import { days, digest, Secret, type Clock, type NewId, type Tenant } from "../kernel/index.js";
import type { Sealer } from "../keys/index.js";
import type { RateStore } from "../web/index.js";
import type { Contact, ContactStore } from "./contact-store.js";
import { DirectoryError } from "./errors.js";
import { readMailAddress } from "./mail-address.js";

/** Whose contact it is. */
export interface ContactOf {
  readonly tenant: Tenant;
  readonly personId: string;
}

/** An address with what a mail to it needs. */
export interface OpenContact extends Tenant {
  readonly personId: string;
  readonly id: string;
  readonly address: Secret<string>;
  readonly language: string;
  readonly givenAt: number;
  readonly confirmedAt?: number;
  /** Of the links that confirm and stop it: 43 base64url characters each, the same for every mail. */
  readonly confirmToken: string;
  readonly stopToken: string;
}

/** Where people want to be reminded. Addresses never come from a platform: who wants mail gives one, and confirms it. */
export interface Contacts {
  /**
   * Takes an address in the place of a former one, and raises `contact.given`, upon which it is asked whether it is its
   * holder's. It is not asked when that was done three times today already, or five times for this person: the answer is
   * the same then.
   * @throws DirectoryError `mail_address_malformed`
   */
  give(whose: ContactOf, given: { readonly address: string; readonly language: string }): Promise<void>;
  /** Whether there is one, and since when it is confirmed; never which. */
  stateOf(whose: ContactOf): Promise<{ readonly confirmedAt?: number } | undefined>;
  /** For who sends mail. */
  open(whose: ContactOf): Promise<OpenContact | undefined>;
  /** What the token of a confirming link stands for. @throws DirectoryError `reminder_link_unknown`, also when it ran out */
  ofConfirmToken(token: string): Promise<Contact>;
  /** Of a confirming link; a second time changes nothing. @throws DirectoryError `reminder_link_unknown` */
  confirm(token: string): Promise<void>;
  /** Deletes what the token of a stopping link, or of a confirming one, stands for. */
  stopByToken(token: string): Promise<void>;
  /** Deletes a person's; with `id`, only if it is that one still. */
  stop(whose: ContactOf, id?: string): Promise<void>;
  /**
   * Deletes what was not confirmed within 7 days, and of the others, each looked at once a day, what is not needed any
   * more; returns how many.
   */
  review(now: number, isNeeded: (whose: ContactOf) => Promise<boolean>): Promise<number>;
}

export interface ContactsDeps {
  readonly store: ContactStore;
  readonly sealer: Sealer;
  readonly rates: RateStore;
  readonly clock: Clock;
  readonly newId: NewId;
  /** For the links' tokens and for what is counted. */
  readonly key: Buffer;
}

const unconfirmedFor = days(7);
const lookEvery = days(1);
const mostADay = { address: 3, person: 5 } as const;
const tokenShape = /^[\w-]{43}$/;
const page = 200;

export function createContacts(deps: ContactsDeps): Contacts {
  const { store, clock } = deps;
  const find = async ({ tenant, personId }: ContactOf): Promise<Contact | undefined> => {
    const contact = await store.contact(personId);
    return contact?.academyId === tenant.academyId && !hasRunOut(contact, clock.now()) ? contact : undefined;
  };
  const byConfirmToken = async (token: string): Promise<Contact | undefined> => {
    const found = tokenShape.test(token) ? await store.contactByConfirmHash(digest(token)) : undefined;
    return found && !hasRunOut(found, clock.now()) ? found : undefined;
  };
  const ofConfirmToken = async (token: string): Promise<Contact> => {
    const found = await byConfirmToken(token);
    if (!found) throw new DirectoryError("reminder_link_unknown");
    return found;
  };
  return {
    ofConfirmToken,
    give: (whose, given) => give(deps, whose, given),
    stateOf: async (whose) => {
      const contact = await find(whose);
      return contact && (contact.confirmedAt === undefined ? {} : { confirmedAt: contact.confirmedAt });
    },
    open: async (whose) => {
      const contact = await find(whose);
      return contact && opened(deps, contact);
    },
    confirm: async (token) => {
      const contact = await ofConfirmToken(token);
      if (contact.confirmedAt !== undefined) return;
      const now = clock.now();
      if (!(await store.confirmContact(contact, { confirmedAt: now, lookAt: now + lookEvery })))
        throw new DirectoryError("reminder_link_unknown");
    },
    stopByToken: async (token) => {
      const known = tokenShape.test(token) ? await store.contactByStopHash(digest(token)) : undefined;
      const contact = known ?? (await byConfirmToken(token));
      if (contact) await store.removeContact(contact);
    },
    stop: async ({ tenant, personId }, id) => {
      const contact = await store.contact(personId);
      if (contact?.academyId === tenant.academyId && (id ?? contact.id) === contact.id)
        await store.removeContact(contact);
    },
    review: (now, isNeeded) => review(deps, now, isNeeded),
  };
}

function hasRunOut({ confirmedAt, givenAt }: Contact, now: number): boolean {
  return confirmedAt === undefined && givenAt + unconfirmedFor <= now;
}

async function give(
  deps: ContactsDeps,
  { tenant: { academyId, jurisdictionId }, personId }: ContactOf,
  given: { readonly address: string; readonly language: string },
): Promise<void> {
  const { store, sealer, clock, newId } = deps;
  const address = readMailAddress(given.address);
  const [now, id] = [clock.now(), newId()];
  const contact: Contact = {
    ...{ academyId, jurisdictionId, personId, id, language: given.language },
    sealed: sealer.seal(address, contextOf(personId)),
    confirmHash: digest(tokenOf(deps, "confirm", id)),
    stopHash: digest(tokenOf(deps, "stop", id)),
    ...{ givenAt: now, lookAt: now + unconfirmedFor },
  };
  const asked: DomainEvent<"contact.given"> = {
    ...{ id: newId(), type: "contact.given", at: now, academyId, jurisdictionId },
    ...{ lane: id, sequence: 1, data: { personId, contactId: id } },
  };
  await store.putContact(contact, (await mayAsk(deps, address, personId)) ? [asked] : []);
}

const contextOf = (personId: string): string => `contact of ${personId}`;

/** Made of the contact's id and never kept: whoever reads the store can neither confirm nor stop anything. */
function tokenOf({ key }: ContactsDeps, use: "confirm" | "stop", id: string): string {
  return createHmac("sha256", key).update(`${use} ${id}`).digest("base64url");
}

function opened(deps: ContactsDeps, contact: Contact): OpenContact {
  const { academyId, jurisdictionId, personId, id, sealed, language, givenAt, confirmedAt } = contact;
  return {
    ...{ academyId, jurisdictionId, personId, id, language, givenAt },
    address: new Secret(deps.sealer.open(sealed, contextOf(personId))),
    ...(confirmedAt === undefined ? {} : { confirmedAt }),
    confirmToken: tokenOf(deps, "confirm", id),
    stopToken: tokenOf(deps, "stop", id),
  };
}

/** Counts under keyed hashes: the store never gets an address that it could tell. */
async function mayAsk(
  { rates, key, clock }: ContactsDeps,
  address: string,
  personId: string,
): Promise<boolean> {
  const isWithin = async (what: keyof typeof mostADay, text: string): Promise<boolean> => {
    const id = createHmac("sha256", key).update(`asked today, ${what} ${text}`).digest("base64url");
    const { count } = await rates.countRequest(id, days(1), clock.now());
    return count <= mostADay[what];
  };
  // Who asked too often may not use up what others may ask for.
  return (await isWithin("person", personId)) && (await isWithin("address", address.toLowerCase()));
}

async function review(
  { store }: ContactsDeps,
  now: number,
  isNeeded: (whose: ContactOf) => Promise<boolean>,
): Promise<number> {
  let [after, removed]: [Contact | undefined, number] = [undefined, 0];
  for (;;) {
    const due: Contact[] = await store.contactsDue(now, page, after);
    for (const contact of due) {
      const { academyId, jurisdictionId, personId, confirmedAt } = contact;
      const whose = { tenant: { academyId, jurisdictionId }, personId };
      if (confirmedAt !== undefined && (await isNeeded(whose)))
        await store.lookAgain(contact, now + lookEvery);
      else if (await store.removeContact(contact)) removed += 1;
    }
    after = due.at(-1);
    if (!after || due.length < page) return removed;
  }
}
