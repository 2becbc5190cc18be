import type { DirectoryStore, Jurisdiction } from "../../foundation/directory/index.js";
import { installation } from "../../foundation/kernel/index.js";
import {
  academies,
  apiClients,
  desks,
  invites,
  jurisdictions,
  oauthAssertions,
  oauthTokens,
  personNames,
  persons,
  type JurisdictionRow,
} from "../collections.js";
import type { DocumentEngine } from "../documents.js";
import { inserted } from "./insert.js";

export function createDirectoryStore(engine: DocumentEngine): DirectoryStore {
  const jurisdictionRows = engine.collection(jurisdictions);
  const academyRows = engine.collection(academies);
  const personRows = engine.collection(persons);
  const clientRows = engine.collection(apiClients);
  return {
    saveJurisdiction: async ({ id, name, demonstration }) => {
      const row = { id, name, demonstration, academyId: installation.academyId, jurisdictionId: id };
      await jurisdictionRows.upsert(row, ["id"], []);
    },
    jurisdictions: async () =>
      (await jurisdictionRows.find({ where: {}, order: { by: "id" } })).map(asJurisdiction),
    addAcademy: async (academy) => ((await academyRows.insert(academy)) === "inserted" ? "added" : "taken"),
    academy: (id) => academyRows.get(id),
    academyBySlug: async (slug) => (await academyRows.find({ where: { slug }, limit: 1 }))[0],
    academies: () => academyRows.find({ where: {}, order: { by: "slug" } }),
    findOrAddPerson: (candidate) =>
      personRows.upsert(candidate, ["academyId", "jurisdictionId", "platformId", "platformUserId"], "all"),
    person: (id) => personRows.get(id),
    ...inviteVerbs(engine),
    ...nameVerbs(engine),
    addApiClient: (client) => inserted(clientRows.insert(client)),
    apiClient: (key) => clientRows.get(key),
    apiClients: () => clientRows.find({ where: {}, order: { by: "createdAt" } }),
    endApiClient: async (key, at) => {
      const ended = await clientRows.change(key, { set: { endedAt: at }, ifEqual: { endedAt: null } });
      return ended !== undefined || (await clientRows.get(key)) !== undefined;
    },
    replaceApiClient: (client) => clientRows.replace(client, { endedAt: null }),
    ...oauthVerbs(engine),
  };
}

type Part<Verb extends keyof DirectoryStore> = Pick<DirectoryStore, Verb>;

type InviteVerbs =
  | "addInvite"
  | "invite"
  | "invites"
  | "useInvite"
  | "reopenInvite"
  | "endInvite"
  | "addDesk"
  | "desk"
  | "purgeDesks";

function inviteVerbs(engine: DocumentEngine): Part<InviteVerbs> {
  const rows = engine.collection(invites);
  const deskRows = engine.collection(desks);
  const open = { usedAt: null, endedAt: null };
  return {
    addInvite: (invite) => inserted(rows.insert(invite)),
    invite: (id) => rows.get(id),
    invites: ({ academyId, jurisdictionId }) =>
      rows.find({ where: { academyId, jurisdictionId }, order: { by: "createdAt", descending: true } }),
    useInvite: (id, at) => rows.change(id, { set: { usedAt: at }, ifEqual: open }),
    reopenInvite: async (id, usedAt) =>
      (await rows.change(id, { set: { usedAt: null }, ifEqual: { usedAt } })) !== undefined,
    endInvite: async (id, at) =>
      (await rows.change(id, { set: { endedAt: at }, ifEqual: open })) !== undefined,
    addDesk: (desk) => inserted(deskRows.insert(desk)),
    desk: (id) => deskRows.get(id),
    purgeDesks: (endedBefore) => deskRows.removeBelow("expiresAt", endedBefore),
  };
}

type OAuthVerbs = "addOAuthToken" | "oauthToken" | "useAssertion" | "purgeOAuth";

function oauthVerbs(engine: DocumentEngine): Part<OAuthVerbs> {
  const tokens = engine.collection(oauthTokens);
  const assertions = engine.collection(oauthAssertions);
  return {
    addOAuthToken: (token) => inserted(tokens.insert(token)),
    oauthToken: (id) => tokens.get(id),
    useAssertion: async (assertion) => (await assertions.insert(assertion)) === "inserted",
    purgeOAuth: async (expiredBefore) => {
      await tokens.removeBelow("expiresAt", expiredBefore);
      await assertions.removeBelow("expiresAt", expiredBefore);
    },
  };
}

function nameVerbs(engine: DocumentEngine): Part<"savePersonName" | "personNames" | "purgePersonNames"> {
  const rows = engine.collection(personNames);
  return {
    savePersonName: async (name) => {
      await rows.upsert(name, ["personId"], []);
    },
    personNames: (personIds) => rows.findAny("personId", personIds, {}),
    purgePersonNames: (expiredBefore) => rows.removeBelow("expiresAt", expiredBefore),
  };
}

function asJurisdiction({ id, name, demonstration }: JurisdictionRow): Jurisdiction {
  return { id, name, demonstration };
}
