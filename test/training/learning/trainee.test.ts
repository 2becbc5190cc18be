import { expect } from "chai";
import type { CurriculumModule } from "../../../src/standards/curriculum/index.js";
import type { Attempt } from "../../../src/training/learning/index.js";
import {
  attemptOf,
  expectedGrade,
  expectedStatements,
  lineOf,
  outboxIsEmpty,
  statementsIn,
} from "../../kit/finished-path.js";
import { aTool, type Tool } from "../../kit/tool.js";
import { stepsOfPath, Trainee } from "../../kit/trainee.js";
import { demoCurriculum } from "./a-classroom.js";

const userKey = "trainee-one";

describe("a trainee's whole way, from the launch to the grade", function () {
  this.timeout(60_000);
  let tool: Tool;
  let module: CurriculumModule;
  let trainee: Trainee;
  beforeEach(async () => {
    tool = await aTool({ running: true });
    module = (await demoCurriculum()).modules.find(({ id }) => id === "M01")!;
    trainee = new Trainee({ sandboxOrigin: tool.sandboxOrigin, userKey, module });
  });
  afterEach(() => tool.close());

  const attempt = (): Promise<Attempt> =>
    attemptOf(tool.storage, tool.sandbox, { userKey, moduleId: module.id });

  it("goes over a scenario that was failed, debriefed, taken again, passed and debriefed", async () => {
    let steps = 0;
    for (; await trainee.step(); steps += 1) expect(steps).to.be.below(100);
    expect(Math.abs(steps - stepsOfPath)).to.be.at.most(6);
    await trainee.check();
    expect([...trainee.ways.values()].map(({ passed }) => passed)).to.eql([false, true]);
    await outboxIsEmpty(tool.storage, 20_000);
    const { completedAt, formativeUntil, registration } = await attempt();
    expect(formativeUntil! - completedAt!).to.equal(90 * 86_400_000);
    const statements = await statementsIn(tool.storage, await attempt(), { registration });
    expect(statements.map(lineOf)).to.have.members(
      expectedStatements(module.id, trainee.played(), { formative: true }),
    );
    const evidence = await statementsIn(tool.storage, await attempt(), {
      registration,
      classes: ["evidence"],
    });
    expect(evidence.map(lineOf)).to.have.members(
      expectedStatements(module.id, trainee.played(), { formative: false }),
    );
    const [grade] = tool.sandbox.gradebook().grades;
    expect(grade!.score).to.equal(expectedGrade(trainee.played()));
  });

  it("keeps the words of a debrief from everyone: no statement and no log has them", async () => {
    await trainee.playScenario({ pass: true });
    await trainee.holdDebrief();
    const text = [...trainee.ways.values()][0]!.notes.saw!;
    expect(JSON.stringify(await attempt())).to.include(text);
    await outboxIsEmpty(tool.storage, 20_000);
    const statements = await statementsIn(tool.storage, await attempt());
    expect(JSON.stringify(statements)).to.include("/debrief").and.not.to.include(text);
    expect(tool.log()).not.to.include(text);
  });
});
