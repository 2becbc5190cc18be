import { timingSafeEqual } from "node:crypto";
import { digest, randomToken, type Clock, type Tenant } from "../kernel/index.js";
import { DirectoryError } from "./errors.js";
import type { ApiClient, DirectoryStore } from "./directory-store.js";

/** What an API client may be allowed (xAPI 1.0.3 Communication 4.0, OAuth scopes). */
export const scopes = [
  "statements/write",
  "statements/read",
  "statements/read/mine",
  "state",
  "profile",
  "all/read",
  "all",
] as const;
export type Scope = (typeof scopes)[number];

export interface NewApiClient {
  readonly tenant: Tenant;
  readonly name: string;
  readonly scopes: readonly string[];
  /** UTC milliseconds; without it the credentials don't run out. */
  readonly expiresAt?: number;
}

export interface ApiClients {
  /**
   * Makes Basic credentials. The secret is in this answer only; the store keeps its hash.
   * @throws DirectoryError `scope_unknown`
   */
  add(client: NewApiClient): Promise<{ key: string; secret: string }>;
  list(): Promise<ApiClient[]>;
  /** @throws DirectoryError `client_unknown` */
  end(key: string): Promise<void>;
  /** The client of an `Authorization: Basic …` header (RFC 7617), if its credentials are right and in force. */
  authenticate(header: string | undefined): Promise<ApiClient | undefined>;
}

export function createApiClients(store: DirectoryStore, clock: Clock): ApiClients {
  return {
    add: async ({ tenant, name, scopes: asked, expiresAt }) => {
      const unknown = asked.filter((scope) => !(scopes as readonly string[]).includes(scope));
      if (unknown.length > 0 || asked.length === 0)
        throw new DirectoryError("scope_unknown", { scopes: unknown });
      // A letter first: at a terminal, a key that begins with a hyphen would be read as an option.
      const key = `k${randomToken(18)}`;
      const secret = randomToken(32);
      await store.addApiClient({
        academyId: tenant.academyId,
        jurisdictionId: tenant.jurisdictionId,
        key,
        secretHash: digest(secret),
        name,
        scopes: asked,
        createdAt: clock.now(),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      return { key, secret };
    },
    list: () => store.apiClients(),
    end: async (key) => {
      if (!(await store.endApiClient(key, clock.now()))) throw new DirectoryError("client_unknown");
    },
    authenticate: async (header) => {
      const sent = readBasic(header);
      const client = sent && (await store.apiClient(sent.key));
      if (!client || !sameText(client.secretHash, digest(sent.secret))) return undefined;
      const now = clock.now();
      const inForce = client.endedAt === undefined && (client.expiresAt ?? Infinity) > now;
      return inForce ? client : undefined;
    },
  };
}

function readBasic(header: string | undefined): { key: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? "")?.[1];
  const [, key, secret] =
    /^([\w-]+):([\w-]+)$/.exec(Buffer.from(encoded ?? "", "base64").toString("utf8")) ?? [];
  return key !== undefined && secret !== undefined ? { key, secret } : undefined;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
