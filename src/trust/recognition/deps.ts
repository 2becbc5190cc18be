import type { Catalogues } from "../../foundation/i18n/index.js";
import type { Clock, Logger, NewId } from "../../foundation/kernel/index.js";
import type { Log } from "../../foundation/log/index.js";
import type { Issuing } from "../../standards/issuing/index.js";
import type { JsonObject, ListedKey, ProofVerdict } from "../../standards/vc/index.js";
import type { RecognitionStore } from "./recognition-store.js";

/** How others' documents are fetched and checked: within bounds of time and size, away from this thread. */
export interface Outside {
  /** The text at a URL; undefined when it can't be had. What this installation publishes needs no network. */
  readonly text: (url: string) => Promise<string | undefined>;
  /** A DID's keys, by verification method; undefined when they can't be had. */
  readonly keysOf: (did: string) => Promise<ReadonlyMap<string, ListedKey> | undefined>;
  /** Looks at a document's proofs; never rejects for what stands in it. */
  readonly check: (
    document: JsonObject,
    keys: ReadonlyMap<string, Uint8Array>,
  ) => Promise<readonly ProofVerdict[] | { readonly code: string }>;
}

export interface RecognitionDeps {
  readonly store: RecognitionStore;
  /** With this room's authorities among those who sign. */
  readonly issuing: Issuing;
  readonly log: Pick<Log, "append" | "byKey">;
  readonly outside: Outside;
  /** The DIDs of the roots that whoever runs this installation chose to trust. */
  readonly trustRoots: () => Promise<readonly string[]>;
  /** The words of the signed documents, which are in English. */
  readonly catalogues: Catalogues;
  /** The installation's public origin, without a slash at its end. */
  readonly origin: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}
