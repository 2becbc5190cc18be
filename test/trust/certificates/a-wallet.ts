import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT, exportJWK } from "jose";
import { unescapeHtml } from "../../kit/http-browser.js";

type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

const grant = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/** What the page of an offer shows its holder. */
export interface ShownOffer {
  readonly link: string;
  readonly txCode: string;
}

export function shownOffer(html: string): ShownOffer {
  const link = /href="(openid-credential-offer:[^"]+)"/.exec(html)?.[1] ?? "";
  return { link: unescapeHtml(link), txCode: /<span aria-hidden="true">(\d{6})</.exec(html)?.[1] ?? "" };
}

/** The offer's object, by value or by reference, as a wallet takes it from a link (OpenID4VCI 1.0 §4.1). */
export async function readOffer(link: string) {
  const query = new URL(link).searchParams;
  const reference = query.get("credential_offer_uri");
  const text = reference === null ? query.get("credential_offer")! : (await ask(reference)).text;
  const offer = JSON.parse(text) as {
    credential_issuer: string;
    credential_configuration_ids: string[];
    grants: Record<string, { "pre-authorized_code": string; tx_code: Json }>;
  };
  return { offer, code: offer.grants[grant]!["pre-authorized_code"], txCode: offer.grants[grant]!.tx_code };
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    ...{ status: response.status, headers: response.headers, text },
    json: isJson ? (JSON.parse(text) as Json) : {},
  };
}

/** A small wallet: it knows what the metadata say and nothing else of the tool. */
export async function aWallet(issuer: string) {
  const { origin, pathname } = new URL(issuer);
  const metadata = await ask(`${origin}/.well-known/openid-credential-issuer${pathname}`);
  const server = await ask(`${origin}/.well-known/oauth-authorization-server${pathname}`);
  const urlOf = (from: Answer, name: string): string => from.json[name] as string;
  return {
    metadata,
    server,
    configurations: metadata.json["credential_configurations_supported"] as Record<string, Json>,
    token: (code: string, txCode: string, more: Record<string, string> = {}): Promise<Answer> =>
      ask(urlOf(server, "token_endpoint"), {
        method: "POST",
        body: new URLSearchParams({
          grant_type: grant,
          "pre-authorized_code": code,
          tx_code: txCode,
          ...more,
        }),
      }),
    form: (fields: Record<string, string>): Promise<Answer> =>
      ask(urlOf(server, "token_endpoint"), { method: "POST", body: new URLSearchParams(fields) }),
    nonce: async (): Promise<string> => {
      const answer = await ask(urlOf(metadata, "nonce_endpoint"), { method: "POST" });
      return answer.json["c_nonce"] as string;
    },
    credential: (token: unknown, request: object | string): Promise<Answer> =>
      ask(urlOf(metadata, "credential_endpoint"), {
        method: "POST",
        headers: { authorization: `Bearer ${String(token)}`, "content-type": "application/json" },
        body: typeof request === "string" ? request : JSON.stringify(request),
      }),
  };
}

export type WalletKeys = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
export const p256 = (): WalletKeys => generateKeyPairSync("ec", { namedCurve: "P-256" });
export const ed25519 = (): WalletKeys => generateKeyPairSync("ed25519");

export interface ProofParts {
  readonly audience: string;
  readonly nonce?: string;
  /** Seconds. */
  readonly iat: number;
  readonly keys?: WalletKeys;
  readonly alg?: string;
  readonly typ?: string;
  /** Instead of `jwk`. */
  readonly header?: Json;
}

/** A key proof (appendix F.1). */
export async function keyProof(parts: ProofParts): Promise<string> {
  const { audience, nonce, iat, keys = p256(), alg = "ES256", typ = "openid4vci-proof+jwt" } = parts;
  const header = parts.header ?? { jwk: await exportJWK(keys.publicKey) };
  return new SignJWT(nonce === undefined ? {} : { nonce })
    .setProtectedHeader({ alg, typ, ...header })
    .setAudience(audience)
    .setIssuedAt(iat)
    .sign(keys.privateKey);
}
