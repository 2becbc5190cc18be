import { expect } from "chai";
import { competencyIri, curriculumIri } from "../../../src/foundation/kernel/index.js";
import { requireCurriculum, type Curriculum } from "../../../src/standards/curriculum/index.js";
import { aCertificate, anOffice } from "../../trust/certificates/an-office.js";
import { aFramework, origin, service, shippedCurriculum, type AFramework, type Body } from "./a-framework.js";
import { aPackage, removePackages } from "./a-package.js";

const rubricId = "5b41890f-faa1-5182-842c-631319737099";

describe("the curriculum as a CASE framework", function () {
  this.timeout(30_000);
  let curriculum: Curriculum;
  let framework: AFramework;
  let all: Body;
  before(async () => {
    curriculum = await shippedCurriculum();
    framework = await aFramework(curriculum);
    all = await framework.wholePackage();
  });
  after(async () => {
    await framework.close();
    await removePackages();
  });

  const associations = (type: string) => all.CFAssociations.filter((one) => one.associationType === type);
  const itemOf = (code: string) => all.CFItems.find(({ humanCodingScheme }) => humanCodingScheme === code)!;

  it("is one document: the curriculum in its version, a draft as long as not all is reviewed", () => {
    expect(all.CFDocument).to.include({
      ...{ uri: curriculumIri, version: curriculum.version, language: "en", caseVersion: "1.1" },
      ...{ adoptionStatus: "Draft", lastChangeDateTime: "2026-11-21T00:00:00.000Z" },
      officialSourceURL: `${origin}/competencies`,
    });
  });

  it("has an item for each competency, each outcome and each level", () => {
    const codes = (type: string): string[] =>
      all.CFItems.filter(({ CFItemType }) => CFItemType === type).map((one) => one.humanCodingScheme);
    expect(codes("Competency")).to.deep.equal(curriculum.competencies.map(({ id }) => id));
    expect(codes("Outcome")).to.have.members(
      curriculum.modules.flatMap(({ outcomes }) => outcomes.map(({ id }) => id)),
    );
    expect(codes("Level")).to.deep.equal(["1", "2", "3"]);
    expect(all.CFItems).to.have.length(21 + 34 + 3);
  });

  it("calls a competency exactly as certificates and statements do", async () => {
    const office = await anOffice();
    const certificate = JSON.parse((await aCertificate(office)).text) as {
      credentialSubject: { achievement: { alignment: Readonly<Record<string, string>>[] } };
    };
    const statements = (
      await office.storage.statements.queryStatements({
        ...{ ...office.tenant, classes: ["evidence"], ascending: true, limit: 100 },
      })
    ).map(({ text }) => JSON.parse(text) as { verb: { id: string }; object: { id: string } });
    await office.close();

    const aligned = certificate.credentialSubject.achievement.alignment.filter(
      ({ targetType }) => targetType === "CFItem",
    );
    expect(aligned).to.have.length(3);
    for (const target of aligned) {
      const item = itemOf(target["targetCode"]!);
      expect(item).to.include({
        ...{ uri: target["targetUrl"], fullStatement: target["targetDescription"] },
        abbreviatedStatement: target["targetName"],
      });
      expect(target["targetFramework"]).to.equal(all.CFDocument.uri);
    }
    const achieved = statements.filter(({ verb }) => verb.id.endsWith("/achieved"));
    expect(achieved.map(({ object }) => object.id)).to.have.members(
      aligned.map(({ targetUrl }) => targetUrl),
    );
  });

  it("has ids that anyone can work out from the permanent names, the same for ever", () => {
    // uuid.uuid5(uuid.NAMESPACE_URL, …) of Python.
    expect(all.CFDocument.identifier).to.equal("58e8d60c-d773-581d-9c4a-19bb7e6eeba6");
    expect(itemOf("de-escalation").identifier).to.equal("967dea09-ad28-5298-9dd4-05c66fa85561");
    expect(itemOf("M01-O1").identifier).to.equal("9fdbc025-436e-57b3-9ccd-f9612cbfe822");
    expect(itemOf("2").identifier).to.equal("db3cc399-b8b0-567d-a43f-9404883e7cb4");
    expect(all.CFRubrics.map(({ identifier }) => identifier)).to.deep.equal([rubricId]);
  });

  it("is a tree: outcomes under their competencies, these and the levels under the document, in order", () => {
    const nodes = new Set([all.CFDocument, ...all.CFItems].map(({ uri }) => uri));
    const children = associations("isChildOf");
    expect(children.map(({ originNodeURI }) => originNodeURI.uri)).to.have.members(
      all.CFItems.map(({ uri }) => uri),
    );
    const orders = new Map<string, number[]>();
    for (const {
      destinationNodeURI: { uri },
      sequenceNumber,
    } of children) {
      expect(nodes).to.include(uri);
      orders.set(uri, [...(orders.get(uri) ?? []), sequenceNumber!]);
    }
    for (const [parent, order] of orders) {
      expect(order, parent).to.deep.equal(order.map((_one, index) => index + 1));
    }
    expect(orders.get(competencyIri("joint-command"))).to.deep.equal([1, 2]);
  });

  it("says how far each goes, and what comes before what", () => {
    const levels = associations("hasSkillLevel").map(
      ({ originNodeURI, destinationNodeURI }) => `${originNodeURI.uri} ${destinationNodeURI.uri}`,
    );
    expect(levels).to.have.length(21 + 34);
    expect(levels).to.include(`${itemOf("M07-O2").uri} ${itemOf("3").uri}`);
    const steps = associations("precedes").map(
      ({ originNodeURI, destinationNodeURI }) => `${originNodeURI.uri} ${destinationNodeURI.uri}`,
    );
    expect(steps).to.have.members(
      [
        ["M05-O2", "P01-O3"],
        ["M05-O3", "P01-O4"],
        ["M07-O1", "M07-O2"],
      ].map(([before, after]) => `${itemOf(before!).uri} ${itemOf(after!).uri}`),
    );
  });

  it("says what it rests on, and which numbers nobody has checked", () => {
    const of = (code: string) =>
      associations("isRelatedTo").filter(({ originNodeURI }) => originNodeURI.uri === itemOf(code).uri);
    const [coc] = of("rights-foundations");
    expect(coc?.destinationNodeURI).to.include({ identifier: "UN-COC", targetType: "ext:instrument" });
    expect(coc?.notes).to.equal("Provisions 1, 2. Not checked against the official text yet.");
    const [mendez] = of("non-coercive-interviewing");
    expect(mendez?.notes).to.equal("Provisions 1-4.");
    const whole = of("community-engagement").find(
      ({ destinationNodeURI }) => destinationNodeURI.identifier === "OSCE-GDP",
    );
    expect(whole?.notes).to.match(/^The whole text\./);
  });

  it("never claims a level of the EQF, nor that an item is the same as one of others", () => {
    const eqf = all.CFAssociations.filter(
      ({ destinationNodeURI }) => destinationNodeURI.targetType === "ext:EQF",
    );
    expect(eqf.map(({ destinationNodeURI }) => destinationNodeURI.identifier)).to.deep.equal(["4", "5", "6"]);
    for (const { associationType, notes } of eqf) {
      expect(associationType).to.equal("isRelatedTo");
      expect(notes).to.match(/^Indicative only/);
    }
    expect(associations("exactMatchOf")).to.deep.equal([]);
  });

  it("has the rubric, its criteria and what each level means", () => {
    const [rubric] = all.CFRubrics;
    expect(rubric?.CFRubricCriteria.map(({ category }) => category)).to.deep.equal([
      ...["Ethical judgement", "Cultural sensitivity", "Adherence to rights", "Technical procedure"],
      "Record of the decisions",
    ]);
    for (const { rubricId: id, CFRubricCriterionLevels } of rubric!.CFRubricCriteria) {
      expect(id).to.equal(rubricId);
      expect(CFRubricCriterionLevels.map(({ score }) => score)).to.deep.equal([0, 1, 2, 3, 4]);
    }
    expect(rubric?.CFRubricCriteria[0]?.CFItemURI?.uri).to.equal(competencyIri("ethical-judgement"));
  });

  it("has every record under its own address, and every link leads to the record that it names", async () => {
    const { CFDocument, CFItems, CFAssociations, CFDefinitions, CFRubrics } = all;
    const belongs = {
      CFDocumentURI: {
        ...{ title: CFDocument.title, identifier: CFDocument.identifier },
        uri: CFDocument.uri,
      },
    };
    for (const item of CFItems) {
      expect(await framework.get(`/CFItems/${item.identifier}`)).to.deep.equal({ ...item, ...belongs });
      const around = await framework.get(`/CFItemAssociations/${item.identifier}`);
      expect(around.CFItem).to.deep.equal({ ...item, ...belongs });
      expect(around.CFAssociations).to.deep.equal(
        CFAssociations.filter(({ originNodeURI, destinationNodeURI }) =>
          [originNodeURI.uri, destinationNodeURI.uri].includes(item.uri),
        ),
      );
      const { CFItemTypes } = await framework.get(`/CFItemTypes/${item.CFItemTypeURI.identifier}`);
      expect(CFItemTypes[0]).to.include({ title: item.CFItemType, uri: item.CFItemTypeURI.uri });
    }
    for (const one of CFAssociations) {
      expect(await framework.get(`/CFAssociations/${one.identifier}`)).to.deep.equal({ ...one, ...belongs });
      expect(one.uri).to.equal(`${origin}${service}/CFAssociations/${one.identifier}`);
    }
    for (const one of CFRubrics)
      expect(await framework.get(`/CFRubrics/${one.identifier}`)).to.deep.equal(one);
    const known = new Map([CFDocument, ...CFItems].map(({ identifier, uri }) => [identifier, uri]));
    const ends = CFAssociations.flatMap((one) => [one.originNodeURI, one.destinationNodeURI]);
    for (const { identifier, uri, targetType } of ends)
      if (targetType === undefined) expect(known.get(identifier), identifier).to.equal(uri);
    expect(CFDefinitions.CFItemTypes.map(({ hierarchyCode }) => hierarchyCode)).to.deep.equal([
      ...["1", "1.1", "2"],
    ]);
    const ids = [CFDocument, ...CFItems, ...CFAssociations, ...CFDefinitions.CFItemTypes, ...CFRubrics];
    expect(new Set(ids.map(({ identifier }) => identifier))).to.have.property("size", ids.length);
  });

  it("gives a kind of item with the kinds under it", async () => {
    const [competency] = all.CFDefinitions.CFItemTypes;
    const { CFItemTypes } = await framework.get(`/CFItemTypes/${competency!.identifier}`);
    expect(CFItemTypes.map(({ title }) => title)).to.deep.equal(["Competency", "Outcome"]);
  });
});

