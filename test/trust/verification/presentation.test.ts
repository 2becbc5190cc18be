import { expect } from "chai";
import { secure, type JsonObject } from "../../../src/standards/vc/index.js";
import { createChallenges } from "../../../src/trust/verification/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aHolder } from "./a-holder.js";
import { aCertificate, aDidKey, aStranger, today } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

const domain = "https://verifier.example";

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
    const lent = holder.present(certificate, { challenge: await challenge(), domain }, { holder: other.did });
    expect(await holderOf(lent)).to.equal("no presentedByOther");
    const twice = JSON.parse(holder.present(certificate, { challenge: await challenge(), domain })) as {
      proof: JsonObject;
    };
    const doubled = JSON.stringify({ ...twice, proof: [twice.proof, twice.proof] });
    expect(await holderOf(doubled)).to.equal("unknown presentedUnsigned");
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

  it("is theirs by a key that their DID has for showing who they are, and has not ended", async () => {
    const elsewhere = await aStranger();
    try {
      const own = aHolder(`did:web:127.0.0.1%3A${elsewhere.port}:holder`);
      const { did, key } = aDidKey();
      const { credentialSubject, ...rest } = aCertificate(did);
      const subject = { ...(credentialSubject as JsonObject), id: own.did };
      const theirs = await secure({ ...rest, credentialSubject: subject }, key, today);
      const answerFor = async (method: JsonObject, purpose: JsonObject): Promise<string | undefined> => {
        const verificationMethod = [{ ...own.method, ...method }];
        elsewhere.json("/holder/did.json", { id: own.did, verificationMethod, ...purpose });
        return holderOf(own.present(theirs, { challenge: await challenge(), domain }));
      };
      const names = [own.method.id];
      const shows = { authentication: names };
      expect(await answerFor({}, shows)).to.equal("yes presented");
      expect(await answerFor({}, { assertionMethod: names })).to.equal("no presenterKey");
      for (const end of [{ revoked: "2026-11-20T00:00:00Z" }, { expires: "2027-11-20T00:00:00Z" }]) {
        expect(await answerFor(end, shows), JSON.stringify(end)).to.equal("no presenterKey");
      }
      expect(await answerFor({}, shows)).to.equal("yes presented");
    } finally {
      await elsewhere.close();
    }
  });
});
