import { expect } from "chai";
import {
  eventClass,
  type AnyEvent,
  type EventOf,
  type EventType,
} from "../../../src/foundation/events/index.js";
import { uuidV5 } from "../../../src/foundation/kernel/index.js";
import {
  loadProfile,
  matchPatterns,
  validateAgainstProfile,
  validateStatement,
} from "../../../src/standards/xapi/index.js";
import { statementId } from "../../../src/training/evidence/index.js";
import { aRecord, profileDocument, quizId, registration, type Seen } from "./a-record.js";

const profile = loadProfile(profileDocument());
const curriculumBase = "https://w3id.org/tessera/curriculum";
const ours = "https://w3id.org/tessera/xapi/policing-ethics";
const patternOf = (name: string): string => `${ours}/patterns#${name}`;

const scenarioId = "border-check";
const competencyCycle = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
const credentialCycle = "3f333df6-90a4-4fda-8dd3-9485d27cee36";
const expiresAt = Date.parse("2028-11-21T09:00:00Z");
const credential = "https://tessera.example/certificates/6f1d2b1c-3f4e-4c62-9a2f-1a2b3c4d5e6f";

type Room = Awaited<ReturnType<typeof aRecord>>;

/** One trainee's life: a module with a failed and a passed run, a competency, a certificate and its revocation. */
function aLife({ anEvent }: Room): Record<string, AnyEvent> {
  const run = { activityId: scenarioId, runId: "run-1" };
  const ratings = { legality: -2, "non-discrimination": -1 };
  const end = { ...run, path: ["papers", "search", "ending-hurt"], durationMs: 301_000 };
  const begun = anEvent("module.begun");
  const passedQuiz = anEvent("quiz.passed", { activityId: quizId, runId: "q", scaled: 1, durationMs: 9000 });
  const decided = anEvent("decision.made", { ...run, nodeId: "papers", optionId: "profile", ratings });
  const failed = anEvent("scenario.failed", { ...end, scaled: 0.25 });
  const failedDebrief = anEvent("failed-run.debriefed", { ...run, endEventId: failed.id });
  const passed = anEvent("scenario.passed", { ...end, runId: "run-2", scaled: 0.9 });
  const debrief = anEvent("debrief.completed", { ...run, runId: "run-2", endEventId: passed.id });
  const completed = anEvent("module.completed", { durationMs: 5_400_000 });
  const evidence = [
    statementId(passed.id, "scenario-completed"),
    statementId(debrief.id, "debrief-completed"),
  ];
  const competency = {
    ...{ competencyId: "non-discrimination", registration: competencyCycle, evidence },
    curriculum: { core: "0.2.0", overlay: "0.1.0" },
  };
  const asserted = anEvent("competency.asserted", { ...competency, confidence: 1 });
  const achieved = anEvent("competency.achieved", {
    ...competency,
    ...{ level: 2, expiresAt, strongest: evidence[0] },
  });
  const certificate = {
    ...{ certificateId: "c-1", credential, programmeId: "hcp-foundation", registration: credentialCycle },
  };
  const issued = anEvent("certificate.issued", {
    ...certificate,
    ...{ expiresAt, evidence: [statementId(achieved.id, "competency-achieved")] },
    ...{ sha256: "ab".repeat(32), bytes: 4321 },
  });
  const revoked = anEvent("certificate.revoked", {
    ...certificate,
    ...{ reason: "issued-in-error", issuedEventId: issued.id },
  });
  return {
    ...{ begun, passedQuiz, decided, failed, failedDebrief, passed, debrief, completed },
    ...{ asserted, achieved, issued, revoked },
  };
}

async function aLifeOnRecord() {
  const room = await aRecord();
  const life = aLife(room);
  for (const event of Object.values(life)) await room.evidence.subscriber.handle(event);
  const all = await room.seen("evidence", "formative");
  const by = (id: string): Seen => all.find((one) => one.id === id)!;
  return { room, life, all, by };
}

