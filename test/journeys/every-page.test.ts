import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  answer,
  answersTo,
  goOn,
  heading,
  holdDebrief,
  launchedFrame,
  leadingOn,
  narrow,
  openChromium,
  playScenario,
  scenarioOf,
  shippedCurriculum,
  takeQuiz,
  wayOn,
  wide,
  words,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { isSound } from "../kit/sound-page.js";
import { aTool, type Tool } from "../kit/tool.js";
import { aWay } from "../kit/ways.js";

describeWith("chromium", "every page", (chromium) => {
  let tool: Tool;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let curriculum: Curriculum;

  before(async function () {
    this.timeout(60_000);
    [tool, browser, curriculum] = await Promise.all([
      aTool({ running: true }),
      openChromium(chromium),
      shippedCurriculum(),
    ]);
    context = await browser.newContext({ viewport: wide });
    page = await context.newPage();
  });

  after(async () => {
    await browser.close();
    await tool.close();
  });

  /** The tool in a window of its own, so that its page is the whole page. */
  async function openTool(user: string): Promise<void> {
    await page.goto(`${tool.sandboxOrigin}/course/launch?as=${user}&target=window`);
    await page.waitForURL(/\/visits\//);
    await page.locator("h1").waitFor();
  }

  describe("of the sandbox LMS", () => {
    it("start", async () => {
      await page.goto(tool.sandboxOrigin);
      await isSound(page, "start");
    });
    it("course page, with the tool in its frame", async () => {
      await page.goto(`${tool.sandboxOrigin}/course?as=trainee-one`);
      const frame = await launchedFrame(page);
      await frame.locator("h1").waitFor();
      await isSound(page, "course");
    });
    it("gradebook without grades", async () => {
      await page.goto(`${tool.sandboxOrigin}/gradebook`);
      await isSound(page, "gradebook-empty");
    });
    it("step on the way to the tool", async () => {
      // Routes of a whole context would also stop the window in which axe-core gathers its findings.
      await page.route("**/sandbox-submit*", (route) => route.abort());
      await page.goto(`${tool.sandboxOrigin}/course/launch?as=trainee-one&target=window`);
      await page.getByRole("button", { name: words.t("sandbox.post.button") }).waitFor();
      await isSound(page, "on-the-way");
      await page.unroute("**/sandbox-submit*");
    });
    it("user unknown", async () => {
      await page.goto(`${tool.sandboxOrigin}/course?as=nobody`);
      await isSound(page, "user-unknown");
    });
  }).timeout(60_000);

  describe("of a trainee", () => {
    it("who sees what, before the beginning", async () => {
      await openTool("trainee-one");
      await isSound(page, "who-sees-what");
    });
    it("lesson, and what comes later", async () => {
      await goOn(page.mainFrame());
      await isSound(page, "lesson-first");
      const visit = new URL(page.url()).pathname.split("/").slice(0, 3).join("/");
      const later = curriculum.modules[0]!.activities.at(-1)!;
      await page.goto(`${tool.origin}${visit}/activities/${later.id}`);
      await isSound(page, "comes-later");
      await page.goto(`${tool.origin}${visit}/privacy`);
      await isSound(page, "who-sees-what-later");
      await page.goto(`${tool.origin}${visit}/`);
      await isSound(page, "module-begun");
      await goOn(page.mainFrame());
    });
    it("quiz: start, questions, drafts saved, questions left open", async () => {
      const frame = page.mainFrame();
      await goOn(frame);
      await isSound(page, "quiz-start");
      await goOn(frame);
      await isSound(page, "quiz");
      const { chosen } = await answersTo(frame, curriculum, 3);
      await answer(frame, { chosen: chosen.slice(2) });
      await leadingOn(frame, () => frame.locator("button[value=save]").click());
      await isSound(page, "quiz-saved");
      await leadingOn(frame, () => frame.locator("button[value=hand-in]").click());
      expect(await frame.locator("#problems a").count()).to.equal(2);
      await isSound(page, "quiz-error-summary");
      await frame.locator("#problems a").first().click();
      expect(await frame.locator("fieldset.missing input:focus").count()).to.equal(1);
      await answer(frame, { chosen: chosen.slice(0, 2) });
      await leadingOn(frame, () => frame.locator("button[value=hand-in]").click());
    });
    it("results of runs: not passed and passed", async () => {
      const frame = page.mainFrame();
      await isSound(page, "result-not-passed");
      await goOn(frame);
      await isSound(page, "lesson-again");
      await goOn(frame);
      await isSound(page, "quiz-start-again");
      await goOn(frame);
      await takeQuiz(frame, curriculum, 1);
      await isSound(page, "result-passed");
      await frame.locator("summary").first().click();
      await isSound(page, "result-passed-opened");
    });
    it("lessons in the middle and at the end, the last quiz, module under way and done", async () => {
      const frame = page.mainFrame();
      await goOn(frame);
      await isSound(page, "lesson-middle");
      for (const summary of await frame.locator("summary").all()) await summary.click();
      await isSound(page, "lesson-middle-opened");
      await goOn(frame);
      await leadingOn(frame, () => frame.locator("header .where").click());
      await isSound(page, "module-under-way");
      await goOn(frame);
      await goOn(frame);
      await playScenario(frame, aWay(scenarioOf(curriculum).texts[0], { pass: true }).choices);
      await holdDebrief(frame);
      for (const name of ["lesson-last", "quiz-last"]) {
        await goOn(frame);
        await isSound(page, name);
      }
      await goOn(frame);
      await takeQuiz(frame, curriculum);
      await isSound(page, "result-last");
      await leadingOn(frame, () => frame.locator("main .row.first .button").last().click());
      expect(await heading(frame)).to.equal(words.t("learning.module.complete"));
      await isSound(page, "module-done");
      await tool.drain();
      await page.goto(`${tool.sandboxOrigin}/gradebook`);
      await page.locator(".grades .score").waitFor();
      await isSound(page, "gradebook");
    });
  }).timeout(240_000);

  describe("of an instructor", () => {
    it("overview, preview of a lesson, preview of a quiz", async () => {
      await openTool("instructor");
      await isSound(page, "overview");
      const tiles = page.locator("ol.activities a");
      await leadingOn(page.mainFrame(), () => tiles.nth(0).click());
      await isSound(page, "preview-lesson");
      await page.goBack();
      await leadingOn(page.mainFrame(), () => tiles.nth(1).click());
      await isSound(page, "preview-quiz");
    });
  }).timeout(60_000);

  describe("that says no", () => {
    const refusals = [
      ["login-incomplete", "/lti/login"],
      [
        "platform-unknown",
        "/lti/login?iss=https://lms.example&login_hint=a&target_link_uri=https://a.example",
      ],
      ["opened-directly", "/lti/launch"],
      ["visit-unknown", `/visits/${"a".repeat(24)}/`],
      ["not-found", "/nowhere"],
    ] as const;
    for (const [name, path] of refusals) {
      it(name, async () => {
        await page.goto(tool.origin + path);
        await isSound(page, name);
      });
    }
    it("launch refused, since nobody began it here", async () => {
      const post = `<form method="post" action="${tool.origin}/lti/launch"><input name="state" value="a b"><input name="id_token" value="a.b.c"><button>send</button></form>`;
      await page.route(`${tool.sandboxOrigin}/forged`, (route) =>
        route.fulfill({ contentType: "text/html", body: post }),
      );
      await page.goto(`${tool.sandboxOrigin}/forged`);
      await page.locator("button").click();
      await page.waitForURL(/\/lti\/launch$/);
      expect(await page.locator(".reference .code").innerText()).not.to.equal("");
      await isSound(page, "launch-refused");
    });
    it("a browser that keeps no cookie in the frame is offered a new window", async () => {
      const launch = await fetch(`${tool.sandboxOrigin}/course/launch?as=trainee-two`, {
        redirect: "manual",
      });
      const forgetful = await browser.newContext({ viewport: wide });
      page = await forgetful.newPage();
      await page.goto(`${launch.headers.get("location")!}&again=1`);
      expect(await heading(page.mainFrame())).to.equal(words.t("lti.newWindow.title"));
      await isSound(page, "new-window");
    });
  }).timeout(60_000);

  it("leads on by a button that a finger can hit", async () => {
    page = await (await browser.newContext({ viewport: narrow })).newPage();
    await openTool("trainee-two");
    const box = await wayOn(page.mainFrame()).boundingBox();
    expect(box?.height).to.be.at.least(44);
  }).timeout(60_000);
});
