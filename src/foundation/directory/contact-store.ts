import type { AnyEvent } from "../events/index.js";
import type { Tenant } from "../kernel/index.js";

/** Where a person wants to be reminded: one a person. The address is sealed, and of the links' tokens there are hashes. */
export interface Contact extends Tenant {
  readonly personId: string;
  /** Of this giving of an address; another one has another. */
  readonly id: string;
  /** The mail address, sealed for this person. */
  readonly sealed: string;
  /** BCP 47: the language in which it was given. */
  readonly language: string;
  /** SHA-256 of the token that confirms it, and of the one that stops it, base64url. */
  readonly confirmHash: string;
  readonly stopHash: string;
  /** UTC milliseconds, as all times here. */
  readonly givenAt: number;
  /** When its holder said by mail that it is theirs; nothing but the question is sent before. */
  readonly confirmedAt?: number;
  /** When to look whether it is still needed. */
  readonly lookAt: number;
}

export interface ContactStore {
  /** Adds it, or puts it in the place of the person's former one, with its events in the same write. */
  putContact(contact: Contact, events: readonly AnyEvent[]): Promise<void>;
  contact(personId: string): Promise<Contact | undefined>;
  contactByConfirmHash(hash: string): Promise<Contact | undefined>;
  contactByStopHash(hash: string): Promise<Contact | undefined>;
  /** `false` when that one is not there any more, as by the next two. */
  confirmContact(
    contact: Contact,
    times: Pick<Contact, "lookAt"> & { confirmedAt: number },
  ): Promise<boolean>;
  lookAgain(contact: Contact, lookAt: number): Promise<boolean>;
  removeContact(contact: Contact): Promise<boolean>;
  /** Of all tenants: those whose `lookAt` is `until` or before, the earliest first; of those, the ones behind `after`. */
  contactsDue(until: number, limit: number, after?: Contact): Promise<Contact[]>;
}