describe("the statements of a whole life", () => {
  it("are valid in themselves and follow the profile, references included", async () => {
    const { room, all } = await aLifeOnRecord();
    expect(all).to.have.length(13);
    for (const one of all) {
      expect(validateStatement(one), one.verb.id).to.deep.equal([]);
      const verdict = validateAgainstProfile(profile, one, (id) => all.find((other) => other.id === id));
      expect(verdict.findings, one.verb.id).to.deep.equal([]);
      expect(verdict.outcome, one.verb.id).to.equal("success");
      expect(verdict.templates, one.verb.id).to.have.length(1);
    }
    await room.storage.close();
  });

  it("follow the pattern of their cycle under each registration", async () => {
    const { room, all } = await aLifeOnRecord();
    const cycles = {
      [registration]: "module-cycle",
      [competencyCycle]: "competency-cycle",
      [credentialCycle]: "credential-cycle",
    };
    for (const [id, name] of Object.entries(cycles)) {
      const own = all.filter((one) => one.context.registration === id);
      expect(matchPatterns(profile, own), name).to.deep.equal({
        ...{ outcome: "success", pattern: patternOf(name) },
      });
    }
    await room.storage.close();
  });

  it("are in the class of their event", async () => {
    const { room, life } = await aLifeOnRecord();
    const expected = Object.values(life).filter(({ type }) => eventClass[type] === "formative");
    const formative = await room.seen("formative");
    expect(expected.map(({ type }) => type)).to.deep.equal([
      ...["decision.made", "scenario.failed", "failed-run.debriefed"],
    ]);
    expect(formative.map(({ id }) => id)).to.deep.equal([
      statementId(expected[0]!.id, "decision-made"),
      statementId(expected[1]!.id, "scenario-completed"),
      statementId(expected[2]!.id, "debrief-completed"),
    ]);
    await room.storage.close();
  });

  it("name no person but by the pseudonym, and hold nothing of the platform", async () => {
    const { room, all } = await aLifeOnRecord();
    const text = JSON.stringify(all);
    expect(text).not.to.contain("lms-user-4711").and.not.to.contain(room.person.id);
    expect(all.filter(({ context }) => "platform" in context || "revision" in context)).to.deep.equal([]);
    await room.storage.close();
  });
});

