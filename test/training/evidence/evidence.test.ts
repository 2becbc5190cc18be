import { expect } from "chai";
import fc from "fast-check";
import { eventClass, type AnyEvent, type EventType } from "../../../src/foundation/events/index.js";
import { validateStatement } from "../../../src/standards/xapi/index.js";
import { aRecord, profileDocument, quizId, type Seen } from "./a-record.js";

/** What `work` was refused with. */
async function refusalOf(work: Promise<void>): Promise<{ data: { rules?: unknown } }> {
  return work.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => error as { data: { rules?: unknown } },
  );
}

const quizEnd = { activityId: quizId, runId: "run-1", scaled: 0.875, durationMs: 61_234 };
const answer = {
  activityId: quizId,
  runId: "run-1",
  itemId: "letters-in-the-cab",
  response: ["a", "c"],
  correct: false,
};

describe("evidence", () => {
  it("writes one statement for each event that is one, in its class, valid in itself", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    await evidence.subscriber.handle(anEvent("module.begun"));
    await evidence.subscriber.handle(anEvent("question.answered", answer));
    await evidence.subscriber.handle(anEvent("quiz.failed", { ...quizEnd, scaled: 0.5 }));
    await evidence.subscriber.handle(anEvent("quiz.passed", quizEnd));
    await evidence.subscriber.handle(anEvent("module.completed", { durationMs: 5_400_000 }));

    const verbs = (all: Seen[]): string[] => all.map((one) => one.verb.display.en);
    const [evident, formative] = [await seen("evidence"), await seen("formative")];
    expect(verbs(evident)).to.deep.equal(["initialized", "passed", "completed"]);
    expect(verbs(formative)).to.deep.equal(["answered", "failed"]);
    for (const one of [...evident, ...formative]) expect(validateStatement(one)).to.deep.equal([]);
    await storage.close();
  });

  it("says who only by a pseudonym, and by nothing of the LMS", async () => {
    const { storage, evidence, anEvent, seen, person } = await aRecord();
    await evidence.subscriber.handle(anEvent("quiz.passed", quizEnd));
    const [statement] = await seen("evidence");
    expect(statement?.actor).to.deep.equal({
      objectType: "Agent",
      account: { homePage: "https://tessera.example/academies/northgate", name: person.pseudonym },
    });
    expect(JSON.stringify(statement)).not.to.contain("lms-user-4711").and.not.to.contain(person.id);
    await storage.close();
  });

  it("finds a quiz by the competency that it exercised, the module and the academy", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    await evidence.subscriber.handle(anEvent("quiz.passed", quizEnd));
    const [statement] = await seen("evidence");
    const ids = (group: readonly { id: string }[] = []): string[] => group.map(({ id }) => id);
    const { context, object, result } = statement!;
    const base = "https://w3id.org/tessera/curriculum";
    expect(object.id).to.equal(`${base}/modules/M01/activities/${quizId}`);
    expect(ids(context.contextActivities.parent)).to.deep.equal([`${base}/modules/M01`]);
    expect(ids(context.contextActivities.other)).to.deep.equal([`${base}/competencies/rights-foundations`]);
    expect(ids(context.contextActivities.grouping)).to.include("https://tessera.example/academies/northgate");
    expect(result).to.deep.equal({ score: { scaled: 0.875 }, success: true, duration: "PT61.23S" });
    await storage.close();
  });

  it("writes nothing for an event that is internal", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    await evidence.subscriber.handle(anEvent("module.progressed", { score: 50, completed: false }));
    expect(await seen("evidence", "formative")).to.deep.equal([]);
    expect(evidence.subscriber.types).to.have.members(
      (Object.keys(eventClass) as EventType[]).filter((type) => eventClass[type] !== "internal"),
    );
    await storage.close();
  });

  it("writes each statement once, however often and in whatever order its event comes", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    const events = [
      anEvent("module.begun"),
      anEvent("quiz.passed", quizEnd),
      anEvent("question.answered", answer),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...events), { maxLength: 6 }), async (again) => {
        for (const event of [...events, ...again]) await evidence.subscriber.handle(event);
        expect(await seen("evidence", "formative")).to.have.length(events.length);
      }),
      { numRuns: 15 },
    );
    await storage.close();
  });

  it("refuses for good what breaks the profile, and writes nothing", async () => {
    const narrower = JSON.parse(JSON.stringify(profileDocument())) as {
      templates: { id: string; rules: object[] }[];
    };
    const passed = narrower.templates.find(({ id }) => id.endsWith("#quiz-passed"));
    passed?.rules.push({ location: "$.result.score.raw", presence: "included" });
    const { storage, evidence, anEvent, seen } = await aRecord(narrower);
    const refusal = await refusalOf(evidence.subscriber.handle(anEvent("quiz.passed", quizEnd)));
    expect(refusal).to.include({ code: "statement_breaks_profile", permanent: true });
    expect(String(refusal.data.rules)).to.contain("$.result.score.raw");
    expect(await seen("evidence")).to.deep.equal([]);
    await storage.close();
  });

  it("refuses for good what the record store does not take, so that nothing waits behind it for a day", async () => {
    const { storage, evidence, anEvent, seen } = await aRecord();
    const event = anEvent("module.begun");
    await evidence.subscriber.handle(event);
    const elsewhere = { ...event, data: { ...event.data, curriculum: { core: "9.9.9" } } } as AnyEvent;
    const refusal = await refusalOf(evidence.subscriber.handle(elsewhere));
    expect(refusal).to.include({ code: "statement_refused", permanent: true });
    expect(refusal.data).to.deep.equal({ reason: "lrs_statement_conflict" });
    expect(await seen("evidence")).to.have.length(1);
    await storage.close();
  });

  it("refuses for good what speaks of a module that the curriculum does not have", async () => {
    const { storage, evidence, anEvent } = await aRecord();
    const refusal = await refusalOf(evidence.subscriber.handle(anEvent("module.begun", { moduleId: "M99" })));
    expect(refusal).to.include({ code: "event_without_setting", permanent: true });
    await storage.close();
  });
});
