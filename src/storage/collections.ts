import type {
  Academy,
  ApiClient,
  Desk,
  Invite,
  Jurisdiction,
  OAuthToken,
  Person,
  PersonName,
  UsedAssertion,
} from "../foundation/directory/index.js";
import type { Tenant } from "../foundation/kernel/index.js";
import type { StoredKey } from "../foundation/keys/index.js";
import type { Visit } from "../foundation/web/index.js";
import type {
  Connection,
  Course,
  Deployment,
  GradeColumn,
  GradeTarget,
  LoginState,
  Placement,
  Platform,
  Roster,
} from "../standards/lti/index.js";
import type { Forwarding, StoredDocument } from "../standards/lrs/index.js";
import type { CredentialRecord } from "../standards/issuing/index.js";
import type { Attempt } from "../training/learning/index.js";
import type { Standing } from "../training/programmes/index.js";
import type { HolderCode } from "../trust/certificates/index.js";
import type { Collection } from "./documents.js";

export * from "./collections-contacts.js";

const tenant = { academyId: "text", jurisdictionId: "text" } as const;

/** A jurisdiction stands above academies: its row belongs to the installation and to itself. */
export type JurisdictionRow = Jurisdiction & Tenant;

/**
 * Every collection of the simple ports. Unique keys are in the migrations and hold the tenant, but for these:
 * - a document's own key, which is a random id (or, of a jurisdiction, its ISO code): it may be looked up alone;
 * - an academy's slug, which stands in public addresses before anyone knows the tenant;
 * - a platform's issuer and client_id: a login brings nothing else, and tells us the tenant;
 * - a place in a status list, whose name begins with the academy's slug: who asks for the list knows no tenant.
 */
export const jurisdictions: Collection<JurisdictionRow> = {
  name: "jurisdictions",
  key: "id",
  fields: { id: "text", ...tenant },
};

export const academies: Collection<Academy> = {
  name: "academies",
  key: "academyId",
  fields: { ...tenant, slug: "text" },
};

export const persons: Collection<Person> = {
  name: "persons",
  key: "id",
  fields: { id: "text", ...tenant, pseudonym: "text", platformId: "text", platformUserId: "text" },
};

/** Looked up by its key alone: a request's Basic credentials are what tells us the tenant. */
export const apiClients: Collection<ApiClient> = {
  name: "api_clients",
  key: "key",
  fields: { key: "text", ...tenant, createdAt: "integer", endedAt: "integer" },
};

export const oauthTokens: Collection<OAuthToken> = {
  name: "oauth_tokens",
  key: "id",
  fields: { id: "text", ...tenant, expiresAt: "integer" },
};

export const oauthAssertions: Collection<UsedAssertion> = {
  name: "oauth_assertions",
  key: "id",
  fields: { id: "text", ...tenant, expiresAt: "integer" },
};

export type LrsDocumentRow = StoredDocument & { readonly listing: string };

/** Its id is a digest of the tenant and the place; `listing` answers a list without reading contents. */
export const lrsDocuments: Collection<LrsDocumentRow> = {
  name: "lrs_documents",
  key: "id",
  fields: { id: "text", ...tenant, space: "text", registration: "text", revision: "text", listing: "text" },
};

export const forwardings: Collection<Forwarding> = {
  name: "forwardings",
  key: "id",
  fields: { id: "text", ...tenant, name: "text", version: "integer" },
  raisesEvents: true,
};

export const signingKeys: Collection<StoredKey> = {
  name: "signing_keys",
  key: "kid",
  fields: { kid: "text", ...tenant, keySet: "text", generation: "integer", retiredAt: "integer" },
};

export const visits: Collection<Visit> = {
  name: "visits",
  key: "id",
  fields: { id: "text", ...tenant, expiresAt: "integer" },
  passing: true,
};

export const platforms: Collection<Platform> = {
  name: "platforms",
  key: "id",
  fields: {
    id: "text",
    ...tenant,
    issuer: "text",
    clientId: "text",
    status: "text",
    gradeColumns: "text",
  },
};

