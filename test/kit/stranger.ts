import type { Browser } from "playwright-core";
import { takePicture, wide } from "./chromium.js";

/** Someone in a private window who was shown the address of a certificate. */
export interface Stranger {
  /** Opens the certificate, has it checked, and answers what came of it: `unaltered yes`, `standing no`, … */
  answers(): Promise<string[]>;
  /** Enters a holder's one-time code on the page of the answers, and waits until it is found to be right. */
  enter(code: string): Promise<void>;
  /** What the page says. */
  text(): Promise<string>;
  leave(): Promise<void>;
}

export async function aStranger(browser: Browser, certificate: string): Promise<Stranger> {
  const context = await browser.newContext({ viewport: wide });
  const page = await context.newPage();
  return {
    answers: async () => {
      await page.goto(certificate);
      await takePicture(page, "journeys/certificate");
      await page.locator('main a.button[href*="/verify"]').first().click();
      await page.locator("[data-question]").first().waitFor();
      await takePicture(page, "journeys/verified", true);
      const said: string[] = [];
      for (const item of await page.locator("[data-question]").all()) {
        const question = await item.getAttribute("data-question");
        const given = await item.getAttribute("data-answer");
        said.push(`${question ?? ""} ${given ?? ""}`);
      }
      return said;
    },
    enter: async (code) => {
      await page.locator("#code").fill(code);
      await page.locator('form[action^="/verify/holder"] button').click();
      await page.locator('[data-question="holder"][data-answer="yes"]').waitFor();
    },
    text: () => page.locator("main").innerText(),
    leave: () => context.close(),
  };
}
