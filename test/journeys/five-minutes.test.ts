import { expect } from "chai";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  courseFrame,
  goOn,
  openChromium,
  shippedCurriculum,
  takePicture,
  takeQuiz,
  until,
  words,
} from "../kit/chromium.js";
import { Guide, type Hand } from "../kit/guide.js";
import { describeWith } from "../kit/needs.js";
import { startTool, type StartedTool } from "../kit/started-tool.js";

/** Small enough for the pictures of a page of docs. */
const small = { width: 900, height: 680 } as const;
const say = words.t.bind(words);
const arvenia = ["--jurisdiction", "XA", "--jurisdiction-name", "Arvenia"];

describeWith("chromium", "an administrator's five minutes", (chromium) => {
  let tool: StartedTool;
  let browser: Browser;
  let context: BrowserContext;
  let curriculum: Curriculum;
  /** Origin of the LMS. */
  let lms: string;
  /** What an instructor adds. */
  let title: string;

  before(async function () {
    this.timeout(90_000);
    [tool, browser, curriculum] = await Promise.all([
      startTool(),
      openChromium(chromium),
      shippedCurriculum(),
    ]);
    lms = new URL(tool.address).origin;
    title = curriculum.modules[0]!.title;
    for (const name of ["Coastal", "Valley"])
      await tool.cli("academy", "add", name.toLowerCase(), "--name", `${name} Police Academy`, ...arvenia);
  });
  beforeEach(async () => {
    const permissions = ["clipboard-read", "clipboard-write"];
    context = await browser.newContext({ viewport: small, permissions });
  });
  afterEach(async function () {
    const isFailed = this.currentTest?.state === "failed";
    for (const [at, page] of isFailed ? context.pages().entries() : [])
      await takePicture(page, `guides/failed-${at}`);
    await context.close();
  });
  after(async () => {
    await browser.close();
    await tool.remove();
  });

  const tab = async (address: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(address);
    return page;
  };
  const course = (user: string, id: string): Promise<Page> => tab(`${lms}/course?as=${user}&course=${id}`);
  const admin = (): Promise<Page> => tab(`${lms}/admin?as=administrator`);
  const shown = (place: Page | Frame, beginning: RegExp): Promise<string> =>
    place.locator("button", { hasText: beginning }).first().innerText();

  /** From the one-time link to the registration link in the clipboard: the first four steps. */
  async function makeLink(guide: Guide, academy: string): Promise<{ desk: Page; link: string }> {
    const isPictured = academy === "coastal";
    const invite = await tool.cli("invite", academy, "--for", "Ms Oduya", "--json");
    const desk = await tab((JSON.parse(invite) as { url: string }).url);
    await guide.step(async (hand) => {
      if (isPictured) await hand.picture(desk);
      await hand.press(desk, say("registration.invite.submit"));
    });
    await guide.step(async (hand) => {
      await desk.waitForURL(/\/desks\//);
      if (!isPictured) await hand.picture(desk);
      await hand.press(desk, say("registration.add.title"));
    });
    await guide.step((hand) => hand.press(desk, say("registration.add.linkSubmit")));
    await guide.step(async (hand) => {
      await hand.read(desk, say("registration.link.label"));
      await hand.press(desk, say("registration.copy.submit"));
      await desk.getByText(say("registration.copy.done")).waitFor();
      if (isPictured) await hand.picture(desk);
    });
    return { desk, link: await desk.evaluate<string>("navigator.clipboard.readText()") };
  }

  /** Tessera's question in the LMS's frame, and what the LMS asks of its administrator then. */
  async function connect(guide: Guide, page: Page, activate: string): Promise<void> {
    await guide.step(async (hand) => {
      const frame = await courseFrame(page);
      await hand.tick(frame, say("registration.ask.names"));
      await hand.picture(page);
      await hand.press(frame, await shown(frame, /^Connect /));
    });
    await guide.step(async (hand) => {
      await page.waitForURL(/\/admin\?as=administrator$/);
      await hand.read(page, say("registration.tool.name"));
      await hand.picture(page);
      await hand.press(page, activate);
    });
  }

  async function approve(hand: Hand, desk: Page, isPictured: boolean): Promise<void> {
    await hand.press(desk, say("registration.back"));
    const button = await shown(desk, /^Approve /);
    if (isPictured) await hand.picture(desk);
    await hand.press(desk, button);
    await hand.read(desk, say("registration.state.on"));
  }

  /** The picker's frame. */
  async function addContent(hand: Hand, page: Page): Promise<Frame> {
    await hand.press(page, say("sandbox.course.addFrom", { tool: say("registration.tool.name") }));
    await page.waitForURL(/\/course\/add/);
    return courseFrame(page);
  }

  async function pick(hand: Hand, page: Page, frame: Frame): Promise<void> {
    await hand.tick(frame, title);
    await hand.picture(page);
    await hand.press(frame, say("lti.pick.add"));
    await page.waitForURL(/\/course\?/);
  }

  /** A place that nobody has approved: refused, then approved. */
  async function approvePlace(guide: Guide, page: Page, desk: Page): Promise<void> {
    await guide.step(async (hand) => {
      await hand.read(await addContent(hand, page), say("errors.deployment_not_approved.title"));
    });
    await guide.step(async (hand) => {
      await desk.reload();
      await hand.read(desk, say("registration.title.places", { count: 1 }));
      await hand.picture(desk);
      await hand.press(desk, say("registration.place.approve"));
      await desk.getByText(say("registration.notice.approved")).waitFor();
    });
  }

  /** A trainee's first quiz, the grade in the LMS, and what the academy's page says of both. */
  async function seeThatItWorks(guide: Guide, desk: Page, id: string): Promise<void> {
    const trainee = await course("trainee-one", id);
    await guide.step(async (hand) => {
      const link = trainee.getByRole("link", { name: title, exact: true });
      // The only activity of a course is open already.
      if ((await link.count()) === 0) await hand.read(trainee, title);
      else {
        await hand.press(trainee, title);
        await trainee.waitForURL(/link=/);
      }
      await takeFirstQuiz(await courseFrame(trainee));
    });
    await guide.step(async (hand) => {
      const book = await tab(`${lms}/gradebook?course=${id}`);
      const grades = book.locator("strong.score");
      await until("the grade", async () => {
        await book.reload();
        return (await grades.count()) > 0 || undefined;
      });
      await hand.read(book, title);
      if (hand.isPictured) await hand.picture(book);
    });
    await guide.step(async (hand) => {
      // The gradebook has the grade a moment before the tool has the gradebook's answer.
      await until("the grade on the desk", async () => {
        await desk.goto(desk.url().replace(/\?.*/, ""));
        return (await fact(desk, "lastGrade")) !== say("registration.fact.notYet") || undefined;
      });
      expect(await desk.locator("h1").innerText()).to.equal(say("registration.title.on", { count: 1 }));
      await hand.read(desk, say("registration.fact.lastLaunch"));
      await hand.read(desk, say("registration.fact.lastGrade"));
      await hand.picture(desk);
      for (const name of ["lastLaunch", "lastGrade"])
        expect(await fact(desk, name), name).not.to.equal(say("registration.fact.notYet"));
    });
  }

  async function takeFirstQuiz(frame: Frame): Promise<void> {
    await frame.waitForURL(/\/visits\//);
    await frame.locator("h1").waitFor();
    for (let steps = 0; (await frame.locator("button[value=hand-in]").count()) === 0; steps += 1) {
      expect(steps, "steps to the quiz").to.be.lessThan(12);
      await goOn(frame);
    }
    await takeQuiz(frame, curriculum);
  }

  /** Of the platform that stands first on the academy's page. */
  const fact = (desk: Page, name: string): Promise<string> =>
    desk
      .locator(`section.platform dt:text-is("${say(`registration.fact.${name}`)}") + dd`)
      .first()
      .innerText();

  it("with Moodle: docs/add-to-moodle.md, followed to the letter", async () => {
    const guide = await Guide.open("add-to-moodle.md");
    const { desk, link } = await makeLink(guide, "coastal");
    const moodle = await admin();
    await guide.step(async (hand) => {
      await hand.fill(moodle, say("sandbox.admin.moodle.url"), link);
      await hand.picture(moodle);
      await hand.press(moodle, say("sandbox.admin.moodle.go"));
    });
    await connect(guide, moodle, say("sandbox.tool.activate"));
    await guide.step((hand) => approve(hand, desk, true));
    const instructor = await course("instructor", "course-1");
    let frame: Frame | undefined;
    await guide.step(async (hand) => {
      frame = await addContent(hand, instructor);
    });
    await guide.step((hand) => pick(hand, instructor, frame!));
    await seeThatItWorks(guide, desk, "course-1");
    expect(guide.left).to.equal(0);
  }).timeout(120_000);

  it("with Canvas: docs/add-to-canvas.md, followed to the letter", async () => {
    const guide = await Guide.open("add-to-canvas.md");
    const { desk, link } = await makeLink(guide, "valley");
    const canvas = await admin();
    await guide.step(async (hand) => {
      await hand.fill(canvas, say("sandbox.admin.canvas.url"), link);
      await hand.press(canvas, say("sandbox.admin.canvas.go"));
    });
    await connect(guide, canvas, say("sandbox.tool.enable"));
    await guide.step((hand) => approve(hand, desk, false));
    const instructor = await course("instructor", "canvas-1");
    await approvePlace(guide, instructor, desk);
    await instructor.goto(`${lms}/course?as=instructor&course=canvas-1`);
    await guide.step(async (hand) => pick(hand, instructor, await addContent(hand, instructor)));
    await seeThatItWorks(guide, desk, "canvas-1");
    await byDeveloperKey(guide, desk);
    expect(guide.left).to.equal(0);
  }).timeout(150_000);

  /** The same Canvas once more, by hand; in the test LMS both ways have the same addresses. */
  async function byDeveloperKey(guide: Guide, desk: Page): Promise<void> {
    const canvas = await admin();
    await desk.getByRole("link", { name: say("registration.add.title") }).click();
    await guide.step(async (hand) => {
      await hand.read(desk, say("registration.told.canvas"));
      const address = await desk.getByLabel(say("registration.told.canvas")).inputValue();
      await hand.fill(canvas, say("sandbox.admin.jsonUrl"), address);
      await hand.picture(canvas);
      await hand.press(canvas, say("sandbox.admin.addJson"));
    });
    await guide.step(async (hand) => {
      await hand.press(canvas, say("sandbox.tool.enable"));
      await hand.read(canvas, say("sandbox.tool.clientId"));
    });
    const told = (name: string): Promise<string> =>
      canvas.locator(`dt:text-is("${say(`sandbox.tool.${name}`)}") + dd`).innerText();
    const field = (name: string): string => say(`registration.field.${name}.label`);
    await guide.step(async (hand) => {
      await hand.press(desk, say("registration.add.canvasGo"));
      for (const name of ["name", "address", "clientId"]) await hand.fill(desk, field(name), "");
      await hand.picture(desk);
      await desk.goBack();
    });
    await guide.step(async (hand) => {
      await hand.press(desk, say("registration.add.otherGo"));
      await hand.choose(desk, field("flavour"), say("registration.flavour.canvas"));
      await hand.fill(desk, field("name"), "Our Canvas");
      for (const name of ["issuer", "clientId", "authorizationUrl", "tokenUrl", "jwksUrl"])
        await hand.fill(desk, field(name), await told(name));
      await hand.fill(desk, say("registration.field.optional", { label: field("frameOrigin") }), lms);
    });
    await guide.step(async (hand) => {
      await hand.press(desk, say("registration.form.submit"));
      await hand.press(desk, await shown(desk, /^Approve /));
      await hand.read(desk, say("registration.state.on"));
    });
  }
});
