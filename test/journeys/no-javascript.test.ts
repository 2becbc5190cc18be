import { expect } from "chai";
import type { Browser, Frame, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  answer,
  answersTo,
  courseFrame,
  goOn,
  heading,
  leadingOn,
  openChromium,
  shippedCurriculum,
  takeQuiz,
  titleOf,
  wide,
  words,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { aTool, type Tool } from "../kit/tool.js";

describeWith("chromium", "a browser without JavaScript", (chromium) => {
  let tool: Tool;
  let browser: Browser;
  let page: Page;
  let frame: Frame;
  let curriculum: Curriculum;
  const titles = () => curriculum.modules[0]!.activities.map(titleOf);

  before(async function () {
    this.timeout(60_000);
    [tool, browser, curriculum] = await Promise.all([
      aTool({ running: true }),
      openChromium(chromium),
      shippedCurriculum(),
    ]);
    page = await browser.newPage({ viewport: wide, javaScriptEnabled: false });
  });

  after(async () => {
    await browser.close();
    await tool.close();
  });

  it("comes from the start page into the tool in the course page", async () => {
    await page.goto(tool.sandboxOrigin);
    await page.getByRole("link", { name: words.t("sandbox.start.open.trainee-one") }).click();
    await page.locator("iframe.tool").waitFor();
    frame = await courseFrame(page);
    await frame.getByRole("button", { name: words.t("sandbox.post.button") }).click();
    await frame.waitForURL(/\/visits\//);
    expect(await heading(frame)).to.equal(words.t("learning.privacy.before"));
  }).timeout(20_000);

  it("reads a lesson and opens its local boxes", async () => {
    await goOn(frame);
    expect(await heading(frame)).to.equal(titles()[0]);
    const more = frame.locator("details").first();
    await more.locator("summary").click();
    expect(await more.locator("p").last().isVisible()).to.equal(true);
    await goOn(frame);
    expect(await heading(frame)).to.equal(titles()[1]);
  }).timeout(20_000);

  it("saves drafts by a button, is told what is missing, and passes", async () => {
    await goOn(frame);
    const answers = await answersTo(frame, curriculum);
    await answer(frame, { chosen: answers.chosen.slice(1) });
    await leadingOn(frame, () => frame.locator("button[value=save]").click());
    const { total } = answers.score;
    expect(await frame.locator("#saved").innerText()).to.include(
      words.t("learning.quiz.savedNote", { answered: total - 1, total }),
    );
    await leadingOn(frame, () => frame.locator("button[value=hand-in]").click());
    expect(await frame.locator("#problems h2").innerText()).to.equal(
      words.t("learning.quiz.missingTitle", { count: 1 }),
    );
    const { score } = await takeQuiz(frame, curriculum);
    expect(await heading(frame)).to.equal(words.t("learning.result.passed", score));
    await goOn(frame);
    expect(await heading(frame)).to.equal(titles()[2]);
  }).timeout(30_000);

  it("finds the grade in the gradebook", async () => {
    await tool.drain();
    await page.goto(`${tool.sandboxOrigin}/gradebook`);
    const half = words.t("sandbox.gradebook.score", { score: 50, maximum: 100 });
    expect(await page.locator(".grades .score").allInnerTexts()).to.deep.equal([half]);
  }).timeout(20_000);
});