describe("the statement of", () => {
  it("a decision says what was chosen, with its ratings, at the scenario's decision point", async () => {
    const { room, life, by } = await aLifeOnRecord();
    const decision = by(statementId(life["decided"]!.id, "decision-made"));
    const activity = `${curriculumBase}/modules/M01/activities/${scenarioId}`;
    expect(decision.object.id).to.equal(`${activity}/items/papers`);
    expect(decision.context.contextActivities["parent"]![0]!.id).to.equal(activity);
    expect(decision.result).to.deep.equal({
      response: "profile",
      extensions: { [`${ours}/extensions/decision-rating`]: { legality: -2, "non-discrimination": -1 } },
    });
    await room.storage.close();
  });

  it("a run says how it ended and by which way", async () => {
    const { room, life, by } = await aLifeOnRecord();
    const [failed, passed] = [life["failed"]!, life["passed"]!].map(({ id }) =>
      by(statementId(id, "scenario-completed")),
    );
    const path = { [`${ours}/extensions/scenario-path`]: ["papers", "search", "ending-hurt"] };
    expect(failed!.result).to.deep.equal({
      ...{ completion: true, success: false, score: { scaled: 0.25 }, duration: "PT301S", extensions: path },
    });
    expect(passed!.result).to.include({ success: true }).and.have.property("completion", true);
    await room.storage.close();
  });

  it("a debrief refers to its own run and says nothing of what was said", async () => {
    const { room, life, by } = await aLifeOnRecord();
    for (const [debrief, run] of [
      ["debrief", "passed"],
      ["failedDebrief", "failed"],
    ] as const) {
      const statement = by(statementId(life[debrief]!.id, "debrief-completed"));
      expect(statement.object.id).to.match(new RegExp(`/activities/${scenarioId}/debrief$`));
      expect(statement.result).to.deep.equal({ completion: true });
      expect(statement.context.statement).to.deep.equal({
        ...{ objectType: "StatementRef", id: statementId(life[run]!.id, "scenario-completed") },
      });
    }
    await room.storage.close();
  });

  it("a competency has its title, its evidence, its level and when it expires", async () => {
    const { room, life, by } = await aLifeOnRecord();
    const achieved = by(statementId(life["achieved"]!.id, "competency-achieved"));
    const { title } = room.curriculum.competencies.find(({ id }) => id === "non-discrimination")!;
    expect(achieved.object).to.deep.include({ id: `${curriculumBase}/competencies/non-discrimination` });
    expect(achieved.object.definition!.name).to.deep.equal({ en: title });
    const { evidence } = (life["achieved"] as EventOf<"competency.achieved">).data;
    expect(achieved.context.extensions).to.deep.include({
      "https://w3id.org/xapi/tla/extensions/evidence": evidence,
      "https://w3id.org/xapi/comp/contextextensions/expires": "2028-11-21T09:00:00.000Z",
      [`${ours}/extensions/competency-level`]: 2,
    });
    expect(achieved.context.statement).to.deep.equal({ objectType: "StatementRef", id: evidence[0] });
    await room.storage.close();
  });

  it("a certificate names its issuer and the credential, and says how to get and check its text", async () => {
    const { room, life, by } = await aLifeOnRecord();
    const certified = by(statementId(life["issued"]!.id, "certified"));
    const { title } = room.curriculum.programmes.find(({ id }) => id === "hcp-foundation")!;
    expect(certified.object).to.deep.include({ id: `${curriculumBase}/credentials/hcp-foundation` });
    expect(certified.object.definition!.name).to.deep.equal({ en: title });
    expect(certified.context.team).to.deep.include({ objectType: "Group", name: "Northgate Police Academy" });
    expect(certified.context.extensions[`${ours}/extensions/credential-ref`]).to.equal(credential);
    expect(certified.attachments).to.deep.equal([
      {
        usageType: `${ours}/attachments/verifiable-credential`,
        display: { en: "verifiable credential" },
        contentType: "application/vc",
        ...{ length: 4321, sha2: "ab".repeat(32), fileUrl: credential },
      },
    ]);
    await room.storage.close();
  });

  it("a revocation is two: what the issuer did to the trainee, and what the trainee lost", async () => {
    const { room, life, by } = await aLifeOnRecord();
    const revoked = by(uuidV5(credentialCycle, "credential-end"));
    const forfeited = by(statementId(revoked.id, "certification-forfeited"));
    const trainee = {
      objectType: "Agent",
      account: { homePage: "https://tessera.example/academies/northgate", name: room.person.pseudonym },
    };
    expect(revoked.actor).to.deep.include({ objectType: "Group", name: "Northgate Police Academy" });
    expect(revoked.object).to.deep.equal(trainee);
    expect(forfeited.actor).to.deep.equal(trainee);
    for (const one of [revoked, forfeited])
      expect(one.context.extensions[`${ours}/extensions/reason-code`]).to.equal("issued-in-error");
    expect(revoked.context.statement).to.deep.include({ id: statementId(life["issued"]!.id, "certified") });
    expect(forfeited.context.statement).to.deep.include({ id: revoked.id });
    await room.storage.close();
  });

  it("a cycle's end is written once when two certificates of it end at the same moment", async () => {
    const { room, life } = await aLifeOnRecord();
    const registration = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
    const { data } = life["revoked"] as EventOf<"certificate.revoked">;
    const ends = [0, 1, 2].map(() => room.anEvent("certificate.revoked", { ...data, registration }));
    ends.push(room.anEvent("certificate.expired", { ...data, registration }));
    await Promise.all(ends.map((event) => room.evidence.subscriber.handle(event)));
    for (const event of ends) await room.evidence.subscriber.handle(event);
    const written = (await room.seen("evidence")).filter(
      ({ context }) => context.registration === registration,
    );
    expect(written.map(({ verb }) => verb.id.split("/").at(-1))).to.have.members(["revoked", "forfeited"]);
    await room.storage.close();
  });

  it("a certificate outlives its programme's place in the curriculum, without its title", async () => {
    const room = await aRecord();
    const issued = aLife(room)["issued"]!;
    const gone = { ...issued, data: { ...issued.data, programmeId: "hcp-gone" } } as AnyEvent;
    await room.evidence.subscriber.handle(gone);
    const [certified] = await room.seen("evidence");
    expect(certified!.object.definition).not.to.have.property("name");
    await room.storage.close();
  });

  it("every event that is one is written by this test", async () => {
    const room = await aRecord();
    const types = new Set<EventType>(Object.values(aLife(room)).map(({ type }) => type));
    const written = room.evidence.subscriber.types.filter((type) => !types.has(type));
    // Other tests of this folder write these.
    expect(written).to.have.members([
      ...["question.answered", "quiz.failed", "competency.expired", "certificate.expired"],
    ]);
    await room.storage.close();
  });

  it("a competency that the curriculum does not have is refused for good", async () => {
    const room = await aRecord();
    const { asserted } = aLife(room);
    const strange = { ...asserted!, data: { ...asserted!.data, competencyId: "levitation" } } as AnyEvent;
    const refusal: unknown = await room.evidence.subscriber.handle(strange).catch((error: unknown) => error);
    expect(refusal).to.include({ code: "event_without_setting", permanent: true });
    await room.storage.close();
  });
});
