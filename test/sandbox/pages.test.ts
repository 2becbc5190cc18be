import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { openChromium } from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { isSound } from "../kit/sound-page.js";
import { addItem, aSandbox, postScore, type SandboxUnderTest } from "./a-sandbox.js";
import { addTool, openRegistration } from "./an-added-tool.js";

describeWith("chromium", "the pages of the sandbox's platform", (chromium) => {
  let tested: SandboxUnderTest;
  let browser: Browser;
  let page: Page;
  let canvas: string;
  before(async function () {
    this.timeout(60_000);
    [tested, browser] = await Promise.all([aSandbox(), openChromium(chromium)]);
    canvas = await addTool(tested, "canvas");
    await postScore(tested, await addItem(tested), { comment: "2 of 3 parts" });
    page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await page.route(`${tested.toolOrigin}/**`, (route) =>
      route.fulfill({
        contentType: "text/html",
        body: "<!doctype html><html lang='en'><title>Tool</title><main><h1>Tool</h1></main>",
      }),
    );
  });
  after(async () => {
    await browser.close();
    await tested.stop();
  });

  const paths: [string, () => string][] = [
    ["admin", () => "/admin?as=administrator"],
    ["tool", () => `/admin/tools/${canvas}?as=administrator`],
    ["course-of-instructor", () => "/course?as=instructor&storage=on"],
    ["course-of-canvas", () => "/course?as=instructor&course=canvas-1"],
    ["add-content", () => "/course/add?as=instructor&tool=sandbox-client"],
    ["add-content-in-a-dialog", () => `/course/add?as=instructor&course=canvas-1&tool=${canvas}`],
    ["gradebook-of-a-class", () => "/gradebook"],
  ];
  for (const [name, path] of paths) {
    it(`are sound: ${name}`, async () => {
      await page.goto(`${tested.origin}${path()}`);
      await isSound(page, `sandbox-${name}`);
    }).timeout(60_000);
  }

  it("are sound: a registration link in its frame", async () => {
    const { page: shown } = await openRegistration(tested, "moodle");
    await page.goto(shown.url);
    await isSound(page, "sandbox-register");
  }).timeout(60_000);

  it("open a registration link by the keyboard alone: address, button", async () => {
    await page.goto(`${tested.origin}/admin?as=administrator`);
    await page.getByRole("textbox", { name: "Dynamic registration URL" }).focus();
    await page.keyboard.type(`${tested.toolOrigin}/lti/register/once`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/admin\/register\?.*flavour=canvas/);
    expect(await page.locator("iframe.tool").getAttribute("src")).to.include("registration_token=");
  }).timeout(20_000);
});
