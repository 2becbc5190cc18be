import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Curriculum } from "../../../src/standards/curriculum/index.js";
import { openChromium, words } from "../../kit/chromium.js";
import { describeWith } from "../../kit/needs.js";
import { isSound } from "../../kit/sound-page.js";
import { demoCurriculum } from "../../training/learning/a-classroom.js";
import { aPicker, claims, type Entering, type Item, type Picker } from "./a-picker.js";

describeWith("chromium", "the content picker in a browser", (chromium) => {
  let curriculum: Curriculum;
  let picker: Picker;
  let browser: Browser;
  let page: Page;
  before(async function () {
    this.timeout(60_000);
    const demo = await demoCurriculum();
    const [first] = demo.modules;
    // Enough for a second page of the list.
    const modules = ["M01", "M02", "M03", "M04"].map((id) => ({ ...first!, id }));
    curriculum = { ...demo, modules };
    [picker, browser] = await Promise.all([aPicker(curriculum), openChromium(chromium)]);
  });
  after(async () => {
    await browser.close();
    await picker.close();
  });
  const open = async (entering: Entering = {}, javaScriptEnabled = true) => {
    page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await page.goto(picker.door(entering));
  };
  afterEach(() => page.context().close());

  const press = (name: string) =>
    Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).click()]);
  const add = words.t("lti.pick.add");

  it("is sound in every width: the list, a problem with it, previews", async function () {
    this.timeout(240_000);
    await open();
    await page.check("#pick-2");
    await isSound(page, "pick-list");
    await page.uncheck("#pick-2");
    await page.fill("#q", "castellan");
    await press("Search");
    await press(add);
    await isSound(page, "pick-problem");
    for (const title of ["Six tests for every power", "The bus from Castellan"]) {
      if (await page.getByRole("button", { name: "Show everything" }).isVisible())
        await press("Show everything");
      await page.locator(`[aria-label="Preview: ${title}"]`).first().click();
      await isSound(page, `pick-preview-${title.slice(0, 3).trim().toLowerCase()}`);
      await page.getByText(words.t("lti.pick.preview.back"), { exact: true }).click();
    }
  });

  it("is sound from right to left, with what was chosen beside what was found", async function () {
    this.timeout(240_000);
    await open({ locale: "ar" });
    await page.check("#pick-2");
    await page.fill("#q", "castellan");
    await press("Search");
    await isSound(page, "pick-right-to-left");
    await page.fill("#q", "zebra");
    await press("Search");
    await isSound(page, "pick-empty");
  });

  it("is sound where one link is chosen", async function () {
    this.timeout(120_000);
    await open({ errand: { multiple: false } });
    await page.check("#pick-3");
    await isSound(page, "pick-one");
  });

  it("is sound while its answer waits to be brought to the platform", async function () {
    this.timeout(120_000);
    await open();
    await page.route("**/pick-answer.js*", (route) => route.abort());
    await page.check("[value='M03']");
    await press(add);
    await isSound(page, "pick-answer");
  });

  it("says how many are chosen, and brings the answer to the platform by itself", async function () {
    this.timeout(60_000);
    await open();
    const line = page.locator("[data-chosen]");
    expect(await line.innerText()).to.equal("Chosen: 0");
    await page.check("[value='M01/six-tests']");
    await page.check("[value='M02']");
    expect(await line.innerText()).to.equal("Chosen: 2");
    await page.getByRole("button", { name: add }).click();
    await page.waitForURL(/\/return/);
    const { payload } = await picker.verify(picker.arrived.at(-1)!);
    expect((payload[claims.items] as Item[]).map(({ custom }) => custom)).to.deep.equal([
      { module: "M01", activity: "six-tests" },
      { module: "M02" },
    ]);
  });

  it("works without JavaScript, by a button more", async function () {
    this.timeout(60_000);
    await open({}, false);
    await page.check("[value='M03']");
    await page.fill("#q", "bus");
    await press("Search");
    expect(await page.locator("[name=pick]:checked").getAttribute("value")).to.equal("M03");
    expect(await page.locator("[data-chosen]").isVisible()).to.equal(false);
    await press(add);
    const before = picker.arrived.length;
    await press(words.t("lti.pick.answer.go"));
    const { payload } = await picker.verify(picker.arrived[before]!);
    expect((payload[claims.items] as Item[]).map(({ custom }) => custom)).to.deep.equal([{ module: "M03" }]);
  });

  it("works by keyboard alone: Enter in a word searches, Space ticks, and what has the focus is seen", async function () {
    this.timeout(60_000);
    await open();
    await page.setViewportSize({ width: 360, height: 640 });
    await page.focus("#q");
    await page.keyboard.type("castellan");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    expect(await page.locator("h1").innerText()).to.equal("4 entries fit what you look for");
    const wanted = curriculum.modules.length * 2 + 20;
    for (let presses = 0; presses < wanted; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate<{ name: string; value: string; hidden: boolean }>(`(() => {
        const at = document.activeElement;
        const box = at.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return { name: at.name ?? "", value: at.value ?? "", hidden: top !== null && !(at === top || at.contains(top) || top.contains(at)) };
      })()`);
      expect(focused.hidden, focused.value).to.equal(false);
      if (focused.name === "pick" && focused.value === "M02/bus-from-castellan")
        await page.keyboard.press("Space");
      if (focused.value === "add") break;
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/return/);
    const { payload } = await picker.verify(picker.arrived.at(-1)!);
    expect((payload[claims.items] as Item[]).map(({ custom }) => custom["module"])).to.deep.equal(["M02"]);
  });
});
