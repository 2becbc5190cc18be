import type { OutboxStore } from "../foundation/events/index.js";
import type { Clock, Logger, NewId } from "../foundation/kernel/index.js";
import type { KeyStore } from "../foundation/keys/index.js";
import type { LogStore } from "../foundation/log/index.js";
import type { RateStore, VisitStore } from "../foundation/web/index.js";
import type { ContactStore, DirectoryStore } from "../foundation/directory/index.js";
import type { LtiStore } from "../standards/lti/index.js";
import type { CredentialStore } from "../standards/issuing/index.js";
import type { DocumentStore, ForwardingStore, StatementStore } from "../standards/lrs/index.js";
import type { AttemptStore } from "../training/learning/index.js";
import type { StandingStore } from "../training/programmes/index.js";
import type { HolderCodeStore, WalletStore } from "../trust/certificates/index.js";
import type { RecognitionStore } from "../trust/recognition/index.js";

/** All ports of all rooms, on one store. */
export interface Storage {
  readonly outbox: OutboxStore;
  readonly keys: KeyStore;
  readonly log: LogStore;
  readonly visits: VisitStore;
  readonly rates: RateStore;
  readonly directory: DirectoryStore;
  readonly contacts: ContactStore;
  readonly lti: LtiStore;
  readonly statements: StatementStore;
  readonly lrsDocuments: DocumentStore;
  readonly forwardings: ForwardingStore;
  readonly attempts: AttemptStore;
  readonly credentials: CredentialStore;
  readonly standings: StandingStore;
  readonly holderCodes: HolderCodeStore;
  readonly wallet: WalletStore;
  readonly recognition: RecognitionStore;
  /** Answers when the store does; rejects when it can't be used. For `/readyz`. */
  ping(): Promise<void>;
  /** Completes what a crash left half derived. Called once at start, before requests are taken. */
  recover(): Promise<void>;
  /**
   * Takes what was deleted out of the store's files too, as far as the store has a say in that (docs/storage.md). May
   * be called at any time.
   */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  /** The process that serves requests, of which an SQLite file bears one. CLI commands open it with `false`. */
  readonly serving: boolean;
}
