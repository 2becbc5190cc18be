import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  contexts,
  didDocument,
  digestMultibase,
  ed25519,
  encodeStatusList,
  sealJson,
  secure,
  type JsonObject,
  type ProofKey,
} from "../../../src/standards/vc/index.js";

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

export type Stranger = Awaited<ReturnType<typeof aStranger>>;

/** When strangers sign, and when the verifiers of these tests are asked. */
export const today = Date.parse("2026-11-21T12:00:00Z");

function aKeyPair(): { privateJwk: Record<string, unknown>; publicKey: Uint8Array } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const privateJwk = { ...privateKey.export({ format: "jwk" }) } as Record<string, unknown>;
  return { privateJwk, publicKey: ed25519.publicKeyOfJwk(privateJwk) };
}

/** A DID that is its own key. */
export function aDidKey(): { did: string; key: ProofKey } {
  const { privateJwk, publicKey } = aKeyPair();
  const multikey = ed25519.publicKeyToMultikey(publicKey);
  const did = `did:key:${multikey}`;
  return { did, key: ed25519.proofKeyFrom(privateJwk, `${did}#${multikey}`) };
}

/** An Open Badges certificate without status and evidence, not signed. */
export function aCertificate(issuer: string, more: JsonObject = {}): JsonObject {
  return {
    "@context": [contexts.credentialsV2, contexts.openBadges],
    id: "urn:uuid:6f0f3c4e-5a07-4a0b-9b06-0f8a2f3c9a01",
    type: ["VerifiableCredential", "OpenBadgeCredential"],
    issuer: { id: issuer, type: ["Profile"], name: "Far Academy" },
    validFrom: "2026-03-14T00:00:00Z",
    validUntil: "2028-03-14T00:00:00Z",
    name: "Custody officers, second course",
    credentialSubject: {
      id: "urn:uuid:0a39fbe1-8c57-4d65-8f2a-3c1f6a4a5b02",
      type: ["AchievementSubject"],
      achievement: {
        id: "https://far.example/achievements/custody",
        type: ["Achievement"],
        name: "Custody officers",
        description: "A course.",
        criteria: { narrative: "Two weeks." },
      },
    },
    ...more,
  };
}

/**
 * An issuer somewhere else: a real server on loopback with its DID document, a status list and an evidence manifest.
 * Every path can be made to answer otherwise.
 */
export async function aStranger() {
  const pages = new Map<string, Handler>();
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url ?? "");
    const page = pages.get(req.url ?? "");
    if (page) page(req, res);
    else res.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const port = (server.address() as AddressInfo).port;
  const origin = `http://127.0.0.1:${port}`;
  const did = `did:web:127.0.0.1%3A${port}:far`;
  const { privateJwk, publicKey } = aKeyPair();
  const key = ed25519.proofKeyFrom(privateJwk, `${did}#key-1`);
  const json = (path: string, document: JsonObject): void => {
    pages.set(path, (_req, res) =>
      res.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(document)),
    );
  };
  const listUrl = `${origin}/status/1`;
  /** A signed status list, as the parts say. */
  const list = (more: JsonObject = {}, subject: JsonObject = {}): Promise<JsonObject> =>
    secure(
      {
        "@context": [contexts.credentialsV2],
        id: listUrl,
        type: ["VerifiableCredential", "BitstringStatusListCredential"],
        issuer: did,
        validFrom: "2026-11-21T11:00:00Z",
        validUntil: "2026-11-21T13:00:00Z",
        credentialSubject: {
          id: `${listUrl}#list`,
          type: "BitstringStatusList",
          statusPurpose: "revocation",
          encodedList: encodeStatusList([7]),
          ...subject,
        },
        ...more,
      },
      key,
      today - 40 * 60_000,
    );
  const entry = (index: string): JsonObject => ({
    id: `${listUrl}#${index}`,
    type: "BitstringStatusListEntry",
    statusPurpose: "revocation",
    statusListIndex: index,
    statusListCredential: listUrl,
  });
  const manifestUrl = `${origin}/manifest`;
  const manifest = JSON.stringify(
    sealJson({ type: "EvidenceManifest", id: manifestUrl, issuer: did, statementCount: 14 }, key, today),
  );
  json("/far/did.json", didDocument({ did, keys: [{ id: `${did}#key-1`, publicKey }] }));
  json("/status/1", await list());
  pages.set("/manifest", (_req, res) => res.end(manifest));
  return {
    ...{ origin, port, did, key, pages, asked, json, list, entry, listUrl },
    /** A signed certificate with status and evidence, as JSON text. */
    certificate: async (more: JsonObject = {}): Promise<string> =>
      JSON.stringify(
        await secure(
          aCertificate(did, {
            credentialStatus: entry("5"),
            evidence: [{ id: manifestUrl, type: ["Evidence"], description: "14 statements" }],
            relatedResource: [{ id: manifestUrl, digestMultibase: digestMultibase(manifest) }],
            ...more,
          }),
          key,
          today,
        ),
      ),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
