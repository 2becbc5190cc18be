import { expect } from "chai";
import type { Browser, BrowserContext, Frame } from "playwright-core";
import {
  courseFrame,
  goOn,
  heading,
  launchedFrame,
  leadingOn,
  openChromium,
  openProfile,
  shippedCurriculum,
  takePicture,
  titleOf,
  words,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { aTool, type Tool } from "../kit/tool.js";

/** Chromium's own names: 1 blocks third-party cookies; a content setting of 2 blocks all of a site. */
const thirdPartyBlocked = { block_third_party_cookies: true, cookie_controls_mode: 1 };
const blocked = 2;

describeWith("chromium", "cookies", (chromium) => {
  let tool: Tool;

  before(async function () {
    this.timeout(60_000);
    tool = await aTool({ running: true });
  });

  after(() => tool.close());

  async function inProfile(
    preferences: object,
    walk: (context: BrowserContext) => Promise<void>,
  ): Promise<void> {
    const { context, close } = await openProfile(chromium, preferences);
    try {
      await walk(context);
    } finally {
      await close();
    }
  }

  async function openCourse(context: BrowserContext, user: string): Promise<Frame> {
    const page = await context.newPage();
    await page.goto(`${tool.sandboxOrigin}/course?as=${user}`);
    const frame = await courseFrame(page);
    await frame.locator("h1").waitFor();
    return frame;
  }

  it("may be blocked for third parties: the tool works in its frame", async () => {
    await inProfile(thirdPartyBlocked, async (context) => {
      const frame = await openCourse(context, "trainee-one");
      await frame.waitForURL(/\/visits\//);
      await goOn(frame);
      const { modules } = await shippedCurriculum();
      expect(await heading(frame)).to.equal(titleOf(modules[0]!.activities[0]!));
      // That this browser does block them: a cookie that is not partitioned is not kept.
      const kept = await frame.evaluate<string>(
        "document.cookie = 'plain=1; Secure; SameSite=None', document.cookie = 'own=1; Secure; SameSite=None; Partitioned', document.cookie",
      );
      expect(kept).to.equal("own=1");
    });
  }).timeout(40_000);

  it("may be blocked altogether in the frame: a button there opens a window in which the launch succeeds", async () => {
    const exceptions = { cookies: { [`${tool.origin},${tool.sandboxOrigin}`]: { setting: blocked } } };
    await inProfile({ ...thirdPartyBlocked, content_settings: { exceptions } }, async (context) => {
      const frame = await openCourse(context, "trainee-two");
      expect(await heading(frame)).to.equal(words.t("lti.newWindow.title"));
      await takePicture(frame.page(), "journeys/cookies-blocked-in-frame");
      const [opened] = await Promise.all([
        context.waitForEvent("page"),
        frame.getByRole("button", { name: words.t("lti.newWindow.open") }).click(),
      ]);
      await opened.waitForURL(/\/visits\//);
      expect(await heading(opened.mainFrame())).to.equal(words.t("learning.privacy.before"));
      expect(await heading(frame)).to.equal(words.t("lti.newWindow.title"));
    });
  }).timeout(40_000);

  it("may be blocked everywhere: the new window says why it can't begin", async () => {
    const exceptions = { cookies: { [`${tool.origin},*`]: { setting: blocked } } };
    await inProfile({ content_settings: { exceptions } }, async (context) => {
      const frame = await openCourse(context, "trainee-two");
      const [opened] = await Promise.all([
        context.waitForEvent("page"),
        frame.getByRole("button", { name: words.t("lti.newWindow.open") }).click(),
      ]);
      const refused = opened.mainFrame();
      await refused.locator(".reference .code").waitFor();
      expect(await refused.locator(".reference .code").innerText()).to.equal("browser_keeps_no_cookie");
      await takePicture(opened, "journeys/cookies-blocked-everywhere");
    });
  }).timeout(40_000);

  describe("of one browser with two tabs", () => {
    let browser: Browser;

    before(async function () {
      this.timeout(30_000);
      browser = await openChromium(chromium);
    });
    after(() => browser.close());

    it("never mix two trainees", async () => {
      const fresh = await aTool({ running: true });
      try {
        const context = await browser.newContext();
        const open = async (user: string): Promise<Frame> => {
          const page = await context.newPage();
          await page.goto(`${fresh.sandboxOrigin}/course?as=${user}`);
          const frame = await launchedFrame(page);
          await frame.locator("h1").waitFor();
          return frame;
        };
        const [one, two] = [await open("trainee-one"), await open("trainee-two")];
        const home = async (frame: Frame): Promise<string> => {
          await leadingOn(frame, () => frame.locator("header .where").click());
          return heading(frame);
        };
        await goOn(one);
        await goOn(one);
        expect(await home(two)).to.equal(words.t("learning.privacy.before"));
        await goOn(two);
        const total = (await shippedCurriculum()).modules[0]!.activities.length;
        expect(await home(one)).to.equal(words.t("learning.module.underWay", { done: 1, total }));
        expect(await home(two)).to.equal(words.t("learning.module.beginning", { total }));
        // Each tab's form is bound to its own visit.
        const [visitOne, visitTwo] = [one, two].map((frame) => frame.url().split("/")[4]);
        expect(visitOne).not.to.equal(visitTwo);
      } finally {
        await fresh.close();
      }
    }).timeout(40_000);
  });
});