export const deployments: Collection<Deployment> = {
  name: "deployments",
  key: "id",
  fields: { id: "text", ...tenant, platformId: "text", deploymentId: "text", status: "text" },
};

export const loginStates: Collection<LoginState> = {
  name: "login_states",
  key: "id",
  fields: { id: "text", ...tenant, expiresAt: "integer" },
  passing: true,
};

export const placements: Collection<Placement> = {
  name: "placements",
  key: "id",
  fields: {
    ...{ id: "text", ...tenant, platformId: "text", deploymentId: "text", resourceLinkId: "text" },
    contextId: "text",
  },
};

export const gradeTargets: Collection<GradeTarget> = {
  name: "grade_targets",
  key: "id",
  fields: {
    id: "text",
    ...tenant,
    personId: "text",
    placementId: "text",
    moduleId: "text",
    activityId: "text",
    lineItemUrl: "text",
    lastScoreAt: "integer",
    lastScore: "real",
    failureCode: "text",
    failureAt: "integer",
    failureEventId: "text",
  },
  raisesEvents: true,
};

export const courses: Collection<Course> = {
  name: "courses",
  key: "id",
  fields: {
    ...{ id: "text", ...tenant, platformId: "text", contextId: "text" },
    ...{ rosterReadAt: "integer", version: "integer" },
  },
};

export const gradeColumns: Collection<GradeColumn> = {
  name: "grade_columns",
  key: "id",
  fields: { id: "text", ...tenant, lineItemUrl: "text", leasedUntil: "integer" },
};

export const rosters: Collection<Roster> = {
  name: "rosters",
  key: "id",
  fields: { id: "text", ...tenant, courseId: "text", takenAt: "integer" },
};

export const connections: Collection<Connection> = {
  name: "connections",
  key: "platformId",
  fields: { platformId: "text", ...tenant, version: "integer" },
};

export const invites: Collection<Invite> = {
  name: "invites",
  key: "id",
  fields: { id: "text", ...tenant, createdAt: "integer", usedAt: "integer", endedAt: "integer" },
};

export const desks: Collection<Desk> = {
  name: "desks",
  key: "id",
  fields: { id: "text", ...tenant, expiresAt: "integer" },
};

export const personNames: Collection<PersonName> = {
  name: "person_names",
  key: "personId",
  fields: { personId: "text", ...tenant, expiresAt: "integer" },
};

/** How many requests there were under a key, in the window that ends then. It belongs to the installation. */
export interface RateRow extends Tenant {
  readonly id: string;
  readonly count: number;
  readonly endsAt: number;
}

export const rates: Collection<RateRow> = {
  name: "rates",
  key: "id",
  fields: { id: "text", ...tenant, count: "integer", endsAt: "integer" },
  passing: true,
};

export const attempts: Collection<Attempt> = {
  name: "attempts",
  key: "id",
  fields: {
    id: "text",
    ...tenant,
    personId: "text",
    moduleId: "text",
    cycle: "integer",
    version: "integer",
    formativeUntil: "integer",
  },
  raisesEvents: true,
};

export const credentials: Collection<CredentialRecord> = {
  name: "credentials",
  key: "id",
  fields: {
    id: "text",
    ...tenant,
    version: "integer",
    cause: "text",
    ownerId: "text",
    statusList: "text",
    statusIndex: "integer",
    withdrawn: "integer",
    reservedAt: "integer",
    dueAt: "integer",
  },
  raisesEvents: true,
};

export const standings: Collection<Standing> = {
  name: "standings",
  key: "id",
  fields: { id: "text", ...tenant, personId: "text", version: "integer", dueAt: "integer" },
  raisesEvents: true,
};

export const holderCodes: Collection<HolderCode> = {
  name: "holder_codes",
  key: "id",
  fields: { id: "text", ...tenant, codeHash: "text", expiresAt: "integer", triesLeft: "integer" },
  passing: true,
};
