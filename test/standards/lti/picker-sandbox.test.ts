import { expect } from "chai";
import { HttpBrowser, unescapeHtml, type Page } from "../../kit/http-browser.js";
import { aTool, type Tool } from "../../kit/tool.js";
import { textOf } from "./a-picker.js";

describe("what an instructor picks at a real launch", () => {
  let tool: Tool;
  before(async function () {
    this.timeout(30_000);
    tool = await aTool();
  });
  after(() => tool.close());

  const browser = new HttpBrowser();
  /** Goes through the forms between the platform and the tool, which send themselves. */
  const through = async (page: Page): Promise<Page> => {
    let at = page;
    while (!at.url.includes("/visits/")) at = await browser.submit(at, at.forms[0]!);
    return at;
  };

  it("stands in the platform's course, and opens there", async function () {
    this.timeout(30_000);
    const follow = async (page: Page, what: RegExp): Promise<Page> =>
      browser.get(new URL(unescapeHtml(what.exec(page.html)![1]!), tool.sandboxOrigin).href);
    const before = await browser.get(`${tool.sandboxOrigin}/course?as=instructor`);
    const dialog = await follow(before, /href="(\/course\/add[^"]*)"/);
    const picker = await through(await follow(dialog, /<iframe[^>]*src="([^"]+)"/));
    expect(picker.url).to.match(/\/visits\/[\w-]+\/pick$/);
    const answer = await browser.submit(picker, picker.forms[0]!, {
      do: "add",
      pick: ["M01/six-tests-quiz", "M01/border-check"],
    });
    expect(answer.status).to.equal(200);
    const taken = await browser.submit(answer, answer.forms[0]!);
    expect(taken.status).to.equal(200);
    const course = await browser.get(`${tool.sandboxOrigin}/course?as=trainee-one`);
    const trainee = await through(
      await follow(
        await follow(course, /href="([^"]*)"[^>]*>\s*Who gets the second question/),
        /<iframe[^>]*src="([^"]+)"/,
      ),
    );
    expect(trainee.url).to.match(/\/visits\/[\w-]+\//);
    expect(trainee.status).to.equal(200);
    const gradebook = await browser.get(`${tool.sandboxOrigin}/gradebook`);
    expect(textOf(gradebook.html))
      .to.contain("Quiz: six tests for every power")
      .and.not.to.contain("Who gets the second question");
  });
});
