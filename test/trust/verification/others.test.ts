import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import { exportJWK, SignJWT, type JWK } from "jose";
import type { JsonObject } from "../../../src/standards/vc/index.js";
import { secure } from "../../../src/standards/vc/index.js";
import { aCertificate, aDidKey, aStranger, today, type Stranger } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

describe("a certificate that other software made", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  before(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
  });
  after(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });

  it("with one signature is verified by that one, and says so", async () => {
    const { did, key } = aDidKey();
    const signed = (await secure(aCertificate(did), key, today)) as JsonObject & { proof: JsonObject[] };
    for (const proof of signed.proof) {
      for (const written of [proof, [proof]]) {
        const page = await door.ofText(JSON.stringify({ ...signed, proof: written }));
        expect(inShort(page)).to.include({ unaltered: "yes oneMatches", issuer: "unknown notListed" });
        expect(page.answers.unaltered?.words).to.contain(
          `Its one signature (${proof.cryptosuite as string})`,
        );
      }
    }
  });

  it("that pins its evidence, as ours do, is not passed with one of its two signatures", async () => {
    const signed = JSON.parse(await stranger.certificate()) as { proof: JsonObject[] };
    for (const proof of signed.proof) {
      const page = await door.ofText(JSON.stringify({ ...signed, proof: [proof] }));
      expect(inShort(page).unaltered).to.equal("unknown signatureMissing");
    }
  });

  describe("as a signed token", () => {
    let privateKey: KeyObject;
    let jwk: JWK;
    before(async () => {
      const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
      privateKey = pair.privateKey;
      jwk = await exportJWK(pair.publicKey);
      stranger.json("/far/keys/1", { ...jwk });
      stranger.json("/near/keys/1", { ...jwk });
    });
    const kid = (): string => `${stranger.origin}/far/keys/1`;
    const token = (
      header: { alg?: string; kid?: string; jwk?: JWK },
      more: JsonObject = {},
      claims: JsonObject = {},
    ): Promise<string> => {
      const document = aCertificate(stranger.did, { credentialStatus: stranger.entry("5"), ...more });
      const { id = "", validFrom = "", validUntil = "" } = document as Record<string, string>;
      const payload = {
        ...document,
        ...{
          iss: stranger.did,
          jti: id,
          nbf: Date.parse(validFrom) / 1000,
          exp: Date.parse(validUntil) / 1000,
        },
        sub: (document.credentialSubject as JsonObject).id,
        ...claims,
      };
      return new SignJWT(payload as Record<string, unknown>)
        .setProtectedHeader({ alg: "RS256", typ: "JWT", ...header })
        .sign(privateKey);
    };
    const unaltered = async (text: string) => inShort(await door.ofText(text)).unaltered;

    it("is verified by the key that stands beside the issuer's DID document", async () => {
      const page = await door.ofText(await token({ kid: kid() }));
      expect(inShort(page)).to.include({
        unaltered: "yes tokenMatches",
        dates: "yes daysLeft",
        standing: "yes clear",
      });
      expect(page.answers.unaltered?.words).to.contain("(RS256)");
      expect(inShort(await door.ofFile(await token({ kid: kid() }), "c.jwt")).unaltered).to.equal(
        "yes tokenMatches",
      );
    });

    it("is not believed by a key that it brings itself, or that lies elsewhere", async () => {
      expect(await unaltered(await token({ jwk }))).to.equal("unknown keyNotBound");
      expect(await unaltered(await token({ kid: `${stranger.origin}/near/keys/1` }))).to.equal(
        "unknown keyNotBound",
      );
      expect(await unaltered(await token({ kid: `${stranger.origin}/far/../near/keys/1` }))).to.not.contain(
        "yes",
      );
      expect(await unaltered(await token({ kid: `${aDidKey().did}#x` }))).to.equal("unknown keyNotBound");
    });

    it("is found out when anything of it was changed, or when it contradicts itself", async () => {
      const good = await token({ kid: kid() });
      const [head = "", body = "", signature = ""] = good.split(".");
      const changed = Buffer.from(body, "base64url")
        .toString()
        .replace("Custody officers", "Chief inspectors");
      const page = await door.ofText(`${head}.${Buffer.from(changed).toString("base64url")}.${signature}`);
      expect(inShort(page).unaltered).to.equal("no signatureWrong");
      expect(page.html).not.to.contain("Chief inspectors");
      for (const claims of [
        { iss: "did:web:x.example" },
        { jti: "urn:x" },
        { exp: 1 },
        { nbf: 1 },
        { sub: "x" },
      ]) {
        expect(await unaltered(await token({ kid: kid() }, {}, claims))).to.equal("no claimsDiffer");
      }
      const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${body}.AA`;
      expect(await unaltered(none)).to.equal("unknown suiteUnknown");
      const hmac = `${Buffer.from(JSON.stringify({ alg: "HS256", kid: kid() })).toString("base64url")}.${body}.AA`;
      expect(await unaltered(hmac)).to.equal("unknown suiteUnknown");
    });
  });
});
