import { expect } from "chai";
import type { BrowserContext, Frame } from "playwright-core";
import {
  answer,
  answersTo,
  courseFrame,
  goOn,
  heading,
  leadingOn,
  openProfile,
  shippedCurriculum,
  takePicture,
  titleOf,
  until,
  words,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { aTool, type Tool } from "../kit/tool.js";

/** Chromium's content setting that blocks all cookies and storage of a site. */
const blocked = 2;

describeWith("chromium", "platform storage", (chromium) => {
  let tool: Tool;
  let context: BrowserContext;
  let close: () => Promise<void>;

  before(async function () {
    this.timeout(60_000);
    tool = await aTool({ running: true });
  });
  after(() => tool.close());

  beforeEach(async () => {
    const exceptions = { cookies: { [`${tool.origin},${tool.sandboxOrigin}`]: { setting: blocked } } };
    ({ context, close } = await openProfile(chromium, {
      block_third_party_cookies: true,
      cookie_controls_mode: 1,
      content_settings: { exceptions },
    }));
  });
  afterEach(() => close());

  async function openCourse(
    user: string,
    prepare?: (page: { route: Route }) => Promise<void>,
  ): Promise<Frame> {
    const page = await context.newPage();
    await prepare?.({ route: (part) => page.route(part, (route) => route.abort()) });
    await page.goto(`${tool.sandboxOrigin}/course?as=${user}&storage=on`);
    return courseFrame(page);
  }
  type Route = (part: string) => Promise<unknown>;

  const focused = (frame: Frame): Promise<string> => frame.evaluate<string>("document.activeElement.tagName");
  const title = (frame: Frame): Promise<string> => frame.evaluate<string>("document.title");

  it("carries a visit where every cookie is blocked: its pages, titles, focus and the back button", async () => {
    const { modules } = await shippedCurriculum();
    const [first, second] = modules[0]!.activities;
    const frame = await openCourse("trainee-one");
    await frame.waitForURL(/\/visits\//);
    await frame.getByRole("heading", { name: words.t("learning.privacy.before") }).waitFor();
    // That this browser does block them.
    const kept = "document.cookie = 'own=1; Secure; SameSite=None; Partitioned', document.cookie";
    expect(await frame.evaluate<string>(kept)).to.equal("");

    await goOn(frame);
    expect(await heading(frame)).to.equal(titleOf(first!));
    expect(await title(frame)).to.include(titleOf(first!));
    expect(await focused(frame)).to.equal("H1");
    await takePicture(frame.page(), "journeys/platform-storage");

    // The visit's addresses are the browser's, so its back button works.
    const lesson = frame.url();
    await goOn(frame);
    const quiz = frame.url();
    expect(await heading(frame)).to.equal(titleOf(second!));
    await leadingOn(frame, () => frame.evaluate("history.back()"));
    expect([frame.url(), await heading(frame)]).to.deep.equal([lesson, titleOf(first!)]);
    await leadingOn(frame, () => frame.evaluate("history.forward()"));
    expect([frame.url(), await heading(frame)]).to.deep.equal([quiz, titleOf(second!)]);
  }).timeout(60_000);

  it("saves answers as they are given, follows forms to the place that they lead to, and brings the grade", async () => {
    const curriculum = await shippedCurriculum();
    const frame = await openCourse("trainee-two");
    await frame.waitForURL(/\/visits\//);
    await frame.getByRole("heading", { name: words.t("learning.privacy.before") }).waitFor();
    const quizzes = async (): Promise<number> => frame.locator("form[data-autosave]").count();
    for (let step = 0; step < 20 && (await quizzes()) === 0; step += 1) await goOn(frame);

    // Handed in with a question open: the page comes back at its list of problems.
    const answers = await answersTo(frame, curriculum);
    await answer(frame, { chosen: answers.chosen.slice(1) });
    const { total } = answers.score;
    const saved = words.t("learning.quiz.saved", { answered: total - 1, total });
    await frame.locator(".saving", { hasText: saved }).waitFor();
    await leadingOn(frame, () => frame.locator("button[value=hand-in]").click());
    expect(new URL(frame.url()).hash).to.equal("#problems");

    await answer(frame, { chosen: answers.chosen.slice(0, 1) });
    await leadingOn(frame, () => frame.locator("button[value=hand-in]").click());
    await until("the grade", () => {
      const { grades } = tool.sandbox.gradebook();
      return Promise.resolve(grades.length > 0 ? grades : undefined);
    });
  }).timeout(60_000);

  it("says in words when the service can't be reached, keeps what was there, and goes on when it can", async () => {
    const frame = await openCourse("trainee-3");
    await frame.waitForURL(/\/visits\//);
    await frame.getByRole("heading", { name: words.t("learning.privacy.before") }).waitFor();
    await context.setOffline(true);
    await frame.locator("main .row .button").first().click();
    await frame.getByRole("heading", { name: words.t("lti.opening.failedTitle") }).waitFor();
    expect(await frame.locator("h1").innerText()).to.equal(words.t("learning.privacy.before"));
    await context.setOffline(false);
    await leadingOn(frame, () => frame.getByRole("button", { name: words.t("lti.opening.again") }).click());
    expect(await heading(frame)).not.to.equal(words.t("learning.privacy.before"));
  }).timeout(60_000);

  it("carries the picker, whose answer goes to the platform as a form does", async () => {
    const page = await context.newPage();
    await page.goto(`${tool.sandboxOrigin}/course/add?as=instructor&tool=sandbox-client&storage=on`);
    const frame = await courseFrame(page);
    await frame.waitForURL(/\/visits\/.*\/pick/);
    await frame.locator("input[name=pick]").first().check();
    await frame.getByRole("button", { name: words.t("lti.pick.add") }).click();
    await until("the link", () =>
      Promise.resolve(
        frame.url().startsWith(tool.sandboxOrigin) || page.url().includes("/course?") || undefined,
      ),
    );
  }).timeout(60_000);

  it("carries the review of a trainee's work", async () => {
    const page = await context.newPage();
    await page.goto(`${tool.sandboxOrigin}/course?as=instructor&review=trainee-one&storage=on`);
    const frame = await courseFrame(page);
    await frame.waitForURL(/\/visits\/.*\/review/);
    await frame.locator("h1").waitFor();
  }).timeout(60_000);

  /** The course page with a frame of this name beside the tool's, if any, which the tool is told to look for. */
  async function lookingFor(name: string, user: string, storage: "on" | "off", src?: string): Promise<Frame> {
    const page = await context.newPage();
    await page.goto(`${tool.sandboxOrigin}/course?as=${user}&storage=${storage}`);
    // What the course page itself launches must not come in between.
    const frame = await courseFrame(page);
    if (storage === "on") await frame.waitForURL(/\/visits\/.+\//);
    else await frame.getByRole("heading", { name: words.t("lti.newWindow.title") }).waitFor();
    const before = frame.url();
    const launch = `${tool.sandboxOrigin}/course/launch?as=${user}&storage=on`;
    const login = (await fetch(launch, { redirect: "manual" })).headers.get("location") ?? "";
    if (src !== undefined) {
      const named = { name, src };
      await page.evaluate(
        `document.body.append(Object.assign(document.createElement("iframe"), ${JSON.stringify(named)}))`,
      );
      const beside = await until("the frame", () => Promise.resolve(page.frame({ name }) ?? undefined));
      await beside.locator("h1").waitFor();
    }
    const asked = JSON.stringify(login.replace("_parent", name));
    await page.evaluate(`document.querySelector("iframe.tool").src = ${asked}`);
    await frame.waitForURL(({ href }) => href.includes("/visits/") && href !== before);
    return frame;
  }

  it("is found in a frame beside the tool's by its name, as Canvas has it", async () => {
    const name = "post_message_forwarding";
    const frame = await lookingFor(name, "trainee-6", "off", `/canvas/${name}`);
    await frame.getByRole("heading", { name: words.t("learning.privacy.before") }).waitFor();
  }).timeout(60_000);

  it("is looked for in the page around where there is no such frame", async () => {
    const frame = await lookingFor("no_such_frame", "trainee-7", "on");
    await frame.getByRole("heading", { name: words.t("learning.privacy.before") }).waitFor();
  }).timeout(60_000);

  it("that does not answer in two seconds leads to the new window", async () => {
    const frame = await openCourse("trainee-4", ({ route }) => route("**/sandbox-storage.js*").then());
    await frame.getByRole("heading", { name: words.t("lti.opening.title") }).waitFor();
    await frame.getByRole("heading", { name: words.t("lti.newWindow.title") }).waitFor();
    const [opened] = await Promise.all([
      context.waitForEvent("page"),
      frame.getByRole("button", { name: words.t("lti.newWindow.open") }).click(),
    ]);
    await opened.waitForURL(/\/visits\//);
    expect(await heading(opened.mainFrame())).to.equal(words.t("learning.privacy.before"));
  }).timeout(60_000);

  it("whose answer no script can take at the launch leaves a page with a new window", async () => {
    const frame = await openCourse("trainee-5", ({ route }) => route("**/platform-launch.js*").then());
    await frame.waitForURL(/\/lti\/launch$/);
    await frame.getByRole("heading", { name: words.t("lti.newWindow.title") }).waitFor();
    expect(await frame.locator("form[target=_blank] button:visible").count()).to.equal(1);
  }).timeout(60_000);
});
