import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { addMonths, days } from "../../../src/foundation/kernel/index.js";
import { narrow, openChromium, takePicture, wide } from "../../kit/chromium.js";
import { describeWith } from "../../kit/needs.js";
import { aScene, linkIn, personOf, type Scene } from "./a-reminded.js";

describeWith("chromium", "reminders in a browser", (chromium) => {
  let scene: Scene;
  let browser: Browser;
  let page: Page;
  let endsAt: number;
  before(async function () {
    this.timeout(120_000);
    [scene, browser] = await Promise.all([aScene(), openChromium(chromium)]);
    await scene.earn("trainee-one");
    endsAt = addMonths((await personOf(scene, 0)).at, 24);
    page = await (await browser.newContext({ viewport: wide })).newPage();
  });
  after(async () => {
    await browser.close();
    await scene.close();
  });

  async function look(name: string): Promise<void> {
    for (const size of [wide, narrow]) {
      await page.setViewportSize(size);
      const width = await page.evaluate<number>("document.scrollingElement.scrollWidth");
      expect(width, `${name} at ${size.width} px`).to.be.at.most(size.width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id }) => id),
        `${name} at ${size.width} px`,
      ).to.deep.equal([]);
      expect(await page.locator("main .button:not(.quiet)").count(), name).to.be.at.most(1);
      await takePicture(page, `reminders-${name}-${size.width}`, true);
    }
  }

  it("are given, confirmed and stopped by hand, on pages that are sound at 1040 and at 360 px", async function () {
    this.timeout(120_000);
    scene.to(addMonths(endsAt, -6));
    const isFirst = page.waitForURL(/\/visits\/[\w-]+\/?$/);
    await page.goto(`${scene.tool.sandboxOrigin}/course/launch?as=trainee-one`);
    await isFirst;
    await look("module-open");
    await page.locator(".note a").click();
    await page.waitForURL(/\/programmes$/);
    await look("form");
    await page.locator("#reminder-address").fill("by.hand@sandbox.invalid");
    await page.locator("button[value=give]").click();
    await page.waitForURL(/#reminders$/);
    await look("waiting");
    await scene.settle();
    await page.goto(linkIn(scene.server.mails.at(-1)!.text));
    await look("asks");
    await page.locator("main .button").click();
    await page.locator("button[value=stop]").waitFor();
    await look("on");
    await page.locator("button[value=stop]").click();
    await page.locator("main form").waitFor({ state: "detached" });
    await look("stopped");
  });

  it("stand above the module when it has lapsed", async function () {
    this.timeout(60_000);
    scene.to(endsAt + days(1));
    const isFirst = page.waitForURL(/\/visits\/[\w-]+\/?$/);
    await page.goto(`${scene.tool.sandboxOrigin}/course/launch?as=trainee-one`);
    await isFirst;
    await look("module-lapsed");
  });
});
