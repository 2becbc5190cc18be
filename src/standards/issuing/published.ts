import { digest, hours, minutes } from "../../foundation/kernel/index.js";
import { contexts, encodeStatusList, secure, type JsonObject } from "../vc/index.js";
import { IssuingError } from "./errors.js";
import type { History, SignedList } from "./history.js";
import type { Issuer, Issuers } from "./issuers.js";
import type { IssuingDeps } from "./deps.js";
import { issuerOfList, statusListName, statusListUrl } from "./status-place.js";

export interface PublishedList {
  readonly text: string;
  /** Changes when the text says something else; two processes have the same one. */
  readonly tag: string;
}

/** What others need to check a credential. */
export interface Published {
  /** The text of an issuer's DID document, by its address. @throws IssuingError `issuer_unknown` */
  didDocument(path: string, slug: string): Promise<string>;
  /** A status list as of now. @throws IssuingError `status_list_unknown`; KeysError; VcError */
  statusList(list: string): Promise<PublishedList>;
  /**
   * A status list as it was at that time, ISO 8601 (Bitstring Status List 1.0 §2.2, `timestamp`). It says of itself that it
   * held for an hour; it is the newest that was logged by then, and every change is logged.
   * @throws IssuingError `status_list_unknown`, `status_time_refused`, `status_list_not_yet`
   */
  statusListAt(list: string, timestamp: string): Promise<string>;
  /** Logs an issuer's DID document, if it is new, and each of its status lists for this day. It may be repeated. */
  logDaily(issuer: Issuer): Promise<void>;
  local(url: string): Promise<string | undefined>;
}

/** How long a signed list is served, and how long it says of itself that it holds. */
const served = minutes(10);
const holds = hours(1);

export interface PublishedDeps extends Pick<IssuingDeps, "store" | "clock" | "origin"> {
  readonly issuers: Issuers;
  readonly history: History;
}

export function createPublished({ store, clock, origin, issuers, history }: PublishedDeps): Published {
  /** List → its last signed text. */
  const signed = new Map<string, { tag: string; text: Promise<string> }>();

  const signerOf = async (list: string): Promise<Issuer> => {
    const name = issuerOfList(list);
    if (name === undefined || !(await store.statusListInUse(list)))
      throw new IssuingError("status_list_unknown");
    return issuers.byListName(name);
  };
  const didText = async (path: string, slug: string): Promise<string> => {
    return JSON.stringify(await history.didDocument(await issuers.bySlug(path, slug)));
  };
  const statusList = async (list: string): Promise<PublishedList> => {
    const issuer = await signerOf(list);
    const now = clock.now();
    // Asked each time, so that a revocation in any process shows at once.
    const withdrawn = await withdrawnIn(list, store);
    // What a key signed that was retired meanwhile is good for nobody.
    const { verificationMethod } = await issuer.proofKey();
    const tag = digest(`${list} ${Math.floor(now / served)} ${verificationMethod} ${withdrawn.join(" ")}`);
    const known = signed.get(list);
    const entry = known?.tag === tag ? known : { tag, text: publish(list, withdrawn, issuer) };
    signed.set(list, entry);
    try {
      return { tag, text: await entry.text };
    } catch (error) {
      if (signed.get(list) === entry) signed.delete(list);
      throw error;
    }
  };
  const sign = async (list: string, withdrawn: number[], issuer: Issuer): Promise<SignedList> => {
    const [at, url] = [clock.now(), statusListUrl(origin, list)];
    const document = listCredential({ url, issuer: issuer.did, withdrawn, now: at });
    return { url, at, text: JSON.stringify(await secure(document, await issuer.proofKey(), at)) };
  };
  /** Whoever reads it can prove later that it said so: it is logged before it is given away. */
  const publish = async (list: string, withdrawn: number[], issuer: Issuer): Promise<string> => {
    const made = await sign(list, withdrawn, issuer);
    await history.listSigned(made, digest(withdrawn.join(" ")));
    return made.text;
  };
  return {
    didDocument: didText,
    statusList,
    statusListAt: async (list, timestamp) => {
      await signerOf(list);
      return history.listAt(statusListUrl(origin, list), momentOf(timestamp));
    },
    logDaily: async (issuer) => {
      const lists = await listsOf(issuer, store);
      // Who never signed anything has no key, and gets none by this.
      if (lists.length > 0) await history.didDocument(issuer);
      for (const list of lists)
        await history.listOfDay(statusListUrl(origin, list), async () =>
          sign(list, await withdrawnIn(list, store), issuer),
        );
    },
    local: async (url) => {
      // A did:web always says https; in development our own origin is http.
      const own = [origin, `https://${new URL(origin).host}`].find((one) => url.startsWith(`${one}/`));
      const place = own === undefined ? "" : url.slice(own.length);
      return knownOnly(() => localText(place, { didText, statusList, paths: issuers.paths }));
    },
  };
}

/** The places whose bit is set, the lowest first. */
async function withdrawnIn(list: string, store: PublishedDeps["store"]): Promise<number[]> {
  return (await store.withdrawnIndices(list)).toSorted((one, other) => one - other);
}

/** The issuer's lists, which follow each other from 1 on. */
async function listsOf(issuer: Issuer, store: PublishedDeps["store"]): Promise<string[]> {
  const lists: string[] = [];
  for (let number = 1; ; number += 1) {
    const list = statusListName(issuer.listName, number);
    if (!(await store.statusListInUse(list))) return lists;
    lists.push(list);
  }
}

interface Texts {
  readonly didText: Published["didDocument"];
  readonly statusList: Published["statusList"];
  readonly paths: readonly string[];
}

async function localText(place: string, { didText, statusList, paths }: Texts): Promise<string | undefined> {
  const [, path = "", slug] = /^\/([a-z]+)\/([a-z0-9-]+)\/did\.json$/.exec(place) ?? [];
  const [, list] = /^\/status\/([a-z0-9-]+)$/.exec(place) ?? [];
  if (slug !== undefined && paths.includes(path)) return didText(path, slug);
  return list === undefined ? undefined : (await statusList(list)).text;
}

/** What is not there is no failure to who only asks whether it is. */
async function knownOnly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof IssuingError) return undefined;
    throw error;
  }
}

interface ListFacts {
  readonly url: string;
  readonly issuer: string;
  readonly withdrawn: readonly number[];
  readonly now: number;
}

/** A BitstringStatusListCredential (Bitstring Status List 1.0 §2.2). */
function listCredential({ url, issuer, withdrawn, now }: ListFacts): JsonObject {
  return {
    "@context": [contexts.credentialsV2],
    id: url,
    type: ["VerifiableCredential", "BitstringStatusListCredential"],
    issuer,
    validFrom: wholeSecond(now),
    validUntil: wholeSecond(now + holds),
    credentialSubject: {
      id: `${url}#list`,
      type: "BitstringStatusList",
      statusPurpose: "revocation",
      encodedList: encodeStatusList(withdrawn),
    },
  };
}

/** An ISO 8601 time with its zone, as UTC milliseconds; NaN for what is none. */
const momentOf = (timestamp: string): number =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(timestamp)
    ? Date.parse(timestamp)
    : Number.NaN;

const wholeSecond = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
