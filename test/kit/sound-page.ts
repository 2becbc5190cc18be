import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { narrow, takePicture, wide } from "./chromium.js";

/** A window of 1040 px whose page is enlarged to 200 % has this many CSS pixels. */
const enlarged = { width: 520, height: 380 } as const;

/**
 * Whatever the page shows holds in every width: nothing that axe-core finds, no scrolling sideways, one filled button at
 * most. Faults are told together. Pictures are kept as `pages/<name>-<width>`.
 */
export async function isSound(page: Page, name: string): Promise<void> {
  const faults: string[] = [];
  const filled = await page.locator(".button:not(.quiet):visible").count();
  if (filled > 1) faults.push(`${name} has ${filled} filled buttons`);
  for (const size of [wide, enlarged, narrow]) {
    await page.setViewportSize(size);
    const width = await page.evaluate<number>("document.scrollingElement.scrollWidth");
    if (width > size.width) faults.push(`${name} at ${size.width} px is ${width} px wide`);
    if (size === enlarged) continue;
    // Colours are the same in every width, and to look at them takes longest.
    const known = size === wide ? [] : ["color-contrast"];
    const { violations } = await new AxeBuilder({ page }).disableRules(known).analyze();
    for (const { id, nodes } of violations) {
      faults.push(`${name} at ${size.width} px, ${id}: ${nodes.map(({ html }) => html).join("\n")}`);
    }
    await takePicture(page, `pages/${name}-${size.width}`, true);
  }
  await page.setViewportSize(wide);
  expect(faults).to.deep.equal([]);
}
