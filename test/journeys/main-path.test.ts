import { expect } from "chai";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  courseFrame,
  goOn,
  heading,
  holdDebrief,
  launchedFrame,
  leadingOn,
  openChromium,
  playScenario,
  scenarioOf,
  shippedCurriculum,
  takePicture,
  takeQuiz,
  titleOf,
  until,
  wayOn,
  wide,
  words,
  type Answers,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { blame, ownWords } from "../kit/own-words.js";
import { startTool, type StartedTool } from "../kit/started-tool.js";
import { aStranger } from "../kit/stranger.js";
import { aWay } from "../kit/ways.js";

interface Statement {
  readonly actor: { readonly objectType?: string; readonly account?: { readonly name: string } };
  readonly verb: { readonly id: string };
  /** Of a revocation it is the trainee, who has no `id`. */
  readonly object: { readonly id?: string };
  readonly result?: { readonly score?: { readonly scaled: number } };
}

describeWith("chromium", "the main path, as a person walks it", (chromium) => {
  let tool: StartedTool;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let frame: Frame;
  let curriculum: Curriculum;
  let canaries: string[];
  let pictures = 0;
  const passed: Answers["score"][] = [];
  const titles = () => curriculum.modules[0]!.activities.map(titleOf);

  /** A picture of the step, and a look for anybody's id, name or mail address in what the tool shows. */
  async function step(name: string): Promise<void> {
    pictures += 1;
    await page.evaluate("window.scrollTo(0, 0)");
    await takePicture(page, `journeys/${String(pictures).padStart(2, "0")}-${name}`);
    if (!frame.isDetached() && frame.url().startsWith(tool.origin)) {
      const html = await frame.content();
      expect(canaries.filter((canary) => html.includes(canary))).to.deep.equal([]);
    }
  }

  async function openCourse(user: string): Promise<void> {
    await page.goto(tool.address);
    await page.getByRole("link", { name: words.t(`sandbox.start.open.${user}`) }).click();
    frame = await launchedFrame(page);
    await frame.locator("h1").waitFor();
  }

  before(async function () {
    this.timeout(60_000);
    [tool, browser, curriculum] = await Promise.all([
      startTool(),
      openChromium(chromium),
      shippedCurriculum(),
    ]);
    canaries = await tool.canaries();
    context = await browser.newContext({ viewport: wide });
    page = await context.newPage();
    frame = page.mainFrame();
  });

  after(async () => {
    await browser.close();
    await tool.remove();
  });

  it("begins with one address and a start page", async () => {
    expect(
      tool
        .stdout()
        .trim()
        .split("\n")
        .filter((line) => line.includes(tool.address)),
    ).to.have.length(1);
    await page.goto(tool.address);
    expect(await heading(frame)).to.equal(words.t("sandbox.start.title"));
    await step("start");
  });

  it("opens the tool in the course page, on another site than the course, and says who sees what", async () => {
    await openCourse("trainee-one");
    expect(new URL(page.url()).hostname).to.equal("127.0.0.1");
    expect(new URL(frame.url()).hostname).to.equal("localhost");
    expect(await heading(frame)).to.equal(words.t("learning.privacy.before"));
    await step("who-sees-what");
  });

  it("leads through the first lesson to its quiz", async () => {
    await goOn(frame);
    expect(await heading(frame)).to.equal(titles()[0]);
    await step("lesson");
    await goOn(frame);
    expect(await heading(frame)).to.equal(titles()[1]);
    await step("quiz-start");
  }).timeout(20_000);

  it("says calmly that a run was not passed, without the key, and asks to read the lesson again", async () => {
    await goOn(frame);
    await step("quiz");
    const { chosen, score } = await takeQuiz(frame, curriculum, 3);
    expect(await heading(frame)).to.equal(words.t("learning.result.notYet", score));
    const page = await frame.locator("main").innerText();
    const [own = ""] = page.split(words.t("learning.result.items"));
    expect(own).not.to.match(blame);
    for (const { item } of chosen.slice(0, 3)) {
      for (const { text } of item.options.filter(({ right }) => right)) {
        // Of several right ones a person may have chosen some; of the first three none was.
        expect(page).not.to.include(text);
      }
    }
    await step("result-not-passed");
    await goOn(frame);
    expect(await heading(frame)).to.equal(titles()[0]);
    await step("lesson-again");
  }).timeout(30_000);

  it("goes on where it was when the course is opened anew", async () => {
    await page.close();
    page = await context.newPage();
    await openCourse("trainee-one");
    const done = words.t("learning.module.underWay", { done: 1, total: titles().length });
    expect(await heading(frame)).to.equal(done);
    expect(await wayOn(frame).innerText()).to.include(titles()[1]);
    await step("resumed");
  }).timeout(20_000);

  it("lets the quiz be taken again and passed", async () => {
    await goOn(frame);
    expect(await heading(frame)).to.equal(titles()[1]);
    await goOn(frame);
    const { score } = await takeQuiz(frame, curriculum, 1);
    passed.push(score);
    expect(await heading(frame)).to.equal(words.t("learning.result.passed", score));
    await step("result-passed");
  }).timeout(30_000);

  it("shows a second trainee that trainee's own state only", async () => {
    const [first, firstFrame] = [page, frame];
    page = await context.newPage();
    await openCourse("trainee-two");
    expect(await heading(frame)).to.equal(words.t("learning.privacy.before"));
    await step("second-trainee");
    await page.close();
    [page, frame] = [first, firstFrame];
  }).timeout(20_000);

  it("leads through a scenario that one choice decides, to its debrief, and lets it be taken again and passed", async () => {
    for (const at of [2, 3]) {
      await goOn(frame);
      expect(await heading(frame)).to.equal(titles()[at]);
    }
    await step("scenario-start");
    const [scenario] = scenarioOf(curriculum).texts;
    for (const pass of [false, true]) {
      await goOn(frame);
      await step(`decision-${pass ? "again" : "first"}`);
      await playScenario(frame, aWay(scenario, { pass }).choices);
      await step(`debrief-${pass ? "passed" : "not-passed"}`);
      const own = ownWords(await frame.locator("main").innerText(), curriculum);
      expect(own).to.include(words.t("learning.debrief.questions"));
      expect(own).not.to.match(blame);
      await holdDebrief(frame, { saw: "What I saw." });
      if (!pass) await goOn(frame);
    }
    await step("scenario-done");
  }).timeout(60_000);

  it("ends with the module done", async () => {
    for (const [at, name] of [
      [4, "third-lesson"],
      [5, "last-quiz"],
    ] as const) {
      await goOn(frame);
      expect(await heading(frame)).to.equal(titles()[at]);
      await step(name);
    }
    await goOn(frame);
    const { score } = await takeQuiz(frame, curriculum);
    passed.push(score);
    expect(await heading(frame)).to.equal(words.t("learning.result.passed", score));
    await step("last-result");
    await leadingOn(frame, () => frame.locator("main .row.first .button").last().click());
    expect(await heading(frame)).to.equal(words.t("learning.module.complete"));
    await step("module-done");
  }).timeout(40_000);

  it("shows the certificate to a stranger, who checks it, until it is revoked", async () => {
    await leadingOn(frame, () => frame.locator('main a[href$="/programmes"]').first().click());
    const href = await until("the certificate", async () => {
      await frame.goto(frame.url());
      return (
        (await frame
          .locator('main a[href*="/certificates/"]')
          .first()
          .getAttribute("href", { timeout: 300 })
          .catch(() => undefined)) ?? undefined
      );
    });
    await step("programme");
    const stranger = await aStranger(browser, new URL(href, tool.origin).href);
    const before = await stranger.answers();
    expect(before).to.include.members([
      "unaltered yes",
      "issuer yes",
      "dates yes",
      "standing yes",
      "evidence yes",
      "recognised yes",
      "recognised no",
      "holder unknown",
    ]);

    await leadingOn(frame, () => frame.locator('form[action*="/code"] button').first().click());
    const code = await frame.locator(".one-time-code span").first().innerText();
    await stranger.enter(code);

    const id = href.split("/").at(-1) ?? "";
    await tool.cli(
      "certificate",
      "revoke",
      id,
      "--reason",
      "issued-in-error",
      "--by",
      "the journey's office",
    );
    expect(await stranger.answers()).to.include.members(["unaltered yes", "standing no"]);
    expect(await stranger.text()).to.match(/revoked/i);
    expect(canaries.filter((canary) => href.includes(canary))).to.deep.equal([]);
    await stranger.leave();
  }).timeout(90_000);

  it("brings the grade into the gradebook: the mean of the passed runs", async () => {
    // The scenario counts as passed, and no more is said of it.
    const shares = [...passed.map(({ right, total }) => right / total), 1];
    const score = Math.round((10_000 * sum(shares)) / shares.length) / 100;
    await page.goto(`${tool.address}/gradebook`);
    frame = page.mainFrame();
    const grade = words.t("sandbox.gradebook.score", { score, maximum: 100 });
    await until(`the grade ${grade}`, async () => {
      await page.reload();
      return (await page.locator(".grades .score").allInnerTexts()).includes(grade) || undefined;
    });
    expect(await page.locator(".grades .score").allInnerTexts()).to.deep.equal([grade]);
    expect(await page.locator(".history .refused").count()).to.equal(0);
    await step("gradebook");
  }).timeout(20_000);

  it("keeps the evidence, and nothing formative, for credentials made by the command line", async () => {
    const made = await tool.cli("lrs", "client", "add", "journey", "--scope", "all/read", "--json");
    const { key, secret } = JSON.parse(made) as { key: string; secret: string };
    const answer = await fetch(`${tool.origin}/xapi/statements?ascending=true`, {
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
        "x-experience-api-version": "1.0.3",
      },
    });
    const text = await answer.text();
    expect(answer.status, text).to.equal(200);
    const { statements } = JSON.parse(text) as { statements: Statement[] };
    const told = statements.map(({ verb, object }) =>
      [verb.id, object.id ?? ""].map((id) => id.split("/").at(-1)).join(" "),
    );
    const [, firstQuiz, , scenario, , lastQuiz] = curriculum.modules[0]!.activities.map(({ id }) => id);
    const ofCertificate = /^(certified|revoked|forfeited) /;
    const inModule = told.filter((one) => !/^(asserted|achieved) /.test(one) && !ofCertificate.test(one));
    expect(told.filter((one) => ofCertificate.test(one))).to.deep.equal([
      "certified hcp-induction",
      "revoked ",
      "forfeited hcp-induction",
    ]);
    expect(inModule).to.deep.equal([
      "initialized M01",
      `passed ${firstQuiz!}`,
      `completed ${scenario!}`,
      "completed debrief",
      `passed ${lastQuiz!}`,
      "completed M01",
    ]);
    expect(
      statements.filter(({ verb }) => verb.id.endsWith("passed")).map(({ result }) => result?.score?.scaled),
    ).to.deep.equal(passed.map(({ right, total }) => right / total));
    // The academy alone revokes; all else the one trainee did.
    const [theirs, academys] = [false, true].map((revoked) =>
      statements.filter(({ verb }) => verb.id.endsWith("/revoked") === revoked),
    );
    expect(new Set(theirs!.map(({ actor }) => actor.account?.name)).size).to.equal(1);
    expect(academys!.map(({ actor }) => actor.objectType)).to.deep.equal(["Group"]);
    expect(canaries.filter((canary) => text.includes(canary))).to.deep.equal([]);
  }).timeout(20_000);

  for (const user of ["instructor", "administrator"]) {
    it(`shows the overview to the ${user}`, async () => {
      await openCourse(user);
      expect(await heading(frame)).to.equal(curriculum.modules[0]!.title);
      expect(await frame.getByRole("heading", { name: words.t("learning.overview.way") }).count()).to.equal(
        1,
      );
      await step(`overview-${user}`);
    }).timeout(20_000);
  }

  it("has written nobody's id, name or mail address into its log", () => {
    const log = tool.stdout() + tool.stderr();
    expect(log).to.include('"route"');
    expect(canaries.filter((canary) => log.includes(canary))).to.deep.equal([]);
  });

  it("ends within its deadline at SIGTERM, though the browser keeps its connections", async () => {
    await courseFrame(page);
    const { code, ms } = await tool.stop();
    expect(code).to.equal(0);
    expect(ms).to.be.below(tool.stopSeconds * 1000);
  }).timeout(20_000);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
