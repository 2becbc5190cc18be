import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  goOn,
  heading,
  openChromium,
  shippedCurriculum,
  takeQuiz,
  titleOf,
  until,
  wide,
  words,
} from "../kit/chromium.js";
import { Administrator, type Lms } from "../kit/lms.js";
import { describeWith } from "../kit/needs.js";
import { isSound } from "../kit/sound-page.js";
import { aTool, type Tool } from "../kit/tool.js";

const say = words.t.bind(words);

describeWith("chromium", "in an LMS", (chromium) => {
  let tool: Tool;
  let administrator: Administrator;
  let lms: Lms;
  let browser: Browser;
  let page: Page;
  let curriculum: Curriculum;

  before(async function () {
    this.timeout(60_000);
    [tool, browser, curriculum] = await Promise.all([
      aTool({ running: true }),
      openChromium(chromium),
      shippedCurriculum(),
    ]);
    administrator = new Administrator(tool);
    lms = await administrator.lms("moodle");
    page = await (await browser.newContext({ viewport: wide })).newPage();
  });
  after(async () => {
    await browser.close();
    await tool.close();
  });

  /** The tool in a window of its own, so that its page is the whole page. */
  async function open(query: Readonly<Record<string, string>>): Promise<void> {
    const asked = new URLSearchParams({ ...query, target: "window" });
    await page.goto(`${tool.sandboxOrigin}/course/launch?${asked.toString()}`);
    await page.waitForURL((url) => url.origin === tool.origin);
    await page.locator("h1").waitFor();
  }
  const atClass = async (): Promise<void> => {
    await open({ as: "instructor" });
    await page.getByRole("link", { name: say("learning.overview.class") }).click();
    await page.waitForURL(/\/class$/);
  };
  const grades = () => tool.sandbox.gradebook().grades;

  it("an anonymous launch, with no name and no mail address, works", async () => {
    await open({ as: "trainee-5", privacy: "anonymous" });
    await goOn(page.mainFrame());
    expect(await heading(page.mainFrame())).to.equal(titleOf(curriculum.modules[0]!.activities[0]!));
  }).timeout(30_000);

  it("a right that was taken away is told to the instructor, and mended when it is given back", async () => {
    await open({ as: "trainee-6" });
    const frame = page.mainFrame();
    for (let steps = 0; (await frame.locator("button[value=hand-in]").count()) === 0; steps += 1) {
      expect(steps, "steps to the quiz").to.be.lessThan(12);
      await goOn(frame);
    }
    await administrator.allow("sandbox-client", (scope) => !scope.includes("/lti-ags/"));
    await takeQuiz(frame, curriculum);
    await until("the failure", async () => {
      await atClass();
      return (await page.getByText(say("learning.class.failuresTitle")).count()) > 0 || undefined;
    });
    await isSound(page, "class-of-24");
    expect(grades()).to.have.length(0);

    await administrator.allow("sandbox-client", () => true);
    await open({ as: "trainee-6" });
    await until("the grade", () => Promise.resolve(grades().length > 0 || undefined));
    await atClass();
    expect(await page.getByText(say("learning.class.failuresTitle")).count()).to.equal(0);
  }).timeout(90_000);

  it("are sound: the review of a trainee's work", async () => {
    await open({ as: "instructor", review: "trainee-6" });
    await page.getByText(say("learning.review.kicker")).waitFor();
    await isSound(page, "review");
  }).timeout(40_000);

  it("are sound: Tessera's question in the LMS's frame", async () => {
    const url = await administrator.registrationLink();
    const query = new URLSearchParams({ as: "administrator", flavour: "moodle", url });
    await page.goto(`${tool.sandboxOrigin}/admin/register?${query.toString()}`);
    await page.frameLocator("iframe.tool").locator("main .button").waitFor();
    await isSound(page, "register-in-frame");
  }).timeout(40_000);

  it("the academy's page works by keyboard alone, from its link to a registration link", async () => {
    await page.goto(await administrator.ownerLink());
    const pressed = async (name: string): Promise<void> => {
      const focused = "document.activeElement.innerText.trim()";
      for (let tabs = 0; (await page.evaluate<string>(focused)) !== name; tabs += 1) {
        expect(tabs, `tabs to “${name}”`).to.be.lessThan(30);
        await page.keyboard.press("Tab");
      }
      await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    };
    await pressed(say("registration.invite.submit"));
    await pressed(say("registration.add.title"));
    await pressed(say("registration.add.linkSubmit"));
    expect(await page.locator("#link").inputValue()).to.include("/lti/register/");
  }).timeout(30_000);

  it("are sound: a launch that is refused", async () => {
    const platforms = await tool.storage.lti.platforms();
    const { id } = platforms.find(({ clientId }) => clientId === lms.places[1].clientId)!;
    const desk = await administrator.desk();
    await administrator.press(desk, `/platforms/${id}/off`);
    await open({ as: "trainee-7", link: lms.places[1].link });
    expect(await page.locator(".reference .code").innerText()).to.equal("platform_inactive");
    await isSound(page, "launch-refused");
  }).timeout(40_000);
});
