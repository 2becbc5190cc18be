import { expect } from "chai";
import { describeWith } from "../../kit/needs.js";
import { mongoDatabase, sqliteDatabase, type TestDatabase } from "../../storage/contract/database.js";
import { aTool, type Answered, type LtiTool } from "./a-tool.js";
import { messageKinds, sending } from "./message-kinds.js";

const posts = 100;

/** Posts one id_token many times at once, in turn to each process; exactly one launch may come of it. */
async function playAgain(tools: readonly LtiTool[]): Promise<void> {
  const [first] = tools;
  if (!first) return;
  for (const kind of messageKinds) {
    const login = await first.login();
    const token = await first.platform.sign(sending(first, kind).claims(login));
    const answers: Answered[] = await Promise.all(
      Array.from({ length: posts }, (_, index) => tools[index % tools.length]!.launch(login, token)),
    );
    expect(answers.filter(({ status }) => status === 303)).to.have.length(1);
    expect(answers.filter(({ code }) => code === "state_unknown")).to.have.length(posts - 1);
  }
}

describe("a launch that is posted a hundred times at once", () => {
  let database: TestDatabase;
  let tool: LtiTool;
  before(async () => {
    database = sqliteDatabase();
    tool = await aTool({ database: database.address });
  });
  after(async () => {
    await tool.stop();
    await database.drop();
  });

  it("works exactly once on SQLite", () => playAgain([tool])).timeout(30_000);
});

describeWith("mongodb", "a launch that is posted a hundred times at once, to two servers", (server) => {
  let database: TestDatabase;
  let tools: LtiTool[];
  before(async function () {
    this.timeout(30_000);
    database = mongoDatabase(server);
    const first = await aTool({ database: database.address });
    tools = [first, await aTool({ database: database.address, besides: first })];
  });
  after(async () => {
    for (const tool of [...tools].reverse()) await tool.stop();
    await database.drop();
  });

  it("works exactly once on MongoDB", () => playAgain(tools)).timeout(60_000);
});
