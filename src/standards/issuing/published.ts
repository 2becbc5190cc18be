import { digest, hours, minutes } from "../../foundation/kernel/index.js";
import { contexts, didDocument, encodeStatusList, secure, type JsonObject } from "../vc/index.js";
import { IssuingError } from "./errors.js";
import type { Issuer, Issuers } from "./issuers.js";
import type { IssuingDeps } from "./deps.js";
import { issuerOfList, statusListUrl } from "./status-place.js";

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
  local(url: string): Promise<string | undefined>;
}

/** How long a signed list is served, and how long it says of itself that it holds. */
const served = minutes(10);
const holds = hours(1);

export interface PublishedDeps extends Pick<IssuingDeps, "store" | "clock" | "origin"> {
  readonly issuers: Issuers;
}

export function createPublished({ store, clock, origin, issuers }: PublishedDeps): Published {
  // A did:web always says https; in development our own origin is http.
  const origins = [origin, `https://${new URL(origin).host}`];
  /** List → its last signed text. */
  const signed = new Map<string, { tag: string; text: Promise<string> }>();

  const signerOf = async (list: string): Promise<Issuer> => {
    const name = issuerOfList(list);
    if (name === undefined || !(await store.statusListInUse(list)))
      throw new IssuingError("status_list_unknown");
    return issuers.byListName(name);
  };
  const didText = async (path: string, slug: string): Promise<string> => {
    const issuer = await issuers.bySlug(path, slug);
    return JSON.stringify(didDocument({ did: issuer.did, keys: await issuer.verificationMethods() }));
  };
  const statusList = async (list: string): Promise<PublishedList> => {
    const issuer = await signerOf(list);
    const now = clock.now();
    // Asked each time, so that a revocation in any process shows at once.
    const withdrawn = (await store.withdrawnIndices(list)).toSorted((one, other) => one - other);
    const tag = digest(`${list} ${Math.floor(now / served)} ${withdrawn.join(" ")}`);
    const known = signed.get(list);
    const entry = known?.tag === tag ? known : { tag, text: sign(list, withdrawn, issuer, now) };
    signed.set(list, entry);
    try {
      return { tag, text: await entry.text };
    } catch (error) {
      if (signed.get(list) === entry) signed.delete(list);
      throw error;
    }
  };
  const sign = async (list: string, withdrawn: number[], issuer: Issuer, now: number): Promise<string> => {
    const document = listCredential({ url: statusListUrl(origin, list), issuer: issuer.did, withdrawn, now });
    return JSON.stringify(await secure(document, await issuer.proofKey(), now));
  };
  return {
    didDocument: didText,
    statusList,
    local: async (url) => {
      const own = origins.find((one) => url.startsWith(`${one}/`));
      const place = own === undefined ? "" : url.slice(own.length);
      const [, path = "", slug] = /^\/([a-z]+)\/([a-z0-9-]+)\/did\.json$/.exec(place) ?? [];
      const [, list] = /^\/status\/([a-z0-9-]+)$/.exec(place) ?? [];
      try {
        if (slug !== undefined && issuers.paths.includes(path)) return await didText(path, slug);
        return list === undefined ? undefined : (await statusList(list)).text;
      } catch (error) {
        if (error instanceof IssuingError) return undefined;
        throw error;
      }
    },
  };
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

const wholeSecond = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
