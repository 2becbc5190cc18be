import type { DocumentEngine } from "../documents.js";
import type { Storage } from "../storage.js";
import { createAttemptStore } from "./attempts.js";
import { createContactStore } from "./contacts.js";
import { createCredentialStore } from "./credentials.js";
import { createDirectoryStore } from "./directory.js";
import { createForwardingStore } from "./forwardings.js";
import { createHolderCodeStore } from "./holder-codes.js";
import { createKeyStore } from "./keys.js";
import { createLogStore } from "./log.js";
import { createLrsDocumentStore } from "./lrs-documents.js";
import { createLtiStore } from "./lti.js";
import { createRateStore } from "./rates.js";
import { createRecognitionStore } from "./recognition.js";
import { createStandingStore } from "./standings.js";
import { createVisitStore } from "./visits.js";
import { createWalletStore } from "./wallet.js";

/** What each adapter writes itself. */
type ByAdapter = Pick<Storage, "outbox" | "statements" | "ping" | "recover" | "scrub" | "close">;

/** The ports that are written once, over the documents engine of either database. */
export function openPorts(engine: DocumentEngine): Omit<Storage, keyof ByAdapter> {
  return {
    keys: createKeyStore(engine),
    visits: createVisitStore(engine),
    directory: createDirectoryStore(engine),
    contacts: createContactStore(engine),
    lti: createLtiStore(engine),
    lrsDocuments: createLrsDocumentStore(engine),
    forwardings: createForwardingStore(engine),
    attempts: createAttemptStore(engine),
    credentials: createCredentialStore(engine),
    standings: createStandingStore(engine),
    rates: createRateStore(engine),
    holderCodes: createHolderCodeStore(engine),
    wallet: createWalletStore(engine),
    recognition: createRecognitionStore(engine),
    log: createLogStore(engine),
  };
}
