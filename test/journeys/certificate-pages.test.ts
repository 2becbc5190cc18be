import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  goOn,
  heading,
  holdDebrief,
  leadingOn,
  openChromium,
  playScenario,
  scenarioOf,
  shippedCurriculum,
  takeQuiz,
  titleOf,
  until,
  wide,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { isSound } from "../kit/sound-page.js";
import { startTool, type StartedTool } from "../kit/started-tool.js";
import { aWay } from "../kit/ways.js";

describeWith("chromium", "every page from the scenario to the certificate", (chromium) => {
  let tool: StartedTool;
  let browser: Browser;
  let page: Page;
  let curriculum: Curriculum;
  /** Path of the visit, and address of the certificate. */
  let visit: string;
  let certificate: string;

  before(async function () {
    this.timeout(90_000);
    [tool, browser, curriculum] = await Promise.all([
      startTool(),
      openChromium(chromium),
      shippedCurriculum(),
    ]);
    page = await (await browser.newContext({ viewport: wide })).newPage();
    visit = await openTool("trainee-one");
    await walkTo(3);
  });

  after(async () => {
    await browser.close();
    await tool.remove();
  });

  /** The tool in a window of its own, so that its page is the whole page. */
  async function openTool(user: string): Promise<string> {
    await page.goto(`${new URL(tool.address).origin}/course/launch?as=${user}&target=window`);
    await page.waitForURL(/\/visits\//);
    await page.locator("h1").waitFor();
    return /^.*\/visits\/[\w-]+/.exec(page.url())?.[0] ?? "";
  }

  /** From the page at hand to the start of this activity, by lessons and quizzes. */
  async function walkTo(at: number): Promise<void> {
    const frame = page.mainFrame();
    const titles = curriculum.modules[0]!.activities.map(titleOf);
    for (let steps = 0; (await heading(frame)) !== titles[at]; steps += 1) {
      expect(steps, "steps").to.be.lessThan(20);
      if ((await frame.locator("button[value=hand-in]").count()) > 0) await takeQuiz(frame, curriculum);
      else await goOn(frame);
    }
  }

  const scenario = () => scenarioOf(curriculum).texts[0];

  describe("of a scenario", () => {
    it("start, decision, no choice made, a later decision", async () => {
      const frame = page.mainFrame();
      await isSound(page, "scenario-start");
      await goOn(frame);
      await isSound(page, "decision");
      await leadingOn(frame, () => frame.locator("form .row .button").click());
      await isSound(page, "decision-undecided");
      const [first, ...rest] = aWay(scenario(), { pass: false }).choices;
      await playScenario(frame, [first!]);
      await isSound(page, "decision-later");
      await playScenario(frame, rest);
    });
    it("debrief of a run that a choice decided: open, saved, held; before a retake", async () => {
      const frame = page.mainFrame();
      await isSound(page, "debrief-not-passed");
      for (const summary of await frame.locator("summary").all()) await summary.click();
      await isSound(page, "debrief-opened");
      await frame.locator("#note-saw").fill("A boy of about ten.");
      await leadingOn(frame, () => frame.locator("button[value=save]").click());
      await isSound(page, "debrief-saved");
      await holdDebrief(frame);
      await isSound(page, "debrief-held");
      await goOn(frame);
      await isSound(page, "scenario-start-again");
    });
    it("debrief of a run that passes, and the scenario done", async () => {
      const frame = page.mainFrame();
      await goOn(frame);
      await playScenario(frame, aWay(scenario(), { pass: true }).choices);
      await isSound(page, "debrief-passed");
      await holdDebrief(frame);
      await isSound(page, "scenario-done");
    });
  }).timeout(240_000);

  describe("of a programme", () => {
    it("under way", async () => {
      await page.goto(`${visit}/programmes`);
      await isSound(page, "programme-under-way");
    });
    it("with its certificate, and a one-time code for it", async () => {
      await page.goto(`${visit}/`);
      await goOn(page.mainFrame());
      await walkTo(5);
      await goOn(page.mainFrame());
      await takeQuiz(page.mainFrame(), curriculum);
      const link = page.locator('main a[href*="/certificates/"]').first();
      certificate = await until("the certificate", async () => {
        await page.goto(`${visit}/programmes`);
        if ((await link.count()) === 0) return undefined;
        return new URL((await link.getAttribute("href")) ?? "", tool.origin).href;
      });
      await isSound(page, "programme-certificate");
      await leadingOn(page.mainFrame(), () => page.locator('form[action*="/code"] button').click());
      await isSound(page, "one-time-code");
    });
    it("its rules, as an instructor sees them", async () => {
      const theirs = await openTool("instructor");
      await page.goto(`${theirs}/programmes`);
      await isSound(page, "programme-rules");
      await page.goto(`${theirs}/activities/${scenarioOf(curriculum).id}`);
      await isSound(page, "preview-scenario");
    });
  }).timeout(240_000);

  describe("that anyone may open", () => {
    /** What the page of the answers says: `unaltered yes`, … */
    const answers = (): Promise<string[]> =>
      page.locator("[data-question]").evaluateAll((items) =>
        items.map((item) => {
          const { question, answer } = (item as unknown as { dataset: Record<string, string> }).dataset;
          return `${question ?? ""} ${answer ?? ""}`;
        }),
      );
    const paste = async (text: string): Promise<void> => {
      await page.goto(`${tool.origin}/verify`);
      await page.locator("#text").fill(text);
      await leadingOn(page.mainFrame(), () => page.locator("form button[type=submit]").click());
    };
    const revocation = ["--reason", "issued-in-error", "--by", "the journey's office"];
    const suspension = ["--reason", "investigation", "--by", "the journey's office"];
    const lifting = ["--reason", "cleared", "--by", "the journey's office"];
    const certificateId = () => certificate.split("/").at(-1)!;

    it("certificate, and what it is a certificate of", async () => {
      page = await (await browser.newContext({ viewport: wide })).newPage();
      await page.goto(certificate);
      await isSound(page, "certificate");
      await leadingOn(page.mainFrame(), () => page.locator('aside a[href*="/achievements/"]').click());
      await isSound(page, "achievement");
    });
    it("form, and a form that was given what is no certificate", async () => {
      await page.goto(`${tool.origin}/verify`);
      await isSound(page, "verify");
      await paste("This is no certificate.");
      expect(await page.locator("#problems").count()).to.equal(1);
      await isSound(page, "verify-refusal");
    });
    it("answers: all that can be, one wrong code, one changed letter", async () => {
      await page.goto(`${tool.origin}/verify?url=${encodeURIComponent(certificate)}`);
      expect((await answers()).filter((one) => !one.endsWith(" yes"))).to.deep.equal([
        "recognised no",
        "holder unknown",
      ]);
      expect(await page.locator(".facts").innerText()).to.include("Equal treatment: 2");
      await isSound(page, "verify-yes");
      await page.locator("#code").fill("AAAA-AAAA");
      await leadingOn(page.mainFrame(), () => page.locator('form[action^="/verify/holder"] button').click());
      expect(await page.locator('[data-question="holder"][data-reason="wrongCode"]').count()).to.equal(1);
      await isSound(page, "verify-wrong-code");
      const answer = await fetch(certificate, { headers: { accept: "application/vc" } });
      await paste((await answer.text()).replace("hcp-induction", "hcp-inductiom"));
      expect(await answers()).to.include("unaltered no");
      await isSound(page, "verify-altered");
    });
    it("answers about an issuer that nobody here knows", async () => {
      const answer = await fetch(certificate, { headers: { accept: "application/vc" } });
      const other = (await answer.text()).replaceAll(new URL(tool.origin).host, "academy.example");
      await paste(other.replaceAll(encodeURIComponent(new URL(tool.origin).host), "academy.example"));
      expect((await answers()).filter((one) => one.endsWith(" yes"))).to.not.include("unaltered yes");
      await isSound(page, "verify-unknown");
    });
    it("certificate and answers: suspended, replaced, revoked", async () => {
      await tool.cli("certificate", "suspend", certificateId(), ...suspension);
      await showEnded("suspended");
      await tool.cli("certificate", "lift", certificateId(), ...lifting);
      await showEnded("superseded");
      certificate = new URL((await page.locator(".standing a").getAttribute("href")) ?? "", tool.origin).href;
      await tool.cli("certificate", "revoke", certificateId(), ...revocation);
      await showEnded("revoked");
      visit = await openTool("trainee-one");
      await page.goto(`${visit}/programmes`);
      expect(await page.locator("main").innerText()).to.include(" It was to be valid until ");
      await isSound(page, "programme-revoked");
      await page.goto(`${tool.origin}/certificates/none`);
      await isSound(page, "certificate-unknown");
    });

    async function showEnded(state: string): Promise<void> {
      await page.goto(`${tool.origin}/verify?url=${encodeURIComponent(certificate)}`);
      expect(await answers()).to.include("standing no");
      await isSound(page, `verify-${state}`);
      await page.goto(certificate);
      await isSound(page, `certificate-${state}`);
    }
  }).timeout(240_000);
});
