import type { Tenant } from "../../foundation/kernel/index.js";
import type { PulledList, RecognitionStore } from "../../trust/recognition/index.js";
import {
  agreements,
  authorities,
  pulledLists,
  recognitionPartners,
  type PulledListRow,
} from "../collections-recognition.js";
import type { DocumentEngine, Documents } from "../documents.js";
import { inserted } from "./insert.js";

export function createRecognitionStore(engine: DocumentEngine): RecognitionStore {
  const partners = engine.collection(recognitionPartners);
  return {
    ...authorityVerbs(engine),
    ...agreementVerbs(engine),
    ...listVerbs(engine.collection(pulledLists)),
    addPartner: async (partner) => ((await partners.insert(partner)) === "inserted" ? "added" : "taken"),
    partners: () => partners.find({ where: {}, order: { by: "url" } }),
    savePartner: async (partner, version) => {
      const { url, ...owner } = { ...ownerOf(partner), url: partner.url };
      return (await partners.replace(partner, { version, url, ...owner })) ? "saved" : "stale";
    },
  };
}

type AuthorityVerbs = "addAuthority" | "authority" | "authorityBySlug" | "authorities" | "saveAuthority";

function authorityVerbs(engine: DocumentEngine): Pick<RecognitionStore, AuthorityVerbs> {
  const rows = engine.collection(authorities);
  return {
    addAuthority: async (authority) => ((await rows.insert(authority)) === "inserted" ? "added" : "taken"),
    authority: (id) => rows.get(id),
    authorityBySlug: async (slug) => (await rows.find({ where: { slug }, limit: 1 }))[0],
    authorities: () => rows.find({ where: {}, order: { by: "slug" } }),
    saveAuthority: async (authority, version) => {
      // Its slug stands in what it signed.
      const expected = { version, slug: authority.slug, ...ownerOf(authority) };
      return (await rows.replace(authority, expected)) ? "saved" : "stale";
    },
  };
}

type AgreementVerbs =
  "addAgreement" | "agreement" | "agreementOn" | "agreementsOf" | "saveAgreement" | "unfinishedAgreements";

function agreementVerbs(engine: DocumentEngine): Pick<RecognitionStore, AgreementVerbs> {
  const rows = engine.collection(agreements);
  return {
    addAgreement: async (agreement) => ((await rows.insert(agreement)) === "inserted" ? "added" : "taken"),
    agreement: (id) => rows.get(id),
    agreementOn: async (authority, subject) =>
      (await rows.find({ where: { ...ownerOf(authority), subject }, limit: 1 }))[0],
    agreementsOf: (authority) => rows.find({ where: ownerOf(authority), order: { by: "id" } }),
    saveAgreement: async (agreement, version) => {
      const expected = { version, subject: agreement.subject, ...ownerOf(agreement) };
      return (await rows.replace(agreement, expected)) ? "saved" : "stale";
    },
    unfinishedAgreements: () => rows.find({ where: { unfinished: 1 }, order: { by: "id" } }),
  };
}

function listVerbs(
  rows: Documents<PulledListRow>,
): Pick<RecognitionStore, "addList" | "saveList" | "newestLists"> {
  return {
    addList: (list) => inserted(rows.insert(rowOf(list))),
    saveList: async (list, version) => {
      const expected = { version, authorityDid: list.authority.did, pulledAt: list.pulledAt };
      return (await rows.replace(rowOf(list), expected)) ? "saved" : "stale";
    },
    newestLists: async (partnerId, until) => {
      const dids = new Set(await rows.valuesOf("authorityDid", { partnerId }));
      const newest = await Promise.all(
        [...dids].map(async (did) => {
          const where = { partnerId, authorityDid: did };
          const times = (await rows.valuesOf("pulledAt", where)).map(Number);
          const at = times.findLast((time) => time <= until);
          return at === undefined ? [] : await rows.find({ where: { ...where, pulledAt: at }, limit: 1 });
        }),
      );
      return newest.flat().map(listOf);
    },
  };
}

function listOf(row: PulledListRow): PulledList {
  const members = Object.entries(row).filter(([name]) => name !== "authorityDid");
  return Object.fromEntries(members) as unknown as PulledList;
}

const rowOf = (list: PulledList): PulledListRow => ({ ...list, authorityDid: list.authority.did });
const ownerOf = ({ academyId, jurisdictionId }: Tenant): Tenant => ({ academyId, jurisdictionId });
