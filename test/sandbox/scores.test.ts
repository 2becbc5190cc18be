import { expect } from "chai";
import fc from "fast-check";
import { addItem, aSandbox, bearer, postScore, scopes, type SandboxUnderTest } from "./a-sandbox.js";

describe("the sandbox's score service", () => {
  let tested: SandboxUnderTest;
  let item: string;
  beforeEach(async () => {
    tested = await aSandbox();
    item = await addItem(tested);
  });
  afterEach(() => tested.stop());

  const grade = () => tested.sandbox.gradebook().grades[0];
  const lastPost = () => tested.sandbox.gradebook().scorePosts[0];
  const codeIn = (text: string): string => (JSON.parse(text) as { code: string }).code;

  it("takes a score: 200, an empty body, a grade, a line in the history", async () => {
    expect(await postScore(tested, item, { comment: "well done" })).to.deep.equal({ status: 200, text: "" });
    expect(grade()).to.deep.include({
      userKey: "trainee-one",
      lineItemId: "1",
      score: 80,
      comment: "well done",
      second: Date.parse("2026-03-02T09:00:00Z"),
    });
    expect(lastPost()).to.deep.equal({
      at: tested.clock.now(),
      lineItemId: "1",
      userKey: "trainee-one",
      score: 80,
    });
  });

  it("puts a score on the line item's own scale", async () => {
    await postScore(tested, item, { scoreGiven: 3, scoreMaximum: 4 });
    expect(grade()?.score).to.equal(75);
  });

  it("counts a score over its maximum as the maximum", async () => {
    await postScore(tested, item, { scoreGiven: 130 });
    expect(grade()?.score).to.equal(100);
  });

  it("clears the grade by a later score that is not fully graded", async () => {
    await postScore(tested, item, {});
    await postScore(tested, item, {
      timestamp: "2026-03-02T09:00:01Z",
      gradingProgress: "Pending",
      scoreGiven: 90,
    });
    expect(grade()?.score).to.equal(null);
  });

  for (const timestamp of [
    "2026-03-02T09:00:00.999Z",
    "2026-03-02T09:00:00Z",
    "2026-03-02T08:59:59Z",
    "2026-03-02T10:00:00+01:00",
  ]) {
    it(`refuses a score of ${timestamp} after one of 09:00:00Z: 409, and the grade stands`, async () => {
      await postScore(tested, item, {});
      const { status, text } = await postScore(tested, item, { timestamp, scoreGiven: 10 });
      expect(status).to.equal(409);
      expect(codeIn(text)).to.equal("sandbox_score_not_newer");
      expect(grade()?.score).to.equal(80);
      expect(lastPost()).to.include({ refused: "sandbox_score_not_newer", userKey: "trainee-one" });
    });
  }

  it("takes a score of the next whole second, even for less", async () => {
    await postScore(tested, item, { timestamp: "2026-03-02T09:00:00.999Z" });
    const { status } = await postScore(tested, item, {
      timestamp: "2026-03-02T09:00:01.000Z",
      scoreGiven: 10,
    });
    expect(status).to.equal(200);
    expect(grade()?.score).to.equal(10);
  });

  it("keeps the seconds of each trainee and each line item apart", async () => {
    const other = await addItem(tested, { label: "Another" });
    const [, second] = tested.sandbox.gradebook().users;
    expect((await postScore(tested, item, {})).status).to.equal(200);
    expect((await postScore(tested, other, {})).status).to.equal(200);
    expect((await postScore(tested, item, { userId: second?.id })).status).to.equal(200);
    expect(tested.sandbox.gradebook().grades).to.have.length(3);
  });

  it("ends at the score of the latest second, in whatever order scores come", async () => {
    const scores = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(scores, async (seconds) => {
        const fresh = await addItem(tested, { label: "Any order" });
        for (const second of seconds) {
          const timestamp = new Date(Date.UTC(2026, 2, 2, 9, 0, second)).toISOString();
          await postScore(tested, fresh, { timestamp, scoreGiven: second });
        }
        const id = new URL(fresh).pathname.split("/").at(-1);
        const ended = tested.sandbox.gradebook().grades.find(({ lineItemId }) => lineItemId === id);
        expect(ended?.score).to.equal(Math.max(...seconds));
      }),
      { numRuns: 12 },
    );
  });

  it("has no grades for anybody but its trainees", async () => {
    const { users } = tested.sandbox.gradebook();
    for (const userId of ["nobody", users[2]?.id, users[3]?.id]) {
      const { status, text } = await postScore(tested, item, { userId });
      expect(status).to.equal(400);
      expect(codeIn(text)).to.equal("sandbox_score_user_unknown");
    }
    expect(tested.sandbox.gradebook().grades).to.have.length(0);
    expect(tested.sandbox.gradebook().scorePosts.map(({ userKey }) => userKey)).to.deep.equal([
      "administrator",
      "instructor",
      undefined,
    ]);
  });

  const malformed: [string, object][] = [
    ["no user", { userId: undefined }],
    ["no time", { timestamp: undefined }],
    ["a time without a zone", { timestamp: "2026-03-02T09:00:00" }],
    ["a time that is a number", { timestamp: 1772442000 }],
    ["a day that is not there", { timestamp: "2026-13-02T09:00:00Z" }],
    ["no activityProgress", { activityProgress: undefined }],
    ["an invented activityProgress", { activityProgress: "Done" }],
    ["an invented gradingProgress", { gradingProgress: "Graded" }],
    ["points without a maximum", { scoreMaximum: undefined }],
    ["points as text", { scoreGiven: "80" }],
    ["points below zero", { scoreGiven: -1 }],
  ];
  for (const [what, change] of malformed) {
    it(`refuses a score with ${what}, and says so in the history`, async () => {
      const { status, text } = await postScore(tested, item, change);
      expect(status).to.equal(400);
      expect(codeIn(text)).to.equal("sandbox_score_malformed");
      expect(tested.sandbox.gradebook().grades).to.have.length(0);
      expect(lastPost()).to.include({ refused: "sandbox_score_malformed" });
    });
  }

  it("refuses a score for a line item that is not there", async () => {
    const { status, text } = await postScore(tested, item.replace("/1?", "/9?"), {});
    expect(status).to.equal(404);
    expect(codeIn(text)).to.equal("sandbox_line_item_unknown");
  });

  it("refuses any other media type", async () => {
    for (const type of ["application/json", "application/vnd.ims.lis.v2.lineitem+json"]) {
      const { status, text } = await postScore(tested, item, {}, { "content-type": type });
      expect(status).to.equal(400);
      expect(codeIn(text)).to.equal("sandbox_media_type_refused");
    }
    expect(lastPost()).to.include({ refused: "sandbox_media_type_refused", userKey: "trainee-one" });
  });

  it("refuses a token without the score scope, and no token", async () => {
    const authorization = await bearer(tested, scopes.lineItem);
    expect((await postScore(tested, item, {}, { authorization })).status).to.equal(403);
    expect((await postScore(tested, item, {}, { authorization: "" })).status).to.equal(401);
    expect(lastPost()).to.include({ refused: "sandbox_token_missing" });
  });

  it("removes a line item's grades with it", async () => {
    await postScore(tested, item, {});
    await fetch(item, { method: "DELETE", headers: { authorization: await bearer(tested) } });
    expect(tested.sandbox.gradebook().grades).to.have.length(0);
  });
});
