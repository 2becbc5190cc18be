import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Browser, Frame, Page } from "playwright-core";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import { aScene, type Scene } from "../kit/beside-sandbox.js";
import {
  goOn,
  heading,
  holdDebrief,
  launchedFrame,
  leadingOn,
  openChromium,
  playScenario,
  scenarioOf,
  shippedCurriculum,
  takeQuiz,
  titleOf,
  until,
  wide,
  words,
} from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { aStranger } from "../kit/stranger.js";
import { ToolStarter, type ToolProcess } from "../kit/tool-process.js";
import { aWay } from "../kit/ways.js";
import { mongoDatabase } from "../storage/contract/database.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

describeWith("mongodb", "two tools on one MongoDB, taking turns", (server) => {
  describeWith("chromium", "for a person and for a stranger", (chromium) => {
    let starter: ToolStarter;
    let scene: Scene;
    const tools: ToolProcess[] = [];
    let browser: Browser;
    let page: Page;
    let frame: Frame;
    let curriculum: Curriculum;
    const titles = () => curriculum.modules[0]!.activities.map(titleOf);

    before(async function () {
      this.timeout(120_000);
      starter = new ToolStarter(0);
      [scene, browser, curriculum] = await Promise.all([
        aScene({ database: mongoDatabase(server), processes: 2 }),
        openChromium(chromium),
        shippedCurriculum(),
      ]);
      // One after the other: the first one lays the database out.
      for (const environment of scene.environments) {
        const tool = await starter.start(environment);
        tools.push(tool);
        expect(await tool.ready, tool.output()).to.equal(true);
      }
      page = await browser.newPage({ viewport: wide });
    });

    after(async () => {
      await browser.close();
      await Promise.all(tools.map((tool) => tool.kill()));
      await scene.close();
      await starter.close();
    });

    it("lead from the course page to the scenario", async () => {
      await page.goto(`${scene.sandboxOrigin}/course?as=trainee-one`);
      frame = await launchedFrame(page);
      expect(await heading(frame)).to.equal(words.t("learning.privacy.before"));
      await goOn(frame);
      await goOn(frame);
      await goOn(frame);
      const { score } = await takeQuiz(frame, curriculum);
      expect(await heading(frame)).to.equal(words.t("learning.result.passed", score));
      await goOn(frame);
      await goOn(frame);
      expect(await heading(frame)).to.equal(titles()[3]);
    }).timeout(60_000);

    it("keep a scenario that one choice decides, its debrief, and the one that passes", async () => {
      const [scenario] = scenarioOf(curriculum).texts;
      for (const pass of [false, true]) {
        await goOn(frame);
        await playScenario(frame, aWay(scenario, { pass }).choices);
        await holdDebrief(frame, { saw: "What I saw." });
        expect(await frame.locator("#held").innerText()).to.equal(
          words.t("learning.debrief.heldNote", { passed: pass }),
        );
        if (!pass) await goOn(frame);
      }
    }).timeout(90_000);

    it("issue one certificate, which a stranger checks until it is revoked", async () => {
      await goOn(frame);
      await goOn(frame);
      await goOn(frame);
      await takeQuiz(frame, curriculum);
      await leadingOn(frame, () => frame.locator("main .row.first .button").last().click());
      expect(await heading(frame)).to.equal(words.t("learning.module.complete"));
      await leadingOn(frame, () => frame.locator('main a[href$="/programmes"]').first().click());
      const links = frame.locator('main a[href*="/certificates/"]');
      const href = await until(
        "the certificate",
        async () => {
          await frame.goto(frame.url());
          return (await links.count()) > 0
            ? ((await links.first().getAttribute("href")) ?? undefined)
            : undefined;
        },
        30_000,
      );
      const stranger = await aStranger(browser, new URL(href, scene.origin).href);
      const inForce = ["unaltered yes", "issuer yes", "dates yes", "standing yes", "evidence yes"];
      // Whichever of the two is asked says the same.
      for (let turn = 0; turn < 2; turn += 1)
        expect(await stranger.answers()).to.deep.equal([
          ...inForce,
          ...["recognised yes", "recognised no", "holder unknown"],
        ]);
      await leadingOn(frame, () => frame.locator('form[action*="/code"] button').first().click());
      await stranger.enter(await frame.locator(".one-time-code span").first().innerText());

      await revoke(href.split("/").at(-1) ?? "");
      for (let turn = 0; turn < 2; turn += 1) {
        expect(await stranger.answers()).to.include.members(["unaltered yes", "standing no"]);
        expect(await stranger.text()).to.match(/revoked/i);
      }
      await stranger.leave();
    }).timeout(120_000);

    it("have both been asked all along, and end well", async () => {
      for (const tool of tools) {
        expect(tool.output().match(/"route"/g)?.length ?? 0, "requests").to.be.greaterThan(30);
        expect(tool.output()).not.to.match(/"level":"?(error|50)/);
        expect(await tool.stop(), tool.output()).to.equal(0);
      }
    }).timeout(30_000);

    /** As an operator does it beside the running tools. */
    async function revoke(id: string): Promise<void> {
      const decision = ["--reason", "issued-in-error", "--by", "the journey's office"];
      const { PATH, HOME } = process.env;
      await promisify(execFile)(
        process.execPath,
        ["src/cli/tessera.js", "certificate", "revoke", id, ...decision],
        { cwd: root, env: { PATH, HOME, ...scene.environments[0] } },
      );
    }
  });
});
