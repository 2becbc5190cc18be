import { expect } from "chai";
import type { Browser, Frame, Page } from "playwright-core";
import type { Curriculum, QuizItem } from "../../src/standards/curriculum/index.js";
import {
  answersTo,
  heading,
  launchedFrame,
  leadingOn,
  openChromium,
  scenarioOf,
  shippedCurriculum,
  takePicture,
  titleOf,
  until,
  wide,
  words,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { aTool, type Tool } from "../kit/tool.js";
import { aWay } from "../kit/ways.js";

interface Focus {
  /** Its place in the document, counted over all elements. */
  readonly place: number;
  readonly fits: boolean;
  /** An outline of 2 px or more, on it or on the box that it belongs to. */
  readonly outlined: boolean;
  readonly inView: boolean;
  readonly markup: string;
}

/** What has the focus of a page; undefined where nothing on it has. */
function focusOf(frame: Frame, wanted: string): Promise<Focus | undefined> {
  return frame.evaluate<Focus | undefined>(`(() => {
    const at = document.activeElement;
    if (!at || at === document.body || at.tagName === "IFRAME") return undefined;
    const outlined = (element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    };
    const { top, bottom, left, right } = at.getBoundingClientRect();
    return {
      place: [...document.querySelectorAll("*")].indexOf(at),
      fits: at.matches(${JSON.stringify(wanted)}),
      outlined: outlined(at) || outlined(at.closest("label") ?? at),
      inView: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
      markup: at.outerHTML.slice(0, 200),
    };
  })()`);
}

describeWith("chromium", "the keyboard alone", (chromium) => {
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
    page = await browser.newPage({ viewport: wide });
    frame = page.mainFrame();
  });

  after(async () => {
    await browser.close();
    await tool.close();
  });

  /** Goes on by Tab until what is wanted has the focus; every stop must be seen, and come after the one before. */
  async function tabTo(wanted: string, most = 40): Promise<void> {
    let place = (await focusOf(frame, wanted))?.place ?? -1;
    for (let stops = 0; stops < most; stops += 1) {
      await page.keyboard.press("Tab");
      const focus = await focusOf(frame, wanted);
      if (!focus) continue;
      expect(focus.outlined, `its focus is to be seen: ${focus.markup}`).to.equal(true);
      expect(focus.inView, `it is in view: ${focus.markup}`).to.equal(true);
      expect(focus.place, `it comes in order: ${focus.markup}`).to.be.greaterThan(place);
      ({ place } = focus);
      if (focus.fits) return;
    }
    throw new Error(`no way to ${wanted} by Tab`);
  }

  const pressEnter = (): Promise<void> => leadingOn(frame, () => page.keyboard.press("Enter"));

  it("opens the course from the start page, past the skip link", async () => {
    await page.goto(tool.sandboxOrigin);
    await tabTo(".skip", 1);
    await page.keyboard.press("Enter");
    await tabTo("main a", 1);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/course\?as=trainee-one/);
    frame = await launchedFrame(page);
    await frame.locator("h1").waitFor();
  }).timeout(20_000);

  it("comes into the frame, where the first stop skips to the content", async () => {
    await tabTo(".skip");
    expect(await frame.locator(".skip").boundingBox())
      .to.have.property("height")
      .that.is.above(20);
    await takePicture(page, "journeys/keyboard-skip-link");
    await page.keyboard.press("Enter");
    expect(await frame.locator("#content:focus").count()).to.equal(1);
    await tabTo("main .row .button", 1);
    await pressEnter();
    expect(await heading(frame)).to.equal(titles()[0]);
  }).timeout(20_000);

  it("opens a box of the lesson and goes on to the quiz", async () => {
    await tabTo("main summary");
    await page.keyboard.press("Enter");
    expect(await frame.locator("details").first().getAttribute("open")).not.to.equal(null);
    await tabTo("main .row button.button");
    await pressEnter();
    expect(await heading(frame)).to.equal(titles()[1]);
    await tabTo("main .row .button");
    await pressEnter();
    expect(await frame.locator("fieldset").count()).to.equal(8);
  }).timeout(30_000);

  it("is led from the summary of what is missing to the question itself", async () => {
    await tabTo("button[value=hand-in]");
    await pressEnter();
    expect(await frame.locator("#problems a").count()).to.equal(8);
    await tabTo("#problems a");
    await page.keyboard.press("Enter");
    expect(await focusOf(frame, "fieldset.missing input")).to.include({
      fits: true,
      inView: true,
      outlined: true,
    });
  }).timeout(30_000);

  it("answers with Space and the arrows, hands in and passes", async () => {
    const { chosen, score } = await answersTo(frame, curriculum);
    await page.reload();
    frame = await launchedFrame(page);
    await frame.locator("h1").waitFor();
    await tabTo("main .row .button");
    await pressEnter();
    for (const { item, options } of chosen) await answerByKeys(item, options);
    await tabTo("button[value=hand-in]");
    await pressEnter();
    expect(await heading(frame)).to.equal(words.t("learning.result.passed", score));
  }).timeout(60_000);

  it("decides in a scenario, reads its debrief, writes into it and holds it", async () => {
    await tabTo("main .row .button");
    await pressEnter();
    await tabTo("main .row button.button");
    await pressEnter();
    expect(await heading(frame)).to.equal(titles()[3]);
    await tabTo("main .row .button");
    await pressEnter();
    const { choices } = aWay(scenarioOf(curriculum).texts[0], { pass: true });
    for (const { nodeId, optionId } of choices) {
      await frame.locator(`input[name=node][value="${nodeId}"]`).waitFor({ state: "attached" });
      await chooseByKeys("input[name=option]", optionId);
      await tabTo("form .row .button");
      await pressEnter();
    }
    await tabTo("main summary");
    await page.keyboard.press("Enter");
    expect(await frame.locator("details").first().getAttribute("open")).not.to.equal(null);
    await tabTo("#note-saw");
    await page.keyboard.type("What I saw.");
    await tabTo("button[value=hold]");
    await pressEnter();
    expect(await frame.locator(".written").innerText()).to.include("What I saw.");
  }).timeout(90_000);

  it("comes by the last quiz to the certificate, makes a code, and has it verified", async () => {
    await tabTo("main .row .button");
    await pressEnter();
    await tabTo("main .row button.button");
    await pressEnter();
    await tabTo("main .row .button");
    await pressEnter();
    const { chosen } = await answersTo(frame, curriculum);
    for (const { item, options } of chosen) await answerByKeys(item, options);
    await tabTo("button[value=hand-in]");
    await pressEnter();
    await tabTo('main a[href$="/programmes"]');
    await pressEnter();
    await until("the certificate", async () => {
      if ((await frame.locator('form[action*="/code"]').count()) > 0) return true;
      await frame.goto(frame.url());
      return undefined;
    });
    await tabTo('form[action*="/code"] button');
    await pressEnter();
    const code = await frame.locator(".one-time-code span").first().innerText();
    await tabTo('main a[href*="/certificates/"]');
    const [opened] = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("Enter")]);
    page = opened;
    frame = page.mainFrame();
    await frame.locator("h1").waitFor();
    await tabTo("aside .button");
    await pressEnter();
    await tabTo("#code");
    await page.keyboard.type(code);
    await pressEnter();
    expect(await frame.locator('[data-question="holder"]').getAttribute("data-answer")).to.equal("yes");
  }).timeout(90_000);

  async function answerByKeys(item: QuizItem, options: readonly string[]): Promise<void> {
    const inputs = `input[name="item.${item.id}"]`;
    if (item.kind === "multiple") {
      for (const value of await valuesOf(inputs)) {
        await tabTo(`${inputs}[value="${value}"]`);
        if (options.includes(value)) await page.keyboard.press("Space");
      }
      return;
    }
    await chooseByKeys(inputs, options[0]!);
  }

  /** One of the radio buttons that `inputs` finds. */
  async function chooseByKeys(inputs: string, value: string): Promise<void> {
    await tabTo(inputs);
    await page.keyboard.press("Space");
    for (let down = (await valuesOf(inputs)).indexOf(value); down > 0; down -= 1) {
      await page.keyboard.press("ArrowDown");
    }
    expect(await focusOf(frame, `${inputs}[value="${value}"]:checked`)).to.include({
      fits: true,
      inView: true,
      outlined: true,
    });
  }

  /** Values of a question's options in the order shown. */
  async function valuesOf(inputs: string): Promise<string[]> {
    const all = await frame.locator(inputs).all();
    return Promise.all(all.map((input) => input.inputValue()));
  }
});
