import { expect } from "chai";
import fc from "fast-check";
import {
  contexts,
  encodeStatusList,
  sealJson,
  secure,
  type JsonObject,
  type ProofKey,
} from "../../../src/standards/vc/index.js";
import { readTrust, VerificationError } from "../../../src/trust/verification/index.js";
import { mutationsOf, type Mutation } from "../../standards/vc/mutations.js";
import { aCertificate, aDidKey, today } from "./a-stranger.js";
import { aVerifier, type FrontDoor } from "./a-verifier.js";

const origin = "https://far.example";
const dates = { validFrom: "2026-11-21T11:00:00Z", validUntil: "2026-11-21T13:00:00Z" };

const entry = (list: string): JsonObject => ({
  ...{ id: `${list}#5`, type: "BitstringStatusListEntry", statusPurpose: "revocation" },
  ...{ statusListIndex: "5", statusListCredential: list },
});
const aList = (url: string, { did, key }: { did: string; key: ProofKey }): Promise<JsonObject> =>
  secure(
    {
      "@context": [contexts.credentialsV2],
      ...{ id: url, type: ["VerifiableCredential", "BitstringStatusListCredential"], issuer: did, ...dates },
      credentialSubject: {
        ...{ id: `${url}#list`, type: "BitstringStatusList", statusPurpose: "revocation" },
        encodedList: encodeStatusList([7]),
      },
    },
    key,
    today,
  );

describe("a certificate with its recognition, off line", function () {
  this.timeout(120_000);
  const [issuer, authority, root] = [aDidKey(), aDidKey(), aDidKey()];
  const parts: Record<string, JsonObject> = {};
  let door: FrontDoor;
  before(async () => {
    door = await aVerifier({ trust: readTrust(JSON.stringify([root.did])) });
    const achievement = `${origin}/achievements/custody`;
    const context = [contexts.credentialsV2, contexts.openBadges, contexts.policeRecognition];
    parts.certificate = await secure(
      aCertificate(issuer.did, {
        credentialStatus: entry(`${origin}/status/1`),
        evidence: [{ id: `${origin}/manifest`, type: ["Evidence"] }],
        relatedResource: [{ id: `${origin}/manifest`, digestMultibase: "uEiAAAAAA" }],
      }),
      issuer.key,
      today,
    );
    parts.recognition = await secure(
      {
        ...{
          "@context": context,
          id: `${origin}/recognitions/1`,
          issuer: { id: authority.did, type: ["Profile"] },
        },
        type: ["VerifiableCredential", "EndorsementCredential", "PoliceRecognitionCredential"],
        ...{
          name: "Recognised in part",
          validFrom: "2026-01-01T00:00:00Z",
          validUntil: "2028-01-01T00:00:00Z",
        },
        credentialSubject: {
          ...{ id: achievement, type: ["EndorsementSubject"], recognisedAchievement: achievement },
          ...{ recognisedIssuer: issuer.did, jurisdiction: "XB", recognisedAs: "Custody certificate" },
          ...{ localLevel: "2", equivalence: "partial", compensationMeasure: "a day of custody law" },
          legalBasis: "Act 7",
        },
        credentialStatus: entry(`${origin}/status/2`),
      },
      authority.key,
      today,
    );
    parts.mandate = await secure(
      {
        ...{ "@context": context, id: "urn:uuid:6f0f3c4e-5a07-4a0b-9b06-0f8a2f3c9a77", issuer: root.did },
        type: ["VerifiableCredential", "PoliceMandateCredential"],
        validFrom: "2026-01-01T00:00:00Z",
        credentialSubject: { id: authority.did, jurisdiction: "XB", mandatedTo: "recognise" },
        credentialStatus: entry(`${origin}/status/3`),
      },
      root.key,
      today,
    );
    parts.list = await aList(`${origin}/status/1`, issuer);
    parts.recognitionList = await aList(`${origin}/status/2`, authority);
    parts.mandateList = await aList(`${origin}/status/3`, root);
  });
  after(() => door.close());

  const answersOf = async (changed: Record<string, JsonObject> = {}): Promise<Record<string, string>> => {
    const now = { ...parts, ...changed };
    const document = (name: string, place: number): JsonObject => ({
      url: `${origin}/status/${place}`,
      text: JSON.stringify(now[name]),
      asOf: today,
    });
    const bundle = sealJson(
      {
        ...{
          type: "TesseraCertificateBundle",
          version: 1,
          madeAt: "2026-11-21T12:00:00Z",
          issuer: issuer.did,
        },
        certificate: { url: `${origin}/c`, text: JSON.stringify(now.certificate) },
        documents: [document("list", 1), document("recognitionList", 2), document("mandateList", 3)],
        recognitions: [
          {
            ...{ jurisdiction: "XB", name: "Belmora", answer: "yes", reason: "partial", asOf: today },
            authority: { did: authority.did, name: "Belmora Police Council" },
            credential: { url: `${origin}/recognitions/1`, text: JSON.stringify(now.recognition) },
            mandates: [JSON.stringify(now.mandate)],
          },
        ],
        keyHistory: [],
      },
      issuer.key,
      today,
    );
    try {
      const { answers } = await door.verifier.ofText(JSON.stringify(bundle), { offline: true });
      return Object.fromEntries(
        answers.map(({ question, answer, reason }) => [question, `${answer} ${reason}`]),
      );
    } catch (error) {
      if (error instanceof VerificationError) return { refused: error.code };
      throw error;
    }
  };

  it("is proven whole: by the issuer, the authority and the root that was chosen", async () => {
    expect(await answersOf()).to.include({
      unaltered: "yes bothMatch",
      dates: "yes daysLeft",
      standing: "yes clear",
      recognised: "yes partial",
    });
  });

  it("has a recognition only under a mandate of a root that was chosen, and never under its own", async () => {
    const own = { ...parts.mandate!, issuer: authority.did, proof: undefined! };
    const unsigned = Object.fromEntries(
      Object.entries(own).filter(([name]) => name !== "proof"),
    ) as JsonObject;
    const mandate = await secure(unsigned, authority.key, today);
    expect((await answersOf({ mandate })).recognised).to.equal("unknown mandate-missing");
  });

  const suffers: Readonly<Record<string, readonly string[]>> = {
    certificate: ["unaltered", "dates", "standing", "recognised"],
    list: ["standing"],
    recognition: ["recognised"],
    mandate: ["recognised"],
    recognitionList: ["recognised"],
    mandateList: ["recognised"],
  };
  for (const [part, questions] of Object.entries(suffers)) {
    it(`shows nothing as verified when anything of the ${part} is changed, dropped, doubled or moved`, async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(mutationsOf(parts[part]!), async ({ kind, document }: Mutation) => {
          seen.add(kind);
          const answers = await answersOf({ [part]: document });
          for (const question of questions) {
            expect(answers[question] ?? "refused", `${kind}: ${question}`).not.to.match(/^yes/);
          }
        }),
        { numRuns: 150 },
      );
      expect(seen.size).to.be.greaterThan(6);
    });
  }
});
