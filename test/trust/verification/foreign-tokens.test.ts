import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { exportJWK, SignJWT } from "jose";
import { contexts, foreignContexts, type JsonObject } from "../../../src/standards/vc/index.js";
import { toBase58 } from "../../../src/standards/vc/base.js";
import { aForeignKey, selfNamed } from "../../kit/foreign-software.js";
import { aCertificate, aStranger, type Stranger } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

describe("a signed token of another issuer's software", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  before(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
  });
  after(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });
  const shown = (token: string) => door.ofText(token);
  const unaltered = async (token: string) => inShort(await shown(token)).unaltered;
  const keys = { p256: aForeignKey("P-256") };
  const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const tokenOf = async (issuer: string, kid: string, more: JsonObject = {}, alg = "ES256") => {
    const document = aCertificate(issuer);
    return new SignJWT({
      ...document,
      iss: issuer,
      jti: "urn:uuid:6f0f3c4e-5a07-4a0b-9b06-0f8a2f3c9a01",
      ...more,
    })
      .setProtectedHeader({ alg, typ: "JWT", kid })
      .sign(p256.privateKey);
  };

  it("is verified by ES256 with a key in the issuer's own name", async () => {
    const jwk = await exportJWK(p256.publicKey);
    const own = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`;
    expect(await unaltered(await tokenOf(own, `${own}#0`))).to.equal("yes tokenMatches");
    expect(await unaltered(await tokenOf(selfNamed(keys.p256).did, selfNamed(keys.p256).method))).to.equal(
      "no signatureWrong",
    );
    const { did } = stranger;
    stranger.json("/far/did.json", {
      id: did,
      verificationMethod: [
        { id: "#es", type: "JsonWebKey", controller: did, publicKeyJwk: jwk as JsonObject },
      ],
      assertionMethod: ["#es"],
    });
    expect(await unaltered(await tokenOf(did, `${did}#es`))).to.equal("yes tokenMatches");
    stranger.json("/far/did.json", {
      id: did,
      verificationMethod: [
        {
          id: "#es",
          type: "JsonWebKey",
          controller: did,
          publicKeyJwk: jwk as JsonObject,
          expires: "2020-01-01T00:00:00Z",
        },
      ],
      assertionMethod: ["#es"],
    });
    expect(await unaltered(await tokenOf(did, `${did}#es`))).to.match(/^unknown/);
  });

  it("is not known by a key that is no point of its curve", async () => {
    const noPoint = Uint8Array.of(0x80, 0x24, 2, ...new Uint8Array(32).fill(0xff));
    const name = toBase58(noPoint);
    const own = `did:key:${name}`;
    expect(await unaltered(await tokenOf(own, `${own}#${name}`))).to.match(/^(unknown|no) /);
  });

  it("is verified by a key set at its issuer's own address, and by none elsewhere", async () => {
    const jwk = await exportJWK(p256.publicKey);
    const kid = `${stranger.origin}/jwks#one`;
    const other = await exportJWK(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey);
    stranger.json("/jwks", {
      keys: [
        { ...(other as JsonObject), kid: `${stranger.origin}/jwks#two` },
        { ...(jwk as JsonObject), kid },
      ],
    });
    const issuer = `${stranger.origin}/issuer`;
    expect(await unaltered(await tokenOf(issuer, kid))).to.equal("yes tokenMatches");
    expect(await unaltered(await tokenOf("https://elsewhere.example/issuer", kid))).to.equal(
      "unknown keyNotBound",
    );
  });

  it("of the data model 1.1 says its issuer and dates in its claims alone", async () => {
    const jwk = await exportJWK(p256.publicKey);
    const own = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`;
    const said = ["issuer", "id", "validFrom", "validUntil"];
    const inside = { ...aCertificate(own), "@context": [foreignContexts.credentialsV1, contexts.openBadges] };
    const vc = Object.fromEntries(Object.entries(inside).filter(([name]) => !said.includes(name)));
    const token = (claims: JsonObject): Promise<string> =>
      new SignJWT({
        iss: own,
        jti: "urn:uuid:6f0f3c4e-5a07-4a0b-9b06-0f8a2f3c9a01",
        ...claims,
        vc,
      })
        .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: `${own}#0` })
        .sign(p256.privateKey);
    const seconds = (day: string): number => Date.parse(day) / 1000;
    const sound = await shown(await token({ nbf: seconds("2026-03-14"), exp: seconds("2028-03-14") }));
    expect(inShort(sound)).to.include({ unaltered: "yes tokenMatches", dates: "yes daysLeft" });
    const over = await shown(await token({ nbf: seconds("2026-03-14"), exp: seconds("2026-05-14") }));
    expect(inShort(over)).to.include({ unaltered: "yes tokenMatches", dates: "no expired" });
    const odd = await shown(await token({ exp: 1e300 }));
    expect(inShort(odd).dates).to.not.match(/^yes/);
  });
});
