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

/** A client that proves itself by assertions: `publicKey` as `readPublicKey` gives it. */
export type NewKeyClient = NewApiClient & { readonly publicKey: Readonly<Record<string, string>> };

export interface ApiClients {
  /**
   * Makes Basic credentials. The secret is in this answer only; the store keeps its hash.
   * @throws DirectoryError `scope_unknown`
   */
  add(client: NewApiClient): Promise<{ key: string; secret: string }>;
  /**
   * A client without a secret, for OAuth 2.0 alone (RFC 7523).
   * @throws DirectoryError `scope_unknown`
   */
  addWithKey(client: NewKeyClient): Promise<{ key: string }>;
  /**
   * Gives a client another secret (in this answer only), or another public key. What it proved itself with before ends
   * at once, with the tokens that it got for it.
   * @throws DirectoryError `client_unknown`, also when it was ended
   */
  rotate(key: string): Promise<{ key: string; secret: string }>;
  rotateKey(key: string, publicKey: Readonly<Record<string, string>>): Promise<void>;
  list(): Promise<ApiClient[]>;
  /** @throws DirectoryError `client_unknown` */
  end(key: string): Promise<void>;
  /** The client of an `Authorization: Basic …` header (RFC 7617), if its credentials are right and in force. */
  authenticate(header: string | undefined): Promise<ApiClient | undefined>;
  /** The client of this key and secret, if they are right and in force. */
  proven(key: string, secret: string): Promise<ApiClient | undefined>;
  /** The client of this key, if it was not ended and its time is not over. It proves nothing. */
  inForce(key: string): Promise<ApiClient | undefined>;
}

export function createApiClients(store: DirectoryStore, clock: Clock): ApiClients {
  const inForce = async (key: string): Promise<ApiClient | undefined> => {
    const client = /^[\w-]{1,64}$/.test(key) ? await store.apiClient(key) : undefined;
    if (!client || client.endedAt !== undefined) return undefined;
    return (client.expiresAt ?? Infinity) > clock.now() ? client : undefined;
  };
  const proven = async (key: string, secret: string): Promise<ApiClient | undefined> => {
    const client = await inForce(key);
    return client?.secretHash !== undefined && sameText(client.secretHash, digest(secret))
      ? client
      : undefined;
  };
  const add = async (client: NewApiClient, proof: Proof): Promise<string> => {
    // A letter first: at a terminal, a key that begins with a hyphen would be read as an option.
    const key = `k${randomToken(18)}`;
    await store.addApiClient({ ...described(client), ...proof, key, createdAt: clock.now() });
    return key;
  };
  const replaceProof = async (key: string, proof: Proof): Promise<void> => {
    const client = (await store.apiClient(key)) ?? unknown();
    const { academyId, jurisdictionId, name, createdAt, expiresAt, endedAt } = client;
    const fresh = { academyId, jurisdictionId, key, name, scopes: client.scopes, createdAt, ...proof };
    const rotated = { ...fresh, ...(expiresAt === undefined ? {} : { expiresAt }) };
    if (endedAt !== undefined || !(await store.replaceApiClient(rotated))) unknown();
  };
  return {
    ...{ inForce, proven },
    add: async (client) => {
      const secret = randomToken(32);
      return { key: await add(client, { secretHash: digest(secret) }), secret };
    },
    addWithKey: async (client) => ({ key: await add(client, { publicKey: client.publicKey }) }),
    rotate: async (key) => {
      const secret = randomToken(32);
      await replaceProof(key, { secretHash: digest(secret) });
      return { key, secret };
    },
    rotateKey: (key, publicKey) => replaceProof(key, { publicKey }),
    list: () => store.apiClients(),
    end: async (key) => {
      if (!(await store.endApiClient(key, clock.now()))) unknown();
    },
    authenticate: async (header) => {
      const sent = readBasic(header);
      return sent && proven(sent.key, sent.secret);
    },
  };
}

type Proof = Pick<ApiClient, "secretHash" | "publicKey">;

function described({ tenant, name, scopes: asked, expiresAt }: NewApiClient) {
  const unknownScopes = asked.filter((scope) => !(scopes as readonly string[]).includes(scope));
  if (unknownScopes.length > 0 || asked.length === 0)
    throw new DirectoryError("scope_unknown", { scopes: unknownScopes });
  const { academyId, jurisdictionId } = tenant;
  return {
    academyId,
    jurisdictionId,
    name,
    scopes: asked,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function unknown(): never {
  throw new DirectoryError("client_unknown");
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
