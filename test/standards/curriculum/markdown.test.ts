import { expect } from "chai";
import fc from "fast-check";
import { loadCurriculum } from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages, smallPackage } from "./a-package.js";

const lesson = "core/modules/M01/lessons/tests.en.md";
const pieces = [
  "text ",
  "*",
  "**",
  "_",
  "`",
  "[a](",
  "https://example.org",
  "tests-quiz",
  "javascript:alert(1)",
  "data:text/html,x",
  ")",
  "![",
  "]",
  "](x)",
  "<script>",
  "</p>",
  "<img src=x onerror=alert(1)>",
  "<!--",
  "-->",
  "<https://example.org>",
  "<a:b>",
  "&lt;script&gt;",
  "&#60;",
  "\\<b>",
  "## ",
  "### ",
  "- ",
  "1. ",
  "> ",
  "\n",
  "\n\n",
  "    ",
  "```",
  "|",
  "---",
  '"',
  "'",
  "[r]: javascript:alert(1)",
  "[r]",
  "onload=",
];
const safe =
  /^(?:[^<>]|<\/?(?:p|em|strong|ul|ol|li|blockquote|code|a)>|<br>|<hr>|<ol start="\d+">|<h[2-6] id="h-[^"<>]*">|<\/h[2-6]>|<a href="(?:https:\/\/[^"<>]*" rel="noopener noreferrer" target="_blank|tests|tests-quiz)"(?: title="[^"<>]*")?(?: rel="noopener noreferrer" target="_blank")?>)*$/;

describe("a lesson's HTML", () => {
  after(removePackages);

  it("holds nothing but known tags and attributes, whatever the Markdown was", async function () {
    this.timeout(60_000);
    let rendered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), async (chosen) => {
        const text = (smallPackage[lesson] ?? "").replace("Ask *first*.", () => chosen.join(""));
        const loaded = await loadCurriculum(await aPackage({ [lesson]: text }), {
          overlays: ["XA"],
          production: false,
        });
        if ("findings" in loaded) return;
        const [activity] = loaded.curriculum.modules[0]?.activities ?? [];
        if (activity?.kind !== "lesson") throw new Error("a lesson was expected");
        rendered += 1;
        for (const part of activity.texts[0].body) expect(part.html).to.match(safe);
      }),
      { numRuns: 150 },
    );
    expect(rendered).to.be.greaterThan(10);
  });
});
