import { expect } from "chai";
import type { Browser, Frame, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  answer,
  answersTo,
  courseFrame,
  goOn,
  heading,
  holdDebrief,
  leadingOn,
  openChromium,
  playScenario,
  scenarioOf,
  shippedCurriculum,
  takeQuiz,
  titleOf,
  until,
  wide,
  words,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { aTool, type Tool } from "../kit/tool.js";
import { aWay } from "../kit/ways.js";

describeWith("chromium", "a browser without JavaScript", (chromium) => {
  let tool: Tool;
  let browser: Browser;
  let page: Page;
  let frame: Frame;
  let curriculum: Curriculum;
  let certificate: string;
  let code: string;
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

  it("decides in a scenario, is told when nothing was chosen, and sees the debrief", async () => {
    await goOn(frame);
    await goOn(frame);
    await leadingOn(frame, () => frame.locator("form .row .button").click());
    expect(await frame.locator("#problems h2").innerText()).to.equal(
      words.t("learning.decision.undecidedTitle"),
    );
    await playScenario(frame, aWay(scenarioOf(curriculum).texts[0], { pass: false }).choices);
    const others = frame.locator("details").first();
    await others.locator("summary").click();
    expect(await others.locator(".why").first().isVisible()).to.equal(true);
    await frame.locator("#note-saw").fill("What I saw.");
    await leadingOn(frame, () => frame.locator("button[value=save]").click());
    expect(await frame.locator("#saved").count()).to.equal(1);
    expect(await frame.locator("#note-saw").inputValue()).to.equal("What I saw.");
    await holdDebrief(frame);
  }).timeout(40_000);

  it("passes the scenario, then the module", async () => {
    await goOn(frame);
    await goOn(frame);
    await playScenario(frame, aWay(scenarioOf(curriculum).texts[0], { pass: true }).choices);
    await holdDebrief(frame);
    for (const at of [4, 5]) {
      await goOn(frame);
      expect(await heading(frame)).to.equal(titles()[at]);
    }
    await goOn(frame);
    await takeQuiz(frame, curriculum);
    await leadingOn(frame, () => frame.locator("main .row.first .button").last().click());
    expect(await heading(frame)).to.equal(words.t("learning.module.complete"));
  }).timeout(40_000);

  it("comes to the certificate, and to a one-time code for it", async () => {
    await leadingOn(frame, () => frame.locator('main a[href$="/programmes"]').first().click());
    const links = frame.locator('main a[href*="/certificates/"]');
    certificate = await until("the certificate", async () => {
      await frame.goto(frame.url());
      if ((await links.count()) === 0) return undefined;
      return new URL((await links.first().getAttribute("href")) ?? "", tool.origin).href;
    });
    await leadingOn(frame, () => frame.locator('form[action*="/code"] button').first().click());
    code = await frame.locator(".one-time-code span").first().innerText();
  }).timeout(40_000);

  it("has the certificate verified by its address, its text and its file, and enters the code", async () => {
    const window = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    const given = await (await fetch(certificate, { headers: { accept: "application/vc" } })).text();
    const ways = [
      () => window.locator("#text").fill(given),
      () =>
        window.locator("#file").setInputFiles({
          name: "certificate.json",
          mimeType: "application/json",
          buffer: Buffer.from(given),
        }),
      () => window.locator("#url").fill(certificate),
    ];
    for (const give of ways) {
      await window.goto(`${tool.origin}/verify`);
      await give();
      await leadingOn(window.mainFrame(), () => window.locator("form button[type=submit]").click());
      // Five of the certificate itself, and one of two jurisdictions.
      expect(await window.locator('[data-answer="yes"]').count()).to.equal(6);
      const refused = window.locator('[data-answer="no"]');
      expect(await refused.count()).to.equal(1);
      expect(await refused.getAttribute("data-question")).to.equal("recognised");
    }
    await window.locator("#code").fill(code);
    await leadingOn(window.mainFrame(), () =>
      window.locator('form[action^="/verify/holder"] button').click(),
    );
    expect(await window.locator('[data-question="holder"]').getAttribute("data-answer")).to.equal("yes");
  }).timeout(40_000);

  it("finds the grade in the gradebook", async () => {
    await tool.drain();
    await page.goto(`${tool.sandboxOrigin}/gradebook`);
    const whole = words.t("sandbox.gradebook.score", { score: 100, maximum: 100 });
    expect(await page.locator(".grades .score").allInnerTexts()).to.deep.equal([whole]);
  }).timeout(20_000);
});