describe("what of a curriculum is published in production", () => {
  const rubrics = `rubrics:
  - { id: marks, version: 1, title: Marks, description: By hand., levels: [No, Yes],
      criteria: [{ id: one, title: One, passes: 1, competency: further }] }
`;
  const competencies = [
    '    instruments: ["CODE:1"]\n',
    '    instruments: ["CODE:1"]\n  - { id: further, title: Further, level: 2, statement: More., instruments: ["CODE:2"] }\n',
  ] as const;
  after(removePackages);

  async function published(isReviewed: boolean, reviewedOnly: boolean): Promise<Body> {
    const directory = await aPackage({
      "core/curriculum.yaml": competencies,
      "core/rubrics.yaml": rubrics,
      "overlays/XA/overlay.yaml": null,
      "overlays/XA/modules/M01/lessons/tests.en.md": null,
    });
    const read = await requireCurriculum(directory, { overlays: [], production: false });
    // A review names hashes of files; here it is enough that the modules say so.
    const modules = read.modules.map((one) => ({ ...one, reviewed: isReviewed && one.id === "M01" }));
    const framework = await aFramework({ ...read, modules }, { reviewedOnly });
    const all = await framework.wholePackage();
    await framework.close();
    return all;
  }
  const codes = ({ CFItems }: Body): string[] => CFItems.map((one) => one.humanCodingScheme);

  it("is what reviewed modules teach, and nothing that is merely planned or a draft", async () => {
    const all = await published(true, true);
    expect(codes(all)).to.deep.equal(["foundations", "M01-O1", "1", "2", "3"]);
    expect(all.CFRubrics).to.deep.equal([]);
    expect(all.CFDocument).not.to.have.property("adoptionStatus");
    expect(JSON.stringify(all)).not.to.include("not reviewed");
  });

  it("is nothing but the levels where nothing was reviewed", async () => {
    expect(codes(await published(false, true))).to.deep.equal(["1", "2", "3"]);
  });

  it("is in a demonstration all of it, each draft called one", async () => {
    const all = await published(true, false);
    expect(codes(all)).to.deep.equal(["foundations", "M01-O1", "M02-O1", "further", "1", "2", "3"]);
    const drafts = all.CFItems.filter(({ notes }) => notes?.includes("Draft, not reviewed."));
    expect(codes({ ...all, CFItems: drafts })).to.deep.equal(["foundations", "M02-O1", "further"]);
    expect(all.CFRubrics[0]?.description).to.equal("By hand. Draft, not reviewed.");
    expect(all.CFDocument.adoptionStatus).to.equal("Draft");
  });
});
