import type { Contacts } from "../../foundation/directory/index.js";
import type { Catalogues } from "../../foundation/i18n/index.js";
import type { Clock, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { Mailer } from "../../foundation/mail/index.js";
import type { Visits } from "../../foundation/web/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import type { StandingStore } from "./standing-store.js";

/** A person's certificate as their programme's page shows it. */
export interface CertificateLink {
  readonly programmeId: string;
  /** The certificate's public page. */
  readonly href: string;
  /** Path within the visit (`/certificates/<id>/code`) where a one-time code is made. */
  readonly codeAction: string;
  /** Path within the visit where it is offered to a wallet. */
  readonly walletPath?: string;
  /** Path within the visit where the holder sees every step on record. */
  readonly historyPath?: string;
  /** Its revocation was announced: it takes effect then, UTC milliseconds. */
  readonly notice?: { readonly effectiveAt: number };
  /** UTC milliseconds. */
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly state: "reserved" | "valid" | "suspended" | "superseded" | "revoked";
}

/** What reminders by e-mail are made from. */
export interface RemindersDeps {
  readonly contacts: Contacts;
  /** Absent where the operator has set no mail server. */
  readonly mailer?: Mailer;
  readonly catalogues: Catalogues;
  readonly academyName: (tenant: Tenant) => Promise<string>;
  /** The public origin, for the links in mails. */
  readonly origin: string;
  /** Told when an address was given, so that its question need not wait for the next look. */
  readonly nudge: () => void;
}

export interface ProgrammesDeps {
  readonly standings: StandingStore;
  readonly curriculum: Curriculum;
  readonly visits: Visits;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The person's certificates, the oldest first. Default: none. */
  readonly certificatesOf?: (tenant: Tenant, personId: string) => Promise<readonly CertificateLink[]>;
  /** Reminders by e-mail. Default: nobody is asked for an address. */
  readonly mail?: RemindersDeps;
  /** A random UUID for an xAPI registration: nothing may be read from it. */
  readonly newRegistration?: () => string;
}
