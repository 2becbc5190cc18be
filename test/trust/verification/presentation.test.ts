import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { expect } from "chai";
import {
  canonicalJson,
  contexts,
  ed25519,
  secure,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import { createChallenges } from "../../../src/trust/verification/index.js";
import { createHash } from "node:crypto";
import { fixedAt } from "../../kit/clock.js";
import { aCertificate, aDidKey, today } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

const domain = "https://verifier.example";
const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function base58(bytes: Uint8Array): string {
  let [number, text] = [BigInt(`0x${Buffer.from(bytes).toString("hex")}`), ""];
  for (; number > 0n; number /= 58n) text = alphabet[Number(number % 58n)]! + text;
  return `z${text}`;
}

/** A holder with a wallet, who signs what the standard says (vc-di-eddsa §3.3), by hand. */
function aHolder() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwk = { ...privateKey.export({ format: "jwk" }) } as Record<string, unknown>;
  const multikey = ed25519.publicKeyToMultikey(ed25519.publicKeyOfJwk(jwk));
  const did = `did:key:${multikey}`;
  const sha = (value: Json): Buffer => createHash("sha256").update(canonicalJson(value)).digest();
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return {
    did,
    present: (certificate: JsonObject, made: JsonObject, more: JsonObject = {}): string => {
      const document: JsonObject = {
        "@context": [contexts.credentialsV2],
        type: ["VerifiablePresentation"],
        holder: did,
        verifiableCredential: [certificate],
        ...more,
      };
      const options: JsonObject = {
        ...{ type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022", proofPurpose: "authentication" },
        ...{ created: "2026-11-21T12:00:00Z", verificationMethod: `${did}#${multikey}` },
        "@context": [contexts.credentialsV2],
        ...made,
      };
      const value = base58(sign(null, Buffer.concat([sha(options), sha(document)]), key));
      return JSON.stringify({ ...document, proof: { ...options, proofValue: value } });
    },
  };
}

describe("a certificate that its holder presents", () => {
  const clock = fixedAt("2026-11-21T12:00:00Z");
  const holder = aHolder();
  let door: FrontDoor;
  let certificate: JsonObject;
  before(async () => {
    const taken = new Set<string>();
    const takeOnce = (name: string): Promise<boolean> => {
      const isNew = !taken.has(name);
      taken.add(name);
      return Promise.resolve(isNew);
    };
    const challenges = createChallenges({ origin: domain, key: Buffer.alloc(32, 3), takeOnce, clock });
    door = await aVerifier({ clock, challenges });
    const { did, key } = aDidKey();
    const { credentialSubject, ...rest } = aCertificate(did);
    const subject = { ...(credentialSubject as JsonObject), id: holder.did };
    certificate = await secure({ ...rest, credentialSubject: subject }, key, today);
  });
  after(() => door.close());
  const challenge = async (): Promise<string> => {
    const response = await fetch(`${door.base}/verify/challenges`, { method: "POST" });
    expect(response.status).to.equal(201);
    const made = (await response.json()) as { challenge: string; domain: string };
    expect(made.domain).to.equal(domain);
    return made.challenge;
  };
  const holderOf = async (text: string) => inShort(await door.ofText(text)).holder;

  it("is shown to be theirs, once: the same presentation again is a replayed one", async () => {
    const text = holder.present(certificate, { challenge: await challenge(), domain });
    const page = await door.ofText(text);
    expect(inShort(page)).to.include({ unaltered: "yes bothMatch", holder: "yes presented" });
    expect(await holderOf(text)).to.equal("no replayed");
  });

  it("counts for the challenge that was made here, for ten minutes, and for this verifier", async () => {
    const late = holder.present(certificate, { challenge: await challenge(), domain });
    clock.advance(600_000);
    expect(await holderOf(late)).to.equal("unknown challengeUnknown");
    const mine = await challenge();
    const forged = `${mine.slice(0, -3)}AAA`;
    expect(await holderOf(holder.present(certificate, { challenge: forged, domain }))).to.equal(
      "unknown challengeUnknown",
    );
    expect(
      await holderOf(holder.present(certificate, { challenge: mine, domain: "https://other.example" })),
    ).to.equal("no presentedElsewhere");
    expect(await holderOf(holder.present(certificate, { challenge: mine, domain }))).to.equal(
      "yes presented",
    );
  });

  it("is not theirs when somebody else presents it, or the presentation was changed", async () => {
    const other = aHolder();
    expect(await holderOf(other.present(certificate, { challenge: await challenge(), domain }))).to.equal(
      "no presentedByOther",
    );
    const text = holder.present(certificate, { challenge: await challenge(), domain });
    const fresh = await challenge();
    const changed = JSON.parse(text) as { proof: JsonObject };
    const renewed = JSON.stringify({ ...changed, proof: { ...changed.proof, challenge: fresh } });
    expect(await holderOf(renewed)).to.equal("no presentedWrong");
    expect(await holderOf(JSON.stringify({ ...changed, proof: [] }))).to.equal("unknown presentedUnsigned");
    const purpose = holder.present(certificate, {
      ...{ challenge: await challenge(), domain, proofPurpose: "assertionMethod" },
    });
    expect(await holderOf(purpose)).to.equal("no presentedWrong");
  });

  it("has the certificate's own answers, which a presentation does not better", async () => {
    const altered = { ...certificate, name: "Chief inspectors" };
    const page = await door.ofText(holder.present(altered, { challenge: await challenge(), domain }));
    expect(inShort(page)).to.include({ unaltered: "no signatureWrong", holder: "unknown altered" });
  });
});
