import { readFileSync } from "node:fs";
import { Ajv2019 } from "ajv/dist/2019.js";
import { expect } from "chai";
import fc from "fast-check";
import {
  assertionKeys,
  contexts,
  parseJson,
  verifyProofs,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import { stockVerifier } from "../../kit/stock-vc.js";
import { mutationsOf } from "../../standards/vc/mutations.js";
import {
  anInstallation,
  board,
  didOf,
  issuerDid,
  query,
  subject,
  terms,
  withBelmora,
  type Installation,
} from "./an-installation.js";

const schema = JSON.parse(
  readFileSync(
    new URL("../../fixtures/open-badges/achievement-credential.schema.json", import.meta.url),
    "utf8",
  ),
) as { readonly $id: string };
const suites = { rdfc: "eddsa-rdfc-2022", jcs: "eddsa-jcs-2022" } as const;

describe("a signed recognition", () => {
  let here: Installation;
  let text: string;
  let credential: JsonObject & { readonly proof: readonly JsonObject[] };
  let did: string;
  let didDocument: JsonObject;
  before(async () => {
    here = await anInstallation();
    await withBelmora(here);
    await here.recognition.grant(board, subject, terms);
    const [answer] = await here.recognition.about(query("2027-03-14T10:00:00Z"));
    text = answer!.credential!.text;
    credential = JSON.parse(text) as typeof credential;
    did = didOf(here, "belmora");
    didDocument = parseJson((await here.issuing.local(`${here.origin}/authorities/belmora/did.json`))!);
  });
  after(() => here.close());

  it("validates against the Open Badges schema of endorsements, and its mandate does", async () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema(schema);
    const validate = ajv.compile({ $ref: `${schema.$id}#/$defs/EndorsementCredential` });
    const authorities = await here.recognition.authorities();
    const [mandate] = authorities.find(({ slug }) => slug === "belmora")!.mandates;
    for (const one of [credential, JSON.parse(mandate!.text) as JsonObject])
      expect(validate(one), JSON.stringify(validate.errors)).to.equal(true);
    // The schema can refuse.
    expect(validate({ ...credential, credentialSubject: { id: "x", type: [] } })).to.equal(false);
    expect(validate({ ...credential, proof: credential.proof[0] })).to.equal(false);
  });
  it("says of one achievement version as what it counts, in terms of its own and in words", () => {
    expect(credential["@context"]).to.deep.equal([
      contexts.credentialsV2,
      contexts.openBadges,
      contexts.policeRecognition,
    ]);
    expect(credential.type).to.deep.equal([
      "VerifiableCredential",
      "EndorsementCredential",
      "PoliceRecognitionCredential",
    ]);
    const { endorsementComment, ...said } = credential.credentialSubject as Record<string, string>;
    const { recognisedAs, localLevel, equivalence, compensationMeasure, legalBasis } = terms;
    const plain = { recognisedAs, localLevel, equivalence, compensationMeasure, legalBasis };
    expect(said).to.deep.equal({
      ...{ ...plain, id: subject.achievementId, type: ["EndorsementSubject"], recognisedIssuer: issuerDid },
      ...{ recognisedAchievement: subject.achievementId, jurisdiction: "XB", jurisdictionName: "Belmora" },
    });
    expect(credential).to.include({ validFrom: "2027-01-01T00:00:00Z", validUntil: "2030-01-01T00:00:00Z" });
    expect(`${credential.name as string} ${endorsementComment!}`)
      .to.include("Belmora recognises “Induction” in part as “Belmoran Certificate in Policing Ethics”")
      .and.include("Belmoran Level 4")
      .and.include("On condition: an interview on the Belmoran Police Act")
      .and.include("from 1 January 2027 until 1 January 2030");
  });
  it("verifies with the stock verifier by each proof alone and by both, and changed by none", async () => {
    const stock = await stockVerifier(didDocument, here.clock.now());
    expect(await stock.verifies(credential)).to.equal(true);
    for (const suite of ["rdfc", "jcs"] as const) {
      const proof = credential.proof.find(({ cryptosuite }) => cryptosuite === suites[suite])!;
      expect(await stock.verifies({ ...credential, proof }, [suite]), suite).to.equal(true);
      const subjectNow = { ...(credential.credentialSubject as JsonObject), equivalence: "full" };
      const changed = { ...credential, proof, credentialSubject: subjectNow };
      expect(await stock.verifies(changed, [suite]), `${suite}, changed`).to.equal(false);
    }
  });
  it("is not verified when any field of it or of its proofs is changed, dropped, doubled or moved", async () => {
    const keys = assertionKeys(didDocument, did);
    await fc.assert(
      fc.asyncProperty(mutationsOf(credential), async ({ document }) => {
        const verdicts = await verifyProofs(document, (method) => Promise.resolve(keys.get(method))).catch(
          () => [],
        );
        const valid = verdicts
          .filter(({ verdict }) => verdict === "valid")
          .map(({ cryptosuite }) => cryptosuite);
        expect(verdicts.length === 2 && valid.includes(suites.rdfc) && valid.includes(suites.jcs)).to.equal(
          false,
        );
      }),
      { numRuns: 150 },
    );
  });
  it("that was changed in an authority's own list is told as unknown, never as yes", async () => {
    const arvenia = await anInstallation({ clock: here.clock });
    arvenia.roots.push(didOf(here, "council"));
    const partner = { url: here.origin, jurisdictionId: "XB", jurisdictionName: "Belmora" };
    await arvenia.recognition.addPartner(partner);
    const owner = (await here.recognition.authorities()).find(({ slug }) => slug === "belmora")!;
    await fc.assert(
      fc.asyncProperty(mutationsOf(credential), async ({ document }) => {
        here.clock.advance(1000);
        const list = JSON.parse(await (await fetch(`${here.origin}/recognitions.json`)).text()) as {
          lists: (JsonObject & { decisions: JsonObject[] })[];
        };
        const signed = Object.fromEntries<Json>(
          Object.entries(list.lists[0]!).filter(([name]) => name !== "proof"),
        );
        const validFrom = new Date(here.clock.now()).toISOString().replace(/\.\d+Z/, "Z");
        const decisions = list.lists[0]!.decisions.map((one) => ({
          ...one,
          credential: JSON.stringify(document),
        }));
        const resealed = await here.issuing.sealManifest(owner, { ...signed, validFrom, decisions });
        arvenia.wire.fetched = (url, given) =>
          url.endsWith("/recognitions.json") ? JSON.stringify({ lists: [resealed] }) : given;
        const [pulled] = await arvenia.recognition.pull();
        expect(pulled?.failure).to.equal(undefined);
        const [answer] = await arvenia.recognition.about(query("2027-03-14T10:00:00Z"));
        expect(answer?.answer).to.not.equal("yes");
      }),
      { numRuns: 25 },
    );
    await arvenia.close();
  });
});
