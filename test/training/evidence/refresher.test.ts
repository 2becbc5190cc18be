import { expect } from "chai";
import { validateStatement } from "../../../src/standards/xapi/index.js";
import { statementId } from "../../../src/training/evidence/index.js";
import { aRecord } from "./a-record.js";

const refresher = {
  ...{ moduleId: "R01", refresherOf: "hcp-induction", registration: "7c9e6679-7425-40de-944b-e07fc1f90ae7" },
};
const competency = {
  ...{ competencyId: "non-discrimination", registration: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" },
  curriculum: { core: "0.2.0" },
};
const type = "https://w3id.org/tessera/xapi/policing-ethics/activity-types/refresher";

describe("the record of a refresher", () => {
  it("follows the profile from its beginning to its completion, in a cycle of its own", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    const run = {
      activityId: "festival-gate",
      runId: "r",
      scaled: 0.9,
      path: ["the-list"],
      durationMs: 1000,
    };
    const end = anEvent("scenario.passed", { ...refresher, ...run });
    for (const event of [
      anEvent("module.begun", refresher),
      end,
      anEvent("debrief.completed", {
        ...refresher,
        activityId: run.activityId,
        runId: "r",
        endEventId: end.id,
      }),
      anEvent("quiz.passed", { ...refresher, ...run, activityId: "proficiency" }),
      anEvent("module.completed", { ...refresher, durationMs: 1000 }),
    ])
      await evidence.subscriber.handle(event);
    const statements = await seen("evidence");
    for (const one of statements) expect(validateStatement(one)).to.deep.equal([]);
    const about = statements.filter(({ object }) => object.definition?.type === type);
    expect(about.map(({ verb }) => verb.display.en)).to.deep.equal(["initialized", "completed"]);
    expect(statements.map(({ context }) => context.registration)).to.deep.equal(
      Array(5).fill(refresher.registration),
    );
    const passed = statements.find(({ verb }) => verb.display.en === "passed")!;
    expect(
      passed.context.contextActivities["parent"]!.map(({ definition }) => definition?.type),
    ).to.deep.equal([type]);
    expect(passed.context.contextActivities["other"]!.map(({ id }) => id)).to.deep.equal([
      "https://w3id.org/tessera/curriculum/competencies/rights-foundations",
    ]);
    await storage.close();
  });

  it("says that a competency ran out, and which achievement that ends", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    const quiz = anEvent("quiz.passed", {
      ...{ activityId: "six-tests-quiz", runId: "run-1", scaled: 0.9, durationMs: 1000 },
    });
    const strongest = statementId(quiz.id, "quiz-passed");
    const achieved = anEvent("competency.achieved", {
      ...{ ...competency, level: 2, expiresAt: Date.UTC(2028, 10, 21) },
      ...{ evidence: [strongest], strongest },
    });
    const id = statementId(achieved.id, "competency-achieved");
    for (const event of [quiz, achieved, anEvent("competency.expired", { ...competency, achieved: id })])
      await evidence.subscriber.handle(event);
    const expired = (await seen("evidence")).at(-1)!;
    expect(validateStatement(expired)).to.deep.equal([]);
    expect(expired.verb.id).to.equal("https://w3id.org/xapi/tla/verbs/expired");
    expect(expired.context.statement).to.deep.equal({ objectType: "StatementRef", id });
    expect(expired.context.registration).to.equal(competency.registration);
    await storage.close();
  });

  it("says of what was attested that it was, by the digest of what shows it and by no name", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    const digest = "ab".repeat(32);
    const attested = { kind: "prior-learning", digest };
    await evidence.subscriber.handle(
      anEvent("competency.asserted", { ...competency, evidence: [], confidence: 0.5, attested }),
    );
    const [statement] = await seen("evidence");
    expect(validateStatement(statement)).to.deep.equal([]);
    const extension = "https://w3id.org/tessera/xapi/policing-ethics/extensions/submission-digest";
    expect(statement!.context.extensions[extension]).to.equal(`sha256:${digest}`);
    await storage.close();
  });
});
