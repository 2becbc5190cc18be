import { decodeJwt, importJWK, jwtVerify, type JWTPayload } from "jose";
import { digest, minutes, randomToken, type Clock } from "../kernel/index.js";
import type { ApiClients } from "./api-clients.js";
import type { ApiClient, DirectoryStore } from "./directory-store.js";

/** How long a bearer token is good for. */
const tokenLifeMs = minutes(10);

/** An assertion is made for the moment; a longer life is refused. */
const longestAssertionMs = minutes(10);

/** By how much the clocks of a client and of this installation may differ, seconds. */
const clockToleranceS = 30;

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** RFC 6749 §5.2. */
export type OAuthFault = "invalid_request" | "invalid_client" | "unsupported_grant_type" | "invalid_scope";

export type TokenAnswer =
  | {
      readonly kind: "granted";
      readonly token: string;
      readonly expiresIn: number;
      readonly scopes: readonly string[];
    }
  | { readonly kind: "refused"; readonly error: OAuthFault };

/** A token request's fields, each sent once. */
export type TokenForm = ReadonlyMap<string, string>;

export interface OAuth {
  /** RFC 6749 §4.4: the client proves itself by Basic credentials, by fields, or by an assertion (RFC 7523 §2.2). */
  grant(form: TokenForm, authorization: string | undefined): Promise<TokenAnswer>;
  /**
   * The client of an `Authorization: Bearer …` header, with the scopes of the token. Token and client are read each
   * time, so ended, expired and rotated credentials end at once.
   */
  authenticate(header: string | undefined): Promise<ApiClient | undefined>;
}

export interface OAuthDeps {
  readonly store: DirectoryStore;
  readonly apiClients: ApiClients;
  readonly clock: Clock;
  /** For whom assertions may be made: the token endpoint's address, and the installation's. */
  readonly audience: readonly string[];
}

export function createOAuth(deps: OAuthDeps): OAuth {
  const { store, apiClients, clock } = deps;
  return {
    grant: async (form, authorization) => {
      if (!form.has("grant_type") || waysOf(form, authorization) > 1) return refused("invalid_request");
      const client = await clientOf(deps, form, authorization);
      if (client === undefined) return refused("invalid_client");
      if (form.get("grant_type") !== "client_credentials") return refused("unsupported_grant_type");
      const scopes = form.get("scope")?.split(" ").filter(Boolean) ?? client.scopes;
      if (scopes.length === 0 || scopes.some((scope) => !client.scopes.includes(scope)))
        return refused("invalid_scope");
      const token = randomToken(32);
      const { academyId, jurisdictionId, key } = client;
      await store.addOAuthToken({
        ...{ academyId, jurisdictionId, clientKey: key, scopes },
        id: digest(token),
        credential: credentialOf(client),
        expiresAt: clock.now() + tokenLifeMs,
      });
      return { kind: "granted", token, expiresIn: tokenLifeMs / 1000, scopes };
    },
    authenticate: async (header) => {
      const sent = /^bearer +([\w-]{43})$/i.exec(header ?? "")?.[1];
      const token = sent === undefined ? undefined : await store.oauthToken(digest(sent));
      if (token === undefined || token.expiresAt <= clock.now()) return undefined;
      const client = await apiClients.inForce(token.clientKey);
      if (client === undefined || credentialOf(client) !== token.credential) return undefined;
      return { ...client, scopes: token.scopes };
    },
  };
}

const refused = (error: OAuthFault): TokenAnswer => ({ kind: "refused", error });

/** RFC 6749 §2.3: a client uses one way to prove itself. */
function waysOf(form: TokenForm, authorization: string | undefined): number {
  const ways = [authorization, form.get("client_secret"), form.get("client_assertion")];
  return ways.filter((way) => way !== undefined).length;
}

function clientOf(
  deps: OAuthDeps,
  form: TokenForm,
  authorization: string | undefined,
): Promise<ApiClient | undefined> {
  const { apiClients } = deps;
  if (authorization !== undefined) return apiClients.authenticate(authorization);
  const assertion = form.get("client_assertion");
  if (assertion !== undefined && form.get("client_assertion_type") === jwtBearer)
    return provenBy(deps, assertion, form.get("client_id"));
  return apiClients.proven(form.get("client_id") ?? "", form.get("client_secret") ?? "");
}

/** RFC 7523 §3: by the client, about itself, for us, for a short while, once. */
async function provenBy(
  { store, apiClients, clock, audience }: OAuthDeps,
  assertion: string,
  clientId: string | undefined,
): Promise<ApiClient | undefined> {
  const client = await apiClients.inForce(claimsOf(assertion)?.sub ?? "");
  if (client?.publicKey === undefined || (clientId ?? client.key) !== client.key) return undefined;
  const now = clock.now();
  const claims = await verified(assertion, client.publicKey, {
    issuer: client.key,
    subject: client.key,
    audience: [...audience],
    clockTolerance: clockToleranceS,
    currentDate: new Date(now),
    requiredClaims: ["exp", "jti"],
  });
  const isMine = claims !== undefined && (await useOnce(store, client, claims, now));
  return isMine ? client : undefined;
}

/** Whether an assertion is of the moment and was not used before. */
async function useOnce(
  store: DirectoryStore,
  { academyId, jurisdictionId, key }: ApiClient,
  { jti, exp = 0 }: JWTPayload,
  now: number,
): Promise<boolean> {
  const tooLong = exp * 1000 > now + longestAssertionMs + clockToleranceS * 1000;
  if (typeof jti !== "string" || jti === "" || tooLong) return false;
  return store.useAssertion({
    ...{ academyId, jurisdictionId },
    id: digest(JSON.stringify([key, jti])),
    // Beyond this it would be refused for its age.
    expiresAt: Math.ceil(exp + 2 * clockToleranceS) * 1000,
  });
}

function claimsOf(assertion: string): JWTPayload | undefined {
  try {
    return decodeJwt(assertion);
  } catch {
    return undefined;
  }
}

async function verified(
  assertion: string,
  { alg = "", ...jwk }: Readonly<Record<string, string>>,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload | undefined> {
  try {
    const key = await importJWK(jwk, alg);
    return (await jwtVerify(assertion, key, { ...options, algorithms: [alg] })).payload;
  } catch {
    // What is wrong with it is not for whoever holds no key to learn.
    return undefined;
  }
}

/** What a client proves itself with now. */
function credentialOf({ secretHash, publicKey }: ApiClient): string {
  return digest(JSON.stringify([secretHash ?? "", publicKey ?? {}]));
}
