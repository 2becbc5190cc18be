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
  /** SHA-256 of the secret half, base64url; the secret has 256 random bits, so a slow hash would add nothing. */
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly endedAt?: number;
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
  addApiClient(client: ApiClient): Promise<void>;
  apiClient(key: string): Promise<ApiClient | undefined>;
  apiClients(): Promise<ApiClient[]>;
  /** `false` when there is no such client. */
  endApiClient(key: string, at: number): Promise<boolean>;
}
