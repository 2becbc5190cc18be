import { expect } from "chai";
import { days } from "../../../src/foundation/kernel/index.js";
import type { Curriculum, Programme } from "../../../src/standards/curriculum/index.js";
import { ProgrammesError, type NewAttestation } from "../../../src/training/programmes/index.js";
import { statementId } from "../../../src/training/evidence/index.js";
import { aProgrammeRoom, curriculumWith, Doing, induction, start, tenant, type Room } from "./a-programme.js";

const whose = { tenant, personId: "p" };
const digest = "ab".repeat(32);
const made = (kind: NewAttestation["kind"], more: Partial<NewAttestation> = {}): NewAttestation => ({
  ...{ kind, digest, by: "training office", at: start - days(10), ...more },
});

async function refused(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ProgrammesError);
  return (error as ProgrammesError).data["reason"] ?? (error as ProgrammesError).code;
}

describe("what somebody attests", () => {
  let curriculum: Curriculum;
  let room: Room;
  const M01 = () => curriculum.modules.find(({ id }) => id === "M01")!;
  async function open(programme: Programme, external = false): Promise<void> {
    const shipped = await curriculumWith(programme);
    const modules = shipped.modules.map((module) =>
      module.id === "M01" && external
        ? {
            ...module,
            outcomes: module.outcomes.map((one) => ({ ...one, externalEvaluator: one.id === "M01-O2" })),
          }
        : module,
    );
    curriculum = { ...shipped, modules };
    room = await aProgrammeRoom(curriculum);
  }
  afterEach(() => room.storage.close());
  const entitled = async () => (await room.raised("programme.entitled")).map(({ at }) => at);

  it("reaches an outcome that an external evaluator has to mark, together with what was done", async () => {
    await open({ ...induction, externalMarks: { outcomes: ["M01-O2"], from: "another-academy" } }, true);
    const all = new Doing("p", M01()).all();
    await room.take(...all.events);
    expect(await entitled()).to.deep.equal([]);
    const mark = { outcomeId: "M01-O2", from: "another-academy" } as const;
    await room.attest(whose, made("external-mark", mark));
    expect(await entitled()).to.deep.equal([all.at]);
    expect((await room.standingOf("p"))!.outcomes["M01-O2"]!.attested).to.have.length(1);
    const said = (await room.raised("competency.asserted")).filter(({ data }) => data.attested);
    expect(said.map(({ data }) => data.attested)).to.deep.equal([{ kind: "external-mark", digest }]);
  });

  it("recognises prior learning outcome by outcome, each on its own evidence, and says so in its own statement", async () => {
    await open(induction);
    for (const { id } of M01().outcomes) await room.attest(whose, made("prior-learning", { outcomeId: id }));
    const asserted = await room.raised("competency.asserted");
    expect(asserted.map(({ data }) => data.attested?.kind)).to.deep.equal(Array(3).fill("prior-learning"));
    const achieved = await room.raised("competency.achieved");
    expect(achieved.map(({ data }) => data.strongest)).to.have.members(
      asserted.map(({ id }) => statementId(id, "competency-asserted")),
    );
    // The module itself has still to be completed: what is recognised is outcomes.
    expect(await entitled()).to.deep.equal([]);
  });

  it("counts months of service until there are enough, and no longer when they are withdrawn", async () => {
    await open({ ...induction, service: { months: 12, attestedBy: "the unit" } });
    const all = new Doing("p", M01()).all();
    await room.take(...all.events);
    const first = await room.attest(whose, made("service", { amount: 6 }));
    await room.withdraw(whose, first.id, "training office");
    await room.attest(whose, made("service", { amount: 11 }));
    expect(await entitled()).to.deep.equal([]);
    const last = all.at + 60_000;
    await room.attest(whose, made("service", { amount: 1, at: last }));
    expect(await entitled()).to.deep.equal([last]);
  });

  it("takes an outcome back when it is withdrawn, and says that less is known now", async () => {
    await open(induction);
    const { id } = await room.attest(whose, made("prior-learning", { outcomeId: "M01-O1" }));
    await room.withdraw(whose, id, "training office");
    expect((await room.standingOf("p"))!.outcomes).to.deep.equal({});
    const asserted = await room.raised("competency.asserted");
    expect(asserted.map(({ data }) => data.confidence)).to.deep.equal([1, 0]);
    expect(asserted.at(-1)!.data.evidence).to.deep.equal([]);
    expect((await room.attestationsOf(whose))[0]!.withdrawn).to.include({ by: "training office" });
    expect(await refused(room.withdraw(whose, id, "x"))).to.equal("attestation_withdrawn_already");
    expect(await refused(room.withdraw(whose, "none", "x"))).to.equal("attestation_unknown");
  });

  for (const [what, attestation, reason] of [
    ["of the time ahead", made("service", { amount: 1, at: start + days(30) }), "ahead"],
    ["of service without months", made("service"), "amountMissing"],
    ["of a mark without its outcome", made("external-mark"), "outcomeMissing"],
    ["of an outcome that there is not", made("prior-learning", { outcomeId: "M01-O9" }), "outcomeUnknown"],
    ["of a mark from who knows where", made("external-mark", { outcomeId: "M04-O2" }), "evaluatorPlace"],
    [
      "of a mark from too near",
      made("external-mark", { outcomeId: "M04-O2", from: "another-academy" }),
      "evaluatorPlace",
    ],
    [
      "of a calibration that differs too much",
      made("external-mark", { outcomeId: "P01-O2", from: "another-academy", share: 0.79 }),
      "agreement",
    ],
  ] as const)
    it(`is refused ${what}, and nothing is saved`, async () => {
      await open({
        ...induction,
        externalMarks: { outcomes: ["M04-O2"], from: "another-jurisdiction" },
        calibration: { outcome: "P01-O2", everyMonths: 12, agreement: 0.8 },
      });
      expect(await refused(room.attest(whose, attestation))).to.equal(reason);
      expect(await room.standingOf("p")).to.equal(undefined);
    });
});
