import { createHash } from "node:crypto";
import { expect } from "chai";
import canonicalize from "canonicalize";
import { statementId, type Seal } from "../../../src/training/evidence/index.js";
import { aRecord, quizId } from "./a-record.js";

const quizEnd = { activityId: quizId, runId: "run-1", scaled: 0.875, durationMs: 61_234 };
const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

/** The room with three statements on record: begun, passed, completed. */
async function aSealedRecord() {
  const room = await aRecord();
  const events = [
    room.anEvent("module.begun"),
    room.anEvent("quiz.passed", quizEnd),
    room.anEvent("module.completed", { durationMs: 1000 }),
  ];
  for (const event of events) await room.evidence.subscriber.handle(event);
  const ids = [
    statementId(events[0]!.id, "module-initialized"),
    statementId(events[1]!.id, "quiz-passed"),
    statementId(events[2]!.id, "module-completed"),
  ];
  return { ...room, ids };
}

describe("a seal", () => {
  it("is the Merkle root over each statement's salt and canonical text, as the standard builds it", async () => {
    const { evidence, tenant, ids, seen, storage } = await aSealedRecord();
    const seal = await evidence.seal(tenant, ids);
    expect(seal).to.deep.include({ count: 3 });
    expect(seal.leaves.map((leaf) => leaf.statementId)).to.deep.equal(ids);
    const statements = await seen("evidence");
    const leaves = seal.leaves.map(({ statementId: id, salt }) => {
      const text = (canonicalize as unknown as (value: unknown) => string)(
        statements.find((one) => one.id === id),
      );
      return sha256(Buffer.of(0), Buffer.from(salt, "base64url"), Buffer.from(text));
    });
    const pair = sha256(Buffer.of(1), leaves[0]!, leaves[1]!);
    expect(seal.root).to.equal(sha256(Buffer.of(1), pair, leaves[2]!).toString("hex"));
    await storage.close();
  });

  it("has salts of 32 random bytes, so that the same statements never give the same root", async () => {
    const { evidence, tenant, ids, storage } = await aSealedRecord();
    const [one, other] = [await evidence.seal(tenant, ids), await evidence.seal(tenant, ids)];
    const salts = [...one.leaves, ...other.leaves].map(({ salt }) => salt);
    expect(new Set(salts).size).to.equal(6);
    expect(salts.map((salt) => Buffer.from(salt, "base64url").length)).to.deep.equal(Array(6).fill(32));
    expect(one.root).not.to.equal(other.root);
    await storage.close();
  });

  it("waits for a statement that is not written yet: its failure is not for good", async () => {
    const { evidence, anEvent, tenant, ids, storage } = await aSealedRecord();
    const late = anEvent("quiz.passed", quizEnd);
    const all = [...ids, statementId(late.id, "quiz-passed")];
    const refusal: unknown = await evidence.seal(tenant, all).catch((error: unknown) => error);
    expect(refusal).to.include({ code: "evidence_not_written", permanent: false });
    await evidence.subscriber.handle(late);
    expect((await evidence.seal(tenant, all)).count).to.equal(4);
    await storage.close();
  });

  it("never commits to what is formative, nor to another academy's statements", async () => {
    const { evidence, anEvent, tenant, ids, storage } = await aSealedRecord();
    const failed = anEvent("quiz.failed", { ...quizEnd, scaled: 0.1 });
    await evidence.subscriber.handle(failed);
    for (const [whose, wanted] of [
      [tenant, [statementId(failed.id, "quiz-failed")]],
      [{ ...tenant, academyId: "another" }, ids],
    ] as const) {
      const refusal: unknown = await evidence.seal(whose, wanted).catch((error: unknown) => error);
      expect(refusal).to.include({ code: "evidence_not_written" });
    }
    await storage.close();
  });

  it("is whole as long as the same statements stand there", async () => {
    const { evidence, tenant, ids, storage } = await aSealedRecord();
    const kept = JSON.parse(JSON.stringify(await evidence.seal(tenant, ids))) as Seal;
    expect(await evidence.checkSeal(tenant, kept)).to.equal("whole");
    await storage.close();
  });

  it("differs when its root, a salt, the order or the number does", async () => {
    const { evidence, tenant, ids, storage } = await aSealedRecord();
    const seal = await evidence.seal(tenant, ids);
    const [first, second, third] = seal.leaves;
    const salt = Buffer.alloc(32, 1).toString("base64url");
    const altered: Seal[] = [
      { ...seal, root: seal.root.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) },
      { ...seal, leaves: [{ ...first!, salt }, second!, third!] },
      { ...seal, leaves: [second!, first!, third!] },
      { ...seal, count: 2, leaves: [first!, second!] },
      { ...seal, count: 2 },
      { ...seal, leaves: [{ ...first!, statementId: ids[1]! }, second!, third!] },
    ];
    for (const one of altered) expect(await evidence.checkSeal(tenant, one)).to.equal("differs");
    await storage.close();
  });

  it("misses a statement that was voided or never was", async () => {
    const { evidence, lrs, tenant, ids, storage } = await aSealedRecord();
    const seal = await evidence.seal(tenant, ids);
    const strange = { statementId: "0f8fad5b-d9cb-469f-a165-000000000000", salt: seal.leaves[0]!.salt };
    expect(
      await evidence.checkSeal(tenant, { ...seal, leaves: [...seal.leaves.slice(1), strange] }),
    ).to.equal("missing");
    const authority = { objectType: "Agent", account: { homePage: "https://a.example", name: "a" } } as const;
    const voiding = {
      actor: authority,
      verb: { id: "http://adlnet.gov/expapi/verbs/voided" },
      object: { objectType: "StatementRef", id: ids[1] },
    };
    const text = JSON.stringify(voiding);
    await lrs.append(tenant, { text, authority, class: "evidence", mayVoid: true });
    expect(await evidence.checkSeal(tenant, seal)).to.equal("missing");
    await storage.close();
  });
});
