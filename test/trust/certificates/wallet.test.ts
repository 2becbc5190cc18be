import { base58 } from "@scure/base";
import { expect } from "chai";
import { decodeProtectedHeader, exportJWK, importJWK, jwtVerify } from "jose";
import jsQr from "jsqr";
import { Resvg } from "@resvg/resvg-js";
import { digest } from "../../../src/foundation/kernel/index.js";
import { parseJson, type JsonObject } from "../../../src/standards/vc/index.js";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { stockVerifier } from "../../kit/stock-vc.js";
import { aWallet, ask, ed25519, keyProof, p256, readOffer, shownOffer, type ProofParts } from "./a-wallet.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

const minute = 60_000;

describe("add to wallet (OpenID4VCI 1.0, pre-authorised code)", () => {
  let office: Office;
  let id: string;
  let ownerId: string;
  let text: string;
  let issuer: string;
  let wallet: Awaited<ReturnType<typeof aWallet>>;
  before(async () => {
    office = await anOffice();
    ({ id, ownerId, text } = await aCertificate(office));
    issuer = `${office.origin}/academies/northgate`;
    wallet = await aWallet(issuer);
  });
  after(() => office.close());

  /** As a launch, and then the holder's button. */
  const offerPage = async (personId = ownerId, certificate = id, role = "trainee"): Promise<Page> => {
    const browser = new HttpBrowser();
    const entered = await browser.get(
      `${office.origin}/enter/${role}/${personId}?certificate=${certificate}`,
    );
    const base = /\/visits\/[\w-]+/.exec(entered.url)![0];
    const page = await browser.get(`${office.origin}${base}/certificates/${certificate}/wallet`);
    return page.status === 200 ? browser.submit(page, page.forms[0]!) : page;
  };
  const anOffer = async () => {
    const shown = shownOffer((await offerPage()).html);
    return { ...shown, ...(await readOffer(shown.link)), txCode: shown.txCode };
  };
  const aToken = async (): Promise<string> => {
    const { code, txCode } = await anOffer();
    return (await wallet.token(code, txCode)).json["access_token"] as string;
  };
  const ldp = "hcp-induction_ldp_vc";
  const jwt = "hcp-induction_jwt_vc_json";
  const request = (more: object = {}): object => ({ credential_configuration_id: ldp, ...more });
  const seconds = (): number => Math.floor(office.clock.now() / 1000);

  it("gives the signed certificate, byte for byte, which the stock verifier verifies", async () => {
    const { offer, code, txCode } = await anOffer();
    expect(offer.credential_issuer).to.equal(issuer);
    const token = await wallet.token(code, txCode);
    expect(token.status).to.equal(200);
    expect(token.json).to.include({ token_type: "Bearer", expires_in: 300 });
    const nonce = await wallet.nonce();
    const proof = await keyProof({ audience: issuer, nonce, iat: seconds() });
    const [first = ""] = offer.credential_configuration_ids;
    const answer = await wallet.credential(token.json["access_token"], {
      credential_configuration_id: first,
      proofs: { jwt: [proof] },
    });
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    expect(answer.text).to.equal(`{"credentials":[{"credential":${text}}]}`);
    const [{ credential }] = answer.json["credentials"] as [{ credential: JsonObject }];
    expect(await verifiesElsewhere(credential)).to.equal(true);
  });

  /** Digital Bazaar's software, with the academy's own DID document. */
  const verifiesElsewhere = async (credential: JsonObject): Promise<boolean> => {
    const didDocument = parseJson(
      (await office.issuing.local(`${office.origin}/academies/northgate/did.json`))!,
    );
    const stock = await stockVerifier(didDocument, office.clock.now());
    return stock.verifies(credential);
  };

  it("gives it as a token too, each format once for one access token", async () => {
    const token = await aToken();
    const answer = await wallet.credential(token, { credential_configuration_id: jwt });
    const [{ credential }] = answer.json["credentials"] as [{ credential: string }];
    const key = await ask(String(decodeProtectedHeader(credential).kid));
    const { payload } = await jwtVerify(credential, await importJWK(key.json, "RS256"), {
      currentDate: new Date(office.clock.now()),
    });
    expect(payload.jti).to.equal(`${office.origin}/certificates/${id}`);
    const again = await wallet.credential(token, { credential_configuration_id: jwt });
    expect([again.status, again.json]).to.deep.equal([400, { error: "credential_request_denied" }]);
    const both = await Promise.all(Array.from({ length: 5 }, () => wallet.credential(token, request())));
    expect(both.filter(({ status }) => status === 200)).to.have.length(1);
    expect((await wallet.credential(token, request())).status).to.equal(401);
  });

  it("shows the holder a QR code and a link with the same offer, and the transaction code behind a click", async () => {
    const { html } = await offerPage();
    const [svg = ""] = /<svg role="img"[\s\S]*?<\/svg>/.exec(html) ?? [];
    const image = new Resvg(svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'), {
      fitTo: { mode: "width", value: 600 },
    }).render();
    const scanned = jsQr.default(new Uint8ClampedArray(image.pixels), image.width, image.height)?.data ?? "";
    expect(scanned).to.match(/^openid-credential-offer:\/\/\?credential_offer_uri=/);
    const { link, txCode } = shownOffer(html);
    expect((await readOffer(scanned)).offer).to.deep.equal((await readOffer(link)).offer);
    expect(html.indexOf("<details>"))
      .to.be.greaterThan(0)
      .and.lessThan(html.indexOf(`>${txCode}<`));
    expect(scanned + link).to.not.include(txCode);
    expect(html).to.include(new Date(office.clock.now() + 10 * minute).toISOString().slice(11, 16));
  });

  it("describes itself as the specification asks", () => {
    expect(wallet.metadata.headers.get("content-type")).to.include("application/json");
    expect(wallet.metadata.json["credential_issuer"]).to.equal(issuer);
    expect(wallet.server.json).to.deep.include({
      issuer,
      grant_types_supported: ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
      "pre-authorized_grant_anonymous_access_supported": true,
    });
    expect(wallet.configurations[ldp]).to.deep.include({ format: "ldp_vc" });
    expect(wallet.configurations[ldp]!["credential_definition"]).to.deep.equal({
      "@context": (JSON.parse(text) as JsonObject)["@context"],
      type: (JSON.parse(text) as JsonObject)["type"],
    });
    expect(wallet.configurations[jwt]).to.deep.include({ format: "jwt_vc_json" });
    expect(JSON.stringify(wallet.configurations[ldp]))
      .to.include("Induction Certificate")
      .and.include("draft");
    for (const configuration of Object.values(wallet.configurations))
      expect(configuration).to.not.have.any.keys(
        "proof_types_supported",
        "cryptographic_binding_methods_supported",
      );
  });

  it("knows no issuer that is no academy", async () => {
    for (const path of [
      "openid-credential-issuer/academies/none",
      "oauth-authorization-server/academies/none",
      "openid-credential-issuer",
      "something-else/academies/northgate",
    ])
      expect((await ask(`${office.origin}/.well-known/${path}`)).status, path).to.equal(404);
  });

  it("may be asked by wallets in browsers, from any origin", async () => {
    for (const path of ["token", "nonce", "credential", "offers/x"]) {
      const answer = await ask(`${office.origin}/wallet/${path}`, {
        method: "OPTIONS",
        headers: { origin: "https://wallet.example", "access-control-request-method": "POST" },
      });
      expect(answer.status, path).to.equal(204);
      expect(answer.headers.get("access-control-allow-origin")).to.equal("*");
      expect(answer.headers.get("access-control-allow-headers")).to.include("Authorization");
    }
    expect(wallet.metadata.headers.get("access-control-allow-origin")).to.equal("*");
    expect((await ask(`${office.origin}/wallet/token`)).status).to.equal(405);
  });

  describe("the token endpoint", () => {
    const invalidGrant = { error: "invalid_grant" };
    const wrongFor = (txCode: string): string => (txCode.startsWith("0") ? "1" : "0") + txCode.slice(1);

    it("takes a code once, of many who bring it at once too", async () => {
      const { code, txCode } = await anOffer();
      const tries = await Promise.all(Array.from({ length: 5 }, () => wallet.token(code, txCode)));
      expect(tries.filter(({ status }) => status === 200)).to.have.length(1);
      const again = await wallet.token(code, txCode);
      expect([again.status, again.json]).to.deep.equal([400, invalidGrant]);
    });

    it("bears five wrong transaction codes, also all at once; a slip of the pen is none", async () => {
      const { code, txCode } = await anOffer();
      for (const slip of ["", "12345", `${txCode}0`, "abcdef", "x".repeat(10_000)])
        expect((await wallet.token(code, slip)).json).to.deep.equal(invalidGrant);
      for (let tries = 0; tries < 4; tries += 1)
        expect((await wallet.token(code, wrongFor(txCode))).json).to.deep.equal(invalidGrant);
      expect((await wallet.token(code, txCode)).status).to.equal(200);

      const other = await anOffer();
      await Promise.all(Array.from({ length: 20 }, () => wallet.token(other.code, wrongFor(other.txCode))));
      expect((await wallet.token(other.code, other.txCode)).json).to.deep.equal(invalidGrant);
    });

    it("takes a code for ten minutes, and until the next offer", async () => {
      const late = await anOffer();
      office.clock.advance(10 * minute);
      expect((await wallet.token(late.code, late.txCode)).json).to.deep.equal(invalidGrant);
      const [first, second] = [await anOffer(), await anOffer()];
      expect((await wallet.token(first.code, first.txCode)).json).to.deep.equal(invalidGrant);
      expect((await ask(`${office.origin}/wallet/offers/${first.code}`)).json).to.include({
        code: "wallet_offer_unknown",
      });
      expect((await wallet.token(second.code, second.txCode)).status).to.equal(200);
    });

    it("says what is missing or unknown as OAuth does", async () => {
      const { code, txCode } = await anOffer();
      const grantType = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
      for (const [fields, error] of [
        [{}, "invalid_request"],
        [{ grant_type: "authorization_code", code }, "unsupported_grant_type"],
        [{ grant_type: grantType, tx_code: txCode }, "invalid_request"],
        [{ grant_type: grantType, "pre-authorized_code": code }, "invalid_request"],
        [{ grant_type: grantType, "pre-authorized_code": "x", tx_code: txCode }, "invalid_grant"],
      ] as const) {
        const answer = await wallet.form(fields);
        expect([answer.status, answer.json], error).to.deep.equal([400, { error }]);
        expect(answer.headers.get("cache-control")).to.equal("no-store");
      }
    });

    it("grants what authorization_details ask for, and has that named by its identifier then", async () => {
      const { code, txCode } = await anOffer();
      const details = (configuration: string): Record<string, string> => ({
        authorization_details: JSON.stringify([
          { type: "openid_credential", credential_configuration_id: configuration },
        ]),
      });
      for (const malformed of [details("other_ldp_vc"), { authorization_details: "{}" }]) {
        const refused = await wallet.token(code, txCode, malformed);
        expect(refused.json).to.deep.equal({ error: "invalid_authorization_details" });
      }
      const granted = await wallet.token(code, txCode, details(ldp));
      const [detail] = granted.json["authorization_details"] as [{ credential_identifiers: string[] }];
      expect(detail).to.include({ type: "openid_credential", credential_configuration_id: ldp });
      const token = granted.json["access_token"];
      const [identifier] = detail.credential_identifiers;
      expect((await wallet.credential(token, request())).json["error"]).to.equal(
        "invalid_credential_request",
      );
      expect((await wallet.credential(token, { credential_identifier: "x" })).json["error"]).to.equal(
        "unknown_credential_identifier",
      );
      expect((await wallet.credential(token, { credential_identifier: jwt })).json["error"]).to.equal(
        "credential_request_denied",
      );
      expect((await wallet.credential(token, { credential_identifier: identifier })).status).to.equal(200);
    });
  });

  describe("the credential endpoint", () => {
    it("wants an access token, for five minutes", async () => {
      const without = await ask(`${office.origin}/wallet/credential`, { method: "POST" });
      expect([without.status, without.headers.get("www-authenticate")]).to.deep.equal([401, "Bearer"]);
      const wrong = await wallet.credential("x".repeat(43), request());
      expect([wrong.status, wrong.headers.get("www-authenticate")]).to.deep.equal([
        401,
        'Bearer error="invalid_token"',
      ]);
      const token = await aToken();
      office.clock.advance(5 * minute);
      expect((await wallet.credential(token, request())).status).to.equal(401);
    });

    it("refuses requests by the specification's codes, and the token stays good", async () => {
      const token = await aToken();
      for (const [body, error] of [
        ["", "invalid_credential_request"],
        ["[]", "invalid_credential_request"],
        [
          `{"credential_configuration_id":"${ldp}","credential_configuration_id":"${jwt}"}`,
          "invalid_credential_request",
        ],
        [{}, "invalid_credential_request"],
        [request({ credential_identifier: ldp }), "invalid_credential_request"],
        [{ credential_configuration_id: "certificate_ldp_vc" }, "unknown_credential_configuration"],
        [request({ credential_response_encryption: {} }), "invalid_encryption_parameters"],
        [request({ proofs: { di_vp: [{}] } }), "invalid_proof"],
        [request({ proofs: { jwt: [] } }), "invalid_proof"],
        [request({ proofs: { jwt: ["x"] } }), "invalid_proof"],
      ] as const) {
        const answer = await wallet.credential(token, body);
        expect([answer.status, answer.json], JSON.stringify(body)).to.deep.equal([400, { error }]);
      }
      expect((await wallet.credential(token, request())).status).to.equal(200);
    });

    it("takes a key proof with the key itself, a did:jwk or a did:key", async () => {
      const [curve, edwards] = [p256(), ed25519()];
      const jwk = await exportJWK(curve.publicKey);
      const didJwk = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`;
      const point = Buffer.concat([
        Uint8Array.of(0x80, 0x24, (Buffer.from(jwk.y!, "base64url")[31]! & 1) + 2),
        Buffer.from(jwk.x!, "base64url"),
      ]);
      const x = Buffer.from((await exportJWK(edwards.publicKey)).x!, "base64url");
      const didKey = `did:key:z${base58.encode(Buffer.concat([Uint8Array.of(0xed, 0x01), x]))}`;
      for (const [name, parts] of Object.entries({
        jwk: { keys: edwards, alg: "EdDSA" },
        "did:jwk": { keys: curve, header: { kid: `${didJwk}#0` } },
        "did:key P-256": { keys: curve, header: { kid: `did:key:z${base58.encode(point)}#k` } },
        "did:key Ed25519": { keys: edwards, alg: "EdDSA", header: { kid: `${didKey}#k` } },
      })) {
        const nonce = await wallet.nonce();
        const proof = await keyProof({ audience: issuer, nonce, iat: seconds(), ...parts });
        const answer = await wallet.credential(await aToken(), request({ proofs: { jwt: [proof] } }));
        expect(answer.status, `${name}: ${answer.text.slice(0, 80)}`).to.equal(200);
      }
    });

    it("refuses a key proof for someone else, of another time, type or key, or without a nonce", async () => {
      const [keys, others] = [p256(), p256()];
      const own = await exportJWK(keys.publicKey);
      const token = await aToken();
      const good = async (): Promise<ProofParts> => {
        return { audience: issuer, nonce: await wallet.nonce(), iat: seconds(), keys };
      };
      const faulty: Record<string, ProofParts> = {
        audience: { ...(await good()), audience: office.origin },
        early: { ...(await good()), iat: seconds() + 301 },
        late: { ...(await good()), iat: seconds() - 601 },
        type: { ...(await good()), typ: "JWT" },
        "another key": { ...(await good()), keys: others, header: { jwk: own } },
        "a private key": { ...(await good()), header: { jwk: await exportJWK(keys.privateKey) } },
        "no key": { ...(await good()), header: {} },
        "two keys": { ...(await good()), header: { jwk: own, kid: "did:key:z6Mk" } },
        "an unknown DID": { ...(await good()), header: { kid: "did:web:wallet.example#1" } },
        "no nonce": { audience: issuer, iat: seconds(), keys },
      };
      for (const [name, parts] of Object.entries(faulty)) {
        const answer = await wallet.credential(token, request({ proofs: { jwt: [await keyProof(parts)] } }));
        expect([answer.status, answer.json], name).to.deep.equal([400, { error: "invalid_proof" }]);
      }
      const held = await keyProof(await good());
      expect((await wallet.credential(token, request({ proofs: { jwt: [held] } }))).status).to.equal(200);
    });

    it("takes a nonce of its own once, for five minutes", async () => {
      const token = await aToken();
      const proofWith = async (nonce: string): Promise<object> =>
        request({ proofs: { jwt: [await keyProof({ audience: issuer, nonce, iat: seconds() })] } });
      const invalidNonce = [400, { error: "invalid_nonce" }];
      const mine = await wallet.nonce();
      const forged = mine.replace(/^./, (sign) => (sign === "A" ? "B" : "A"));
      for (const nonce of ["", "a.b.c", "x".repeat(300), forged]) {
        const { status, json } = await wallet.credential(token, await proofWith(nonce));
        expect([status, json], nonce).to.deep.equal(invalidNonce);
      }
      const late = await wallet.nonce();
      office.clock.advance(4 * minute);
      const used = await wallet.nonce();
      const first = await wallet.credential(token, await proofWith(used));
      expect(first.status).to.equal(200);
      const again = await wallet.credential(token, {
        ...(await proofWith(used)),
        credential_configuration_id: jwt,
      });
      expect([again.status, again.json]).to.deep.equal(invalidNonce);
      const fresh = await aToken();
      office.clock.advance(minute);
      const old = await wallet.credential(fresh, await proofWith(late));
      expect([old.status, old.json]).to.deep.equal(invalidNonce);
    });

    it("hands nothing over once the certificate is out of force", async () => {
      const other = await aCertificate(office, "suspended");
      const next = shownOffer((await offerPage(other.ownerId, other.id)).html);
      const { code } = await readOffer(next.link);
      const token = (await wallet.token(code, next.txCode)).json["access_token"];
      const open = shownOffer((await offerPage(other.ownerId, other.id)).html);
      await office.certificates.suspend(office.tenant, other.id, { reason: "appeal", decidedBy: "Registry" });
      const answer = await wallet.credential(token, request());
      expect([answer.status, answer.json]).to.deep.equal([400, { error: "credential_request_denied" }]);
      const late = await wallet.token((await readOffer(open.link)).code, open.txCode);
      expect(late.json).to.deep.equal({ error: "invalid_grant" });
      expect((await offerPage(other.ownerId, other.id)).status).to.equal(409);
    });
  });

  it("is offered to the certificate's holder alone, by their own page's form", async () => {
    const other = await aCertificate(office, "someone else");
    expect((await offerPage(other.ownerId)).status).to.equal(404);
    expect((await offerPage(ownerId, office.newId())).status).to.equal(404);
    expect((await offerPage(ownerId, id, "instructor")).status).to.equal(403);
    const browser = new HttpBrowser();
    const entered = await browser.get(`${office.origin}/enter/trainee/${ownerId}?certificate=${id}`);
    const base = /\/visits\/[\w-]+/.exec(entered.url)![0];
    const page = await browser.get(`${office.origin}${base}/certificates/${id}/wallet`);
    expect((await browser.submit(page, page.forms[0]!, { token: "x" })).status).to.equal(403);
  });

  it("keeps hashes only, and nothing of the wallet's key", async () => {
    const { code, txCode } = await anOffer();
    const offer = await office.storage.wallet.offerByCode(digest(code));
    expect(JSON.stringify(offer)).to.not.include(code).and.not.include(`"${txCode}"`);
    const granted = await wallet.token(code, txCode);
    const token = granted.json["access_token"] as string;
    const keys = p256();
    const proof = await keyProof({ audience: issuer, nonce: await wallet.nonce(), iat: seconds(), keys });
    expect((await wallet.credential(token, request({ proofs: { jwt: [proof] } }))).status).to.equal(200);
    const kept = JSON.stringify(await office.storage.wallet.token(digest(token)));
    expect(kept)
      .to.not.include(token)
      .and.not.include((await exportJWK(keys.publicKey)).x);
    expect(kept).to.not.include(ownerId);
  });
});
