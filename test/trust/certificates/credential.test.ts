import { expect } from "chai";
import { Ajv2019 } from "ajv/dist/2019.js";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  assertionKeys,
  contexts,
  digestMultibase,
  parseJson,
  verifyProofs,
} from "../../../src/standards/vc/index.js";
import { CanarySearch } from "../../kit/canaries.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

const schema = JSON.parse(
  readFileSync(
    fileURLToPath(new URL("../../fixtures/open-badges/achievement-credential.schema.json", import.meta.url)),
    "utf8",
  ),
) as object;

/** As much of a certificate as these tests look at. */
interface Seen {
  readonly [name: string]: unknown;
  readonly credentialSubject: {
    readonly id: string;
    readonly achievement: {
      readonly id: string;
      readonly achievementType: string;
      readonly alignment: readonly { readonly targetCode: string; readonly targetName: string }[];
      readonly resultDescription: readonly { readonly id: string }[];
    };
    readonly result: readonly { readonly value: string; readonly resultDescription: string }[];
  };
  readonly evidence: readonly { readonly id: string; readonly description: string }[];
}

/** Every context in a document, wherever it stands. */
function contextsIn(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === "@context" ? [inner] : contextsIn(inner),
  );
}

describe("a certificate", () => {
  let office: Office;
  before(async () => {
    office = await anOffice();
  });
  after(() => office.close());

  it("validates against the JSON schema of Open Badges 3.0", async () => {
    const { text } = await aCertificate(office);
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(schema);
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).to.equal(true);
    // The schema can refuse: what it asks for is looked at.
    expect(validate({ ...(JSON.parse(text) as object), credentialSubject: {} })).to.equal(false);
  });

  it("has two proofs by the academy's published key, each valid", async () => {
    const { text } = await aCertificate(office, "proofs");
    const did = await office.issuing.didOf(office.tenant);
    const document = await office.issuing.local(`${office.origin}/academies/northgate/did.json`);
    const keys = assertionKeys(parseJson(document!), did);
    const verdicts = await verifyProofs(parseJson(text), (method) => Promise.resolve(keys.get(method)));
    expect(verdicts.map(({ cryptosuite, verdict }) => [cryptosuite, verdict])).to.deep.equal([
      ["eddsa-rdfc-2022", "valid"],
      ["eddsa-jcs-2022", "valid"],
    ]);
  });

  it("has the three bundled contexts, two types and no context of its own anywhere", async () => {
    const credential = JSON.parse((await aCertificate(office, "terms")).text) as Seen;
    expect(credential["@context"]).to.deep.equal([
      contexts.credentialsV2,
      contexts.openBadges,
      contexts.openBadgesExtensions,
    ]);
    expect(credential.type).to.deep.equal(["VerifiableCredential", "OpenBadgeCredential"]);
    // The second proof repeats them (vc-di-eddsa §3.3.5); nothing else has a context.
    expect(contextsIn(credential)).to.deep.equal([credential["@context"], credential["@context"]]);
  });

  it("says what was reached, from when to when, by whom, and that it is a draft of a demonstration", async () => {
    const record = await aCertificate(office, "content");
    const credential = JSON.parse(record.text) as Seen;
    const { origin, curriculum } = office;
    expect(credential.id).to.equal(`${origin}/certificates/${record.id}`);
    expect(credential.name).to.equal(
      "Induction Certificate in Rights-Based Policing (Demonstration; draft, not reviewed)",
    );
    expect(credential.issuer).to.deep.equal({
      id: await office.issuing.didOf(office.tenant),
      type: ["Profile"],
      name: "Northgate Police Academy",
      url: `${origin}/`,
    });
    for (const name of ["awardedDate", "validFrom", "validUntil"])
      expect(credential[name]).to.match(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const { achievement, result } = credential.credentialSubject;
    expect(achievement.id).to.equal(`${origin}/achievements/hcp-induction/v${curriculum.version}`);
    expect(achievement.achievementType).to.equal("Certificate");
    expect(achievement.alignment.map(({ targetCode }) => targetCode)).to.deep.equal([
      ...["rights-foundations", "non-discrimination", "torture-prohibition", "5"],
    ]);
    expect(achievement.alignment.at(-1)!.targetName).to.equal("EQF level 5 (indicative)");
    expect(result.map(({ value }) => value)).to.deep.equal(["1", "2", "2"]);
    for (const one of result) expect(one.resultDescription).to.equal(achievement.resultDescription[0]!.id);
    expect(credential.credentialStatus).to.include({
      type: "BitstringStatusListEntry",
      statusListIndex: String(record.statusIndex),
    });
  });

  it("pins the exact bytes of the manifest, which the academy sealed", async () => {
    const record = await aCertificate(office, "manifest");
    const { relatedResource, evidence } = JSON.parse(record.text) as Seen;
    const url = `${office.origin}/certificates/${record.id}/evidence`;
    const served = await (await fetch(url)).text();
    expect(relatedResource).to.deep.equal([
      { id: url, mediaType: "application/json", digestMultibase: digestMultibase(served) },
    ]);
    expect(evidence[0]).to.include({ id: url });
    expect(evidence[0]!.description).to.include("12 records of learning");
    const did = await office.issuing.didOf(office.tenant);
    const keys = assertionKeys(
      parseJson((await office.issuing.local(`${office.origin}/academies/northgate/did.json`))!),
      did,
    );
    const verdicts = await verifyProofs(parseJson(served), (method) => Promise.resolve(keys.get(method)));
    expect(verdicts.map(({ verdict }) => verdict)).to.deep.equal(["valid"]);
    expect(JSON.parse(served)).to.include({
      statementCount: 12,
      certificate: `${office.origin}/certificates/${record.id}`,
    });
    const facts = await office.certificates.factsOf(record.id);
    expect(await facts!.checkSeal()).to.equal("whole");
  });

  it("has a subject of its own each time: two certificates of one person lead to no one", async () => {
    const subjects = [];
    for (const user of ["same", "same too"]) {
      const { text } = await aCertificate(office, user);
      subjects.push((JSON.parse(text) as { credentialSubject: { id: string } }).credentialSubject.id);
    }
    expect(subjects[0]).to.match(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(subjects[0]).to.not.equal(subjects[1]);
  });

  it("shows nothing of a person in any byte, nor do its manifest and pages", async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(
        fc
          .string({ minLength: 8, maxLength: 40, unit: "grapheme-ascii" })
          .filter((text) => text.trim().length > 7),
        async (userId) => {
          const record = await aCertificate(office, userId);
          const person = await office.directory.person(record.ownerId);
          const places: [string, string][] = [
            ["certificate", record.text],
            ["status", JSON.stringify(await office.issuing.local(statusListOf(record.text)))],
          ];
          for (const path of ["", "/evidence"])
            places.push([
              path,
              await (await fetch(`${office.origin}/certificates/${record.id}${path}`)).text(),
            ]);
          const page = await fetch(`${office.origin}/certificates/${record.id}`, {
            headers: { accept: "text/html" },
          });
          places.push(["page", await page.text()]);
          const about = record.about as { registration: string; evidence: string[] };
          const search = new CanarySearch([
            ...[person.id, person.pseudonym, person.platformUserId, about.registration, ...about.evidence],
          ]);
          expect(search.found(places)).to.deep.equal([]);
          expect(search.found([["control", `xx${person.pseudonym}xx`]])).to.deep.equal(["control"]);
        },
      ),
      { numRuns: 8 },
    );
  });
});

function statusListOf(text: string): string {
  return (JSON.parse(text) as { credentialStatus: { statusListCredential: string } }).credentialStatus
    .statusListCredential;
}
