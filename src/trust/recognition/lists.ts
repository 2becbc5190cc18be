import { digest, hours, minutes } from "../../foundation/kernel/index.js";
import type { JsonObject } from "../../standards/vc/index.js";
import { didOfAuthority } from "./authorities.js";
import { issuerListUrl, recognitionListUrl } from "./addresses.js";
import type { RecognitionDeps } from "./deps.js";
import { wholeSeconds } from "./reading.js";
import type { AuthorityRecord, ListedIssuer } from "./recognition-store.js";
import { ownDecisions } from "./own.js";

/** The name of what a signed list is a list of, as it stands in it. */
export const listTypes = { recognitions: "RecognitionList", issuers: "IssuerList" } as const;

/** How long a list says of itself that it holds; it is signed anew long before. */
const holds = hours(24);
const signedFor = minutes(10);

export interface Lists {
  /** `/recognitions.json`: one signed list of each authority. */
  recognitions(): Promise<string>;
  /** `/issuers.json`: who may issue certificates, by each authority's word. */
  issuers(): Promise<string>;
}

export type ListDeps = Pick<RecognitionDeps, "store" | "issuing" | "origin" | "clock">;

/** Signed lists of what the authorities of this installation decided. Recognitions of single certificates are left out. */
export function createLists(deps: ListDeps): Lists {
  const { store, issuing, origin, clock } = deps;
  /** List and authority → its last signed document. */
  const known = new Map<string, { readonly tag: string; readonly list: JsonObject }>();

  const signed = async (
    authority: AuthorityRecord,
    type: string,
    content: JsonObject,
  ): Promise<JsonObject> => {
    const now = clock.now();
    const issuer = didOfAuthority(origin, authority.slug);
    // What a key signed that was retired meanwhile is good for nobody.
    const keys = JSON.stringify(await issuing.keyHistory(issuer));
    const tag = digest(`${Math.floor(now / signedFor)} ${keys} ${JSON.stringify(content)}`);
    const last = known.get(`${type} ${authority.slug}`);
    if (last?.tag === tag) return last.list;
    const list = await issuing.sealManifest(authority, {
      ...{ type, issuer, name: authority.name },
      ...{ jurisdiction: authority.jurisdictionId, jurisdictionName: authority.jurisdictionName },
      ...{ validFrom: wholeSeconds(now), validUntil: wholeSeconds(now + holds), ...content },
    });
    known.set(`${type} ${authority.slug}`, { tag, list });
    return list;
  };
  const all = async (id: string, type: string, make: (of: AuthorityRecord) => Promise<JsonObject>) => {
    const authorities = (await store.authorities()).filter(({ kind }) => kind === "authority");
    const lists: JsonObject[] = [];
    for (const authority of authorities) lists.push(await signed(authority, type, await make(authority)));
    return JSON.stringify({ id, lists });
  };
  return {
    recognitions: () =>
      all(recognitionListUrl(origin), listTypes.recognitions, async (authority) => ({
        mandates: authority.mandates.map(({ text }) => text),
        issuers: authority.issuers.map(issuerEntry),
        decisions: await decisionEntries(authority, deps),
      })),
    issuers: () =>
      all(issuerListUrl(origin), listTypes.issuers, (authority) =>
        Promise.resolve({ issuers: authority.issuers.map(issuerEntry) }),
      ),
  };
}

function issuerEntry({ did, name, from, until }: ListedIssuer): JsonObject {
  const ends = until === undefined ? {} : { until: wholeSeconds(until) };
  return { id: did, name, from: wholeSeconds(from), ...ends };
}

async function decisionEntries(authority: AuthorityRecord, deps: ListDeps): Promise<JsonObject[]> {
  const agreements = await deps.store.agreementsOf(authority);
  const general = agreements.filter(({ certificateId }) => certificateId === undefined);
  const histories = await Promise.all(general.map((agreement) => ownDecisions(agreement, deps)));
  return histories.flat().map(({ decision, at, achievementId, issuerDid, effective, credential }) => ({
    ...{ decision, at: new Date(at).toISOString(), achievement: achievementId, issuer: issuerDid },
    ...(effective === undefined ? {} : { effective: wholeSeconds(effective) }),
    ...(credential ? { credential: credential.text } : {}),
  }));
}
