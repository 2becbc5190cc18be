import { subscribe, type Subscriber } from "../../foundation/events/index.js";
import { digest, type Clock } from "../../foundation/kernel/index.js";
import type { Log } from "../../foundation/log/index.js";
import {
  canonicalJson,
  didDocument,
  digestMultibase,
  isJsonObject,
  parseJson,
  type Json,
  type JsonObject,
} from "../vc/index.js";
import type { CredentialStore } from "./credential-store.js";
import { IssuingError } from "./errors.js";
import type { Issuer } from "./issuers.js";

/** What was published, kept in the log: so that it can be proven when it is gone. */
export interface History {
  /** The issuer's DID document as it is now, logged if the log has another one as its newest. */
  didDocument(issuer: Issuer): Promise<JsonObject>;
  /** Logs the DID document before a key of it signs for the first time in this process. */
  beforeSigning(issuer: Issuer, verificationMethod: string): Promise<void>;
  /** Logs a list that says something new. @param says what it says, whenever it is signed */
  listSigned(list: SignedList, says: string): Promise<void>;
  /** Logs a list for its day (UTC), unless that was done; `sign` is asked only then. */
  listOfDay(url: string, sign: () => Promise<SignedList>): Promise<void>;
  /**
   * The list that held at a moment, UTC milliseconds: the newest one that was logged by then.
   * @throws IssuingError `status_time_refused`, `status_list_not_yet`
   */
  listAt(url: string, moment: number): Promise<string>;
  /** Writes the digest of a signed certificate into the log, once. @param at when it was issued, UTC milliseconds */
  credentialSigned(text: string, at: number): Promise<void>;
  /** Writes each issued certificate's digest into the log. */
  readonly subscriber: Subscriber;
}

export interface SignedList {
  readonly url: string;
  readonly text: string;
  /** UTC milliseconds. */
  readonly at: number;
}

export interface HistoryDeps {
  readonly log: Pick<Log, "append" | "newest" | "byKey">;
  readonly store: Pick<CredentialStore, "credential">;
  readonly clock: Clock;
}

const always = Number.MAX_SAFE_INTEGER;

export function createHistory({ log, store, clock }: HistoryDeps): History {
  /** Verification methods that are in the log. */
  const logged = new Set<string>();
  /** List → what it said when it was logged last by this process. */
  const said = new Map<string, string>();

  const current = async (issuer: Issuer): Promise<JsonObject> => {
    const keys = await issuer.verificationMethods();
    const document = didDocument({ did: issuer.did, keys });
    const content = canonicalJson(document);
    const newest = await log.newest("did-document", issuer.did, always);
    if (newest?.content !== content) {
      const key = `did-document ${issuer.did} ${digest(content)}`;
      await log.append({ kind: "did-document", subject: issuer.did, key, at: clock.now(), content });
    }
    for (const { id } of keys) logged.add(id);
    return document;
  };
  const append = async ({ url, text, at }: SignedList, key: string): Promise<void> => {
    const content = canonicalJson(parseJson(text));
    await log.append({ kind: "status-list", subject: url, key, at, content });
  };
  const credentialSigned = async (text: string, at: number): Promise<void> => {
    const said = parseJson(text);
    const id = typeof said.id === "string" ? said.id : "";
    const content = canonicalJson({ id, ...signedBy(said), digestMultibase: digestMultibase(text) });
    await log.append({ kind: "credential", subject: id, key: `credential ${id}`, at, content });
  };
  return {
    credentialSigned,
    didDocument: current,
    beforeSigning: async (issuer, verificationMethod) => {
      if (!logged.has(verificationMethod)) await current(issuer);
    },
    listSigned: async (list, says) => {
      if (said.get(list.url) === says) return;
      await append(list, `status-list ${list.url} ${says}`);
      said.set(list.url, says);
    },
    listOfDay: async (url, sign) => {
      const key = `status-list ${url} ${new Date(clock.now()).toISOString().slice(0, 10)}`;
      if (!(await log.byKey(key))) await append(await sign(), key);
    },
    listAt: async (url, moment) => {
      // A list of the future would be a promise that nothing is revoked until then.
      if (!(moment >= 0 && moment <= clock.now())) throw new IssuingError("status_time_refused");
      const entry = await log.newest("status-list", url, moment);
      if (!entry) throw new IssuingError("status_list_not_yet");
      return entry.content;
    },
    subscriber: subscribe({
      name: "log",
      types: ["certificate.issued"],
      patient: true,
      handle: async ({ at, data: { certificateId } }) => {
        const record = await store.credential(certificateId);
        if (record?.text === undefined) throw new IssuingError("credential_unknown");
        await credentialSigned(record.text, at);
      },
    }),
  };
}

/** Who signed it, and by which key. */
function signedBy({ issuer = "", proof = [] }: JsonObject): { issuer: Json; verificationMethod: Json } {
  const [first] = Array.isArray(proof) ? (proof as readonly Json[]) : [proof];
  return {
    issuer: isJsonObject(issuer) ? (issuer.id ?? "") : issuer,
    verificationMethod: isJsonObject(first) ? (first.verificationMethod ?? "") : "",
  };
}
