import type { Tenant } from "../kernel/index.js";

/** A country or region whose law binds an academy. `id` is its ISO 3166 code (XA, XB, XC are the invented ones). */
export interface Jurisdiction {
  readonly id: string;
  readonly name: string;
  /** Invented, for demonstration only. */
  readonly demonstration: boolean;
}

export interface Academy extends Tenant {
  /** Its id is `academyId`. */
  readonly slug: string;
  readonly name: string;
  readonly demonstration: boolean;
}

/**
 * Someone who came by a launch. This is the only place that knows who a person is on a platform; everything else
 * speaks of `id`, and what leaves the tool speaks of `pseudonym` (opaque, random).
 */
export interface Person extends Tenant {
  readonly id: string;
  readonly pseudonym: string;
  readonly platformId: string;
  /** The `sub` of the platform's id_tokens. */
  readonly platformUserId: string;
  readonly createdAt: number;
}

export interface ApiClient extends Tenant {
  /** The public half of its Basic credentials. */
  readonly key: string;
  /**
   * SHA-256 of the secret half, base64url; the secret has 256 random bits, so a slow hash would add nothing. None when
   * the client proves itself by its key.
   */
  readonly secretHash?: string;
  /** The public key (a JWK with `alg`) that its assertions are signed with: RFC 7523. */
  readonly publicKey?: Readonly<Record<string, string>>;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly endedAt?: number;
}

/** An OAuth 2.0 bearer token. `id` is its SHA-256, base64url. */
export interface OAuthToken extends Tenant {
  readonly id: string;
  readonly clientKey: string;
  /** A digest of what the client proved itself with: rotated credentials end their tokens. */
  readonly credential: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** That an assertion was used. `id` is a digest of the client's key and the `jti`. */
export interface UsedAssertion extends Tenant {
  readonly id: string;
  readonly expiresAt: number;
}

/**
 * A one-time link that an academy's administrator is let in by: as its `owner`, who approves platforms, or for one
 * `registration` of a platform. `id` is the SHA-256 of the link's secret, base64url.
 */
export interface Invite extends Tenant {
  readonly id: string;
  readonly purpose: "owner" | "registration";
  /** For whom or what, in its maker's words. */
  readonly label: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt?: number;
  /** Taken back before it was used. */
  readonly endedAt?: number;
}

/** An academy's owner at work in one browser, let in by an invite. Its id stands in the URL and is no secret. */
export interface Desk extends Tenant {
  readonly id: string;
  readonly browserHash: string;
  readonly inviteId: string;
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** What a platform's roster called a person; kept until `expiresAt`, and nowhere else. */
export interface PersonName extends Tenant {
  readonly personId: string;
  readonly name: string;
  readonly expiresAt: number;
}

export interface DirectoryStore {
  /** Adds or replaces. */
  saveJurisdiction(jurisdiction: Jurisdiction): Promise<void>;
  jurisdictions(): Promise<Jurisdiction[]>;
  /** `taken` when the slug is another academy's. */
  addAcademy(academy: Academy): Promise<"added" | "taken">;
  academy(id: string): Promise<Academy | undefined>;
  academyBySlug(slug: string): Promise<Academy | undefined>;
  academies(): Promise<Academy[]>;
  /** The person of (platform, platform user), adding `candidate` if there is none. Concurrent calls agree on one. */
  findOrAddPerson(candidate: Person): Promise<Person>;
  person(id: string): Promise<Person | undefined>;
  addInvite(invite: Invite): Promise<void>;
  invite(id: string): Promise<Invite | undefined>;
  /** An academy's, newest first. */
  invites(tenant: Tenant): Promise<Invite[]>;
  /** Marks it as used: of any number of concurrent calls one gets it; `undefined` when it was used or ended. */
  useInvite(id: string, at: number): Promise<Invite | undefined>;
  /** Takes back the use of that very moment; `false` when it was not used then. */
  reopenInvite(id: string, usedAt: number): Promise<boolean>;
  /** `false` when it was used or ended before. */
  endInvite(id: string, at: number): Promise<boolean>;
  addDesk(desk: Desk): Promise<void>;
  desk(id: string): Promise<Desk | undefined>;
  purgeDesks(endedBefore: number): Promise<number>;
  /** Adds, or replaces what the person was called before. */
  savePersonName(name: PersonName): Promise<void>;
  /** Of these persons the ones whose names are known, in no order. */
  personNames(personIds: readonly string[]): Promise<PersonName[]>;
  purgePersonNames(expiredBefore: number): Promise<number>;
  addApiClient(client: ApiClient): Promise<void>;
  apiClient(key: string): Promise<ApiClient | undefined>;
  apiClients(): Promise<ApiClient[]>;
  /** `false` when there is no such client. */
  endApiClient(key: string, at: number): Promise<boolean>;
  /** Replaces a client's credentials; `false` when there is no such client, or it was ended. */
  replaceApiClient(client: ApiClient): Promise<boolean>;
  addOAuthToken(token: OAuthToken): Promise<void>;
  oauthToken(id: string): Promise<OAuthToken | undefined>;
  /** `true` for one of any number of concurrent calls. */
  useAssertion(assertion: UsedAssertion): Promise<boolean>;
  /** Tokens, and assertions that could not be used any more anyway. */
  purgeOAuth(expiredBefore: number): Promise<void>;
}
