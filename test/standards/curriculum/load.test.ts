import { createHash } from "node:crypto";
import { expect } from "chai";
import {
  type Curriculum,
  CurriculumError,
  type LessonActivity,
  loadCurriculum,
  type LoadOptions,
  type QuizActivity,
  requireCurriculum,
  textIn,
} from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages, smallPackage, type Changes } from "./a-package.js";

const lesson = "core/modules/M01/lessons/tests.en.md";
const quiz = "core/modules/M01/quizzes/tests-quiz.en.yaml";
const boxes = "overlays/XA/modules/M01/lessons/tests.en.md";
const demonstration: LoadOptions = { overlays: ["XA"], production: false };

async function load(changes: Changes = {}, options: LoadOptions = demonstration): Promise<Curriculum> {
  return requireCurriculum(await aPackage(changes), options);
}

async function rulesOf(changes: Changes, options: LoadOptions): Promise<string[]> {
  const loaded = await loadCurriculum(await aPackage(changes), options);
  return "findings" in loaded ? loaded.findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`) : [];
}

function activitiesOf(curriculum: Curriculum): [LessonActivity, QuizActivity] {
  const [first, second] = curriculum.modules[0]?.activities ?? [];
  if (first?.kind !== "lesson" || second?.kind !== "quiz")
    throw new Error("a lesson and a quiz were expected");
  return [first, second];
}

/** A record of review for a file of the small package, or for another text of it. */
function review(path: string, text = smallPackage[path] ?? ""): string {
  const hash = createHash("sha256").update(text).digest("hex");
  return `  - { file: ${path}, sha256: "${hash}", role: law, jurisdiction: XA, date: 2026-01-31 }\n`;
}

describe("a loaded curriculum", () => {
  after(removePackages);

  it("has its version, its modules in order, and planned ones without activities", async () => {
    const curriculum = await load();
    expect(curriculum.version).to.equal("1.2.3");
    expect(
      curriculum.modules.map((module) => [module.id, module.activities.map((one) => one.id)]),
    ).to.deep.equal([
      ["M01", ["tests", "tests-quiz"]],
      ["M02", []],
    ]);
    expect(curriculum.programmes[1]).to.include({ id: "further", requires: "basic", validMonths: 36 });
    expect(curriculum.overlays).to.deep.equal([
      { jurisdiction: "XA", name: "Arvenia", version: "0.1.0", invented: true },
    ]);
  });

  it("gives a lesson as safe HTML and local boxes, in the order of reading", async () => {
    const [{ texts }] = activitiesOf(await load());
    expect(textIn(texts, "fr").body).to.deep.equal([
      {
        kind: "html",
        html:
          '<p>It is late. See <a href="tests-quiz">the quiz</a> or ' +
          '<a href="https://example.org/code" rel="noopener noreferrer" target="_blank">the code</a>.</p>\n' +
          '<h2 id="h-which-rule">Which rule?</h2>\n<p>Ask <em>first</em>.</p>\n',
      },
      {
        kind: "local",
        slot: "search",
        jurisdiction: "XA",
        name: "Arvenia",
        invented: true,
        html: "<p>A search needs <strong>a ground</strong>.</p>\n",
      },
      {
        kind: "html",
        html: '<h2 id="h-which-rule-2">Which rule?</h2>\n<ul>\n<li>One</li>\n<li>Two</li>\n</ul>\n',
      },
    ]);
  });

  it("leaves out the local boxes of jurisdictions that are not loaded", async () => {
    const [{ texts }] = activitiesOf(await load({}, { overlays: [], production: false }));
    expect(texts[0].body.map((part) => part.kind)).to.deep.equal(["html", "html"]);
  });

  it("shows the boxes in the order asked for", async () => {
    const other: Changes = {
      "overlays/XB/overlay.yaml":
        'jurisdiction: XB\nname: Belmora\nversion: "0.1.0"\ncore: "1.2.3"\ninvented: true\n',
      "overlays/XB/modules/M01/lessons/tests.en.md": "::: local search\nOther.\n:::\n",
    };
    const [{ texts }] = activitiesOf(await load(other, { overlays: ["XB", "XA"], production: false }));
    const local = texts[0].body.flatMap((part) => (part.kind === "local" ? [part.name] : []));
    expect(local).to.deep.equal(["Belmora", "Arvenia"]);
  });

  it("finds a jurisdiction without an overlay, and never looks outside the package for one", async () => {
    for (const overlay of ["XQ", "../core"]) {
      const rules = await rulesOf({}, { overlays: [overlay], production: false });
      expect(rules).to.deep.equal([`file-missing overlays/${overlay}/overlay.yaml:1`]);
    }
  });

  it("says of each citation whether its numbers were confirmed", async () => {
    const [first, second] = activitiesOf(await load());
    expect(
      first.texts[0].sources.map(({ code, provisions, checked }) => [code, provisions, checked]),
    ).to.deep.equal([
      ["CODE", "1, 6", false],
      ["UNNUMBERED", "", true],
    ]);
    expect(second.texts[0].items[0]?.sources[0]).to.deep.equal({
      code: "CODE",
      provisions: "6",
      note: "Rule",
      title: "A code",
      url: "https://example.org/code",
      checked: true,
    });
  });

  it("gives a quiz its rules, and the lesson that a retake begins with", async () => {
    const [, { texts }] = activitiesOf(await load());
    expect(texts[0]).to.include({
      pass: 0.8,
      draw: 2,
      retake: "after-lesson",
      retakeAfter: "tests",
      shuffle: true,
    });
    expect(texts[0].items[1]?.options.map((option) => option.right)).to.deep.equal([true, true, false]);
  });

  it("holds the hash of every file, whatever its line ends", async () => {
    const text = smallPackage[quiz] ?? "";
    const curriculum = await load({ [quiz]: text.replaceAll("\n", "\r\n") });
    expect(curriculum.hashes[quiz]).to.equal(createHash("sha256").update(text).digest("hex"));
    expect(Object.keys(curriculum.hashes)).to.have.members(Object.keys(smallPackage));
  });

  it("counts an activity as reviewed when each of its texts is", async () => {
    const drafts = activitiesOf(await load());
    expect(drafts.map((activity) => activity.reviewed)).to.deep.equal([false, false]);
    const half = await load({ "reviews.yaml": `reviews:\n${review(lesson)}${review(quiz)}` });
    expect(activitiesOf(half).map((activity) => activity.reviewed)).to.deep.equal([false, true]);
    expect(half.modules[0]?.reviewed).to.equal(false);
    const whole = await load({
      "reviews.yaml": `reviews:\n${review(lesson)}${review(boxes)}${review(quiz)}`,
    });
    expect(whole.modules.map((module) => module.reviewed)).to.deep.equal([true, false]);
  });

  it("does not count a review of an earlier text", async () => {
    const curriculum = await load({ "reviews.yaml": `reviews:\n${review(quiz, "title: Earlier\n")}` });
    expect(activitiesOf(curriculum)[1].reviewed).to.equal(false);
  });

  it("refuses drafts and invented law in production", async () => {
    const production: LoadOptions = { overlays: ["XA"], production: true };
    expect(await rulesOf({}, production)).to.deep.equal([
      "not-reviewed core/modules/M01/module.yaml:1",
      "overlay-invented overlays/XA/overlay.yaml:5",
    ]);
    const reviewed = { "reviews.yaml": `reviews:\n${review(lesson)}${review(quiz)}` };
    expect(await rulesOf(reviewed, { overlays: [], production: true })).to.deep.equal([]);
  });

  it("is refused by whoever asks for another version", async () => {
    const error: unknown = await load({}, { ...demonstration, version: "2.0.0" }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(CurriculumError).with.property("code", "curriculum_version_unknown");
    expect((await load({}, { ...demonstration, version: "1.2.3" })).version).to.equal("1.2.3");
  });

  it("tells whoever requires it how many findings there are, and the first", async () => {
    const error: unknown = await load({ [quiz]: ["right: true", "right: false"] }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(CurriculumError).with.property("code", "curriculum_invalid");
    expect(error)
      .to.have.property("data")
      .that.includes({ count: 1, file: quiz, line: 3, rule: "quiz-no-right" });
  });
});
