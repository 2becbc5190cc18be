import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import { chromium, type Browser, type Page } from "playwright-core";
import { scenarioOf } from "../../kit/chromium.js";
import { describeWith } from "../../kit/needs.js";
import { aWay } from "../../kit/ways.js";
import { aClassroom, demoCurriculum, type Classroom } from "./a-classroom.js";
import { scenarioFirst } from "./a-scenario.js";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
];

describeWith("chromium", "the player's pages in a browser", (executablePath) => {
  let browser: Browser;
  let room: Classroom;
  let page: Page;

  before(async function () {
    this.timeout(30_000);
    browser = await chromium.launch({ executablePath, args: [...quiet, "--disable-sync", "--no-first-run"] });
  });
  after(() => browser.close());
  beforeEach(async function () {
    this.timeout(30_000);
    room = await aClassroom();
    page = await (await browser.newContext()).newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await room.close();
  });

  /** Follows the one filled button, or another way on. */
  const press = async (selector = ".button:not(.quiet)") => {
    room.clock.advance(1000);
    await Promise.all([page.waitForEvent("load"), page.click(selector)]);
  };

  /** Chooses the key's answers for all items, and something else for the first `wrong` of them. */
  const answer = async (wrong = 0) => {
    const items = room.curriculum.modules
      .flatMap(({ activities }) => activities)
      .flatMap((activity) => (activity.kind === "quiz" ? activity.texts[0].items : []));
    const hidden = await page.locator('input[name="shown"]').all();
    const shown = await Promise.all(hidden.map((one) => one.getAttribute("value")));
    for (const [index, id] of shown.entries()) {
      const { options } = items.find((item) => item.id === id)!;
      const chosen = options.filter(({ right }) => right === index >= wrong);
      for (const option of index < wrong ? chosen.slice(0, 1) : chosen) {
        await page.check(`[name="item.${id!}"][value="${option.id}"]`);
      }
    }
  };

  const isSound = async (name: string) => {
    for (const width of [1040, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(over, `${name} at ${String(width)} px needs no sideways scrolling`).to.be.at.most(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
        `${name} at ${String(width)} px`,
      ).to.eql([]);
      expect(
        await page.locator(".button:visible:not(.quiet)").count(),
        `${name}: filled buttons`,
      ).to.be.at.most(1);
      expect(await page.locator("h1").count(), `${name}: h1`).to.equal(1);
    }
    await page.setViewportSize({ width: 1040, height: 800 });
  };

  it("are sound on a trainee's whole way: axe finds nothing, and each fits 360 px", async function () {
    this.timeout(120_000);
    await page.goto(room.door("trainee", "person-1"));
    await isSound("who sees what");
    await press();
    await isSound("lesson");
    const base = page.url().replace(/\/activities.*/, "");
    await page.goto(`${base}/activities/no-excuse`);
    await isSound("comes later");
    await page.goto(`${base}/`);
    await isSound("module, under way");
    await press();
    await press();
    await isSound("before a quiz");
    await press();
    await isSound("quiz");
    await press('[value="save"]');
    await isSound("quiz, saved");
    await press('[value="hand-in"]');
    await isSound("quiz, unanswered");
    await answer(3);
    await press('[value="hand-in"]');
    await isSound("not passed yet");
    await page.goto(`${base}/`);
    await isSound("module, to be retaken");
    await page.goto(`${base}/activities/six-tests`);
    await isSound("lesson, read again");
    await press();
    await press();
    await answer(1);
    await press('[value="hand-in"]');
    for (const summary of await page.locator("summary").all()) await summary.click();
    await isSound("passed");
    await page.goto(`${base}/nothing`);
    await isSound("error");
  });

  it("of a scenario and its debrief are sound, open and closed, before and after", async function () {
    this.timeout(240_000);
    await room.close();
    room = await aClassroom(scenarioFirst(await demoCurriculum()));
    const scenario = scenarioOf(room.curriculum).texts[0];
    await page.goto(room.door("trainee", "person-1"));
    await press();
    await isSound("before a scenario");
    await press();
    await press();
    await isSound("decision, none made");
    expect(await page.evaluate("document.activeElement.id")).to.equal("problems");
    const play = async (pass: boolean) => {
      for (const { optionId } of aWay(scenario, { pass }).choices) {
        await page.check(`[name="option"][value="${optionId}"]`);
        await press();
      }
    };
    await play(false);
    for (const summary of await page.locator("summary").all()) await summary.click();
    await isSound("debrief, not passed");
    await page.fill("#note-saw", "He looked at his shoes.");
    await press('[value="save"]');
    await isSound("debrief, saved");
    await press('[value="hold"]');
    await isSound("debrief, held");
    await press();
    await isSound("before a retake");
    await press();
    await isSound("decision");
    await play(true);
    await isSound("debrief, passed");
    await press('[value="hold"]');
    await isSound("module's last debrief, held");
  });

  it("show the map where there is room for it, and its list elsewhere and to a screen reader", async function () {
    this.timeout(60_000);
    await room.close();
    room = await aClassroom(scenarioFirst(await demoCurriculum()));
    await page.goto(room.door("trainee", "person-1"));
    await press();
    await press();
    for (const { optionId } of aWay(scenarioOf(room.curriculum).texts[0], { pass: true }).choices) {
      await page.check(`[name="option"][value="${optionId}"]`);
      await press();
    }
    const shown = async () => [
      await page.locator(".map").isVisible(),
      ((await page.locator(".way").boundingBox())?.height ?? 0) > 20,
    ];
    expect(await shown()).to.eql([true, false]);
    expect(await page.locator("main").ariaSnapshot()).to.match(/listitem: You reached/);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await shown()).to.eql([false, true]);
  });

  it("are sound for an instructor", async function () {
    this.timeout(120_000);
    await page.goto(room.door("instructor", "teacher"));
    await isSound("overview");
    const base = page.url();
    for (const id of ["six-tests", "six-tests-quiz", scenarioOf(room.curriculum).id]) {
      await page.goto(`${base}activities/${id}`);
      await isSound(`preview of ${id}`);
    }
  });

  it("save an answer as soon as it is given, and say so where a screen reader hears it", async function () {
    this.timeout(30_000);
    await page.goto(room.door("trainee", "person-1"));
    for (let steps = 0; steps < 3; steps += 1) await press();
    await page.locator("input[type=radio]").first().check();
    await page.locator('[role="status"]', { hasText: "Saved. 1 of 8 answered." }).waitFor();
    await page.reload();
    expect(await page.locator("input:checked").count()).to.equal(1);
  });

  it("say so when an answer could not be saved, and save it with the next one", async function () {
    this.timeout(30_000);
    await page.goto(room.door("trainee", "person-1"));
    for (let steps = 0; steps < 3; steps += 1) await press();
    await page.context().setOffline(true);
    await page.locator("fieldset").nth(0).locator("input:visible").first().check();
    await page.locator('[role="status"]', { hasText: "Not saved yet" }).waitFor();
    await page.context().setOffline(false);
    await page.locator("fieldset").nth(1).locator("input:visible").first().check();
    await page.locator('[role="status"]', { hasText: "Saved. 2 of 8 answered." }).waitFor();
    await page.reload();
    expect(await page.locator("input:checked").count()).to.equal(2);
  });

  it("move the focus to what is missing, and from there to the question", async function () {
    this.timeout(30_000);
    await page.goto(room.door("trainee", "person-1"));
    for (let steps = 0; steps < 3; steps += 1) await press();
    await press('[value="hand-in"]');
    expect(await page.evaluate("document.activeElement.id")).to.equal("problems");
    expect(await page.title()).to.match(/^8 questions have no answer yet/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).to.equal("item-1-1");
  });

  it("lead a keyboard from the top to the content in one step", async function () {
    this.timeout(30_000);
    await page.goto(room.door("trainee", "person-1"));
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).to.equal("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).to.equal("content");
  });
});
