import { expect } from "chai";
import type { Curriculum } from "../../../src/standards/curriculum/index.js";
import { unescapeHtml } from "../../kit/http-browser.js";
import { demoCurriculum } from "../../training/learning/a-classroom.js";
import { aPicker, Instructor, textOf, type Picker } from "./a-picker.js";

/** The second module: in two languages, other competencies, longer than the first. */
function withSecond(curriculum: Curriculum): Curriculum {
  const first = curriculum.modules[0]!;
  const activities = first.activities.map((one) => {
    const minutes = one.minutes * 3;
    const [text] = one.texts;
    const texts = [text, { ...text, language: "fr", title: `Le café : ${text.title}` }];
    return { ...one, minutes, texts, outcome: one.outcome.replace("M01", "M02") } as unknown as typeof one;
  });
  const second = { ...curriculum.modules[1]!, activities };
  const modules = [first, second, ...curriculum.modules.slice(2)];
  const foundation = { ...curriculum.programmes[1]!, modules: ["M01", "M02"] };
  const programmes = [curriculum.programmes[0]!, foundation, ...curriculum.programmes.slice(2)];
  return { ...curriculum, languages: ["en", "fr"], modules: modules.filter(isOrdinary), programmes };
}

/** No refresher: those have a test of their own. */
const isOrdinary = ({ refresherOf }: Curriculum["modules"][number]): boolean => refresherOf === undefined;

const induction = "programme:hcp-induction";
const ofM01 = [
  "six-tests",
  "six-tests-quiz",
  "border-check",
  "bus-from-castellan",
  "no-excuse",
  "no-excuse-quiz",
];
const allOfM01 = ["M01", ...ofM01.map((id) => `M01/${id}`)];

describe("the content picker", () => {
  let curriculum: Curriculum;
  let picker: Picker;
  before(async () => {
    curriculum = withSecond(await demoCurriculum());
    picker = await aPicker(curriculum);
  });
  after(() => picker.close());

  const enter = (entering?: Parameters<Instructor["enter"]>[0]) => new Instructor(picker).enter(entering);
  const ids = (instructor: Instructor) => instructor.rows().map(({ id }) => id);

  it("is the first page of a visit that came to pick, and its only one", async () => {
    const instructor = await enter();
    expect(instructor.page.url).to.match(/\/visits\/[\w-]{24}\/pick$/);
    expect(instructor.page.headers.get("cache-control")).to.contain("no-store");
    for (const path of ["/programmes", "/activities/six-tests", "/privacy"]) {
      const page = await instructor.browser.get(instructor.page.url.replace("/pick", path));
      expect(page.status, path).to.equal(404);
      expect(page.html, path).not.to.contain("learning");
    }
  });

  it("is not there in a visit that came for something else, which has its own pages", async () => {
    const instructor = await enter({ errand: "none" });
    expect(instructor.page.html).to.equal("learning /");
    for (const path of ["pick", "pick/preview?of=M01"]) {
      expect((await instructor.browser.get(`${instructor.page.url}${path}`)).status).to.equal(404);
    }
  });

  it("refuses who does not teach", async () => {
    const trainee = await enter({ role: "trainee" });
    expect(trainee.page.status).to.equal(403);
    expect(trainee.page.html).to.contain("deep_linking_not_allowed");
    const preview = await trainee.browser.get(`${trainee.page.url}/preview?of=M01`);
    expect(preview.status).to.equal(403);
    expect((await enter({ role: "administrator" })).page.status).to.equal(200);
  });

  it("lists what is written: whole programmes, modules and their activities, and counts them", async () => {
    const instructor = await enter();
    expect(ids(instructor)).to.deep.equal([
      ...[induction, "programme:hcp-foundation", ...allOfM01],
      ...allOfM01.map((id) => id.replace("M01", "M02")),
    ]);
    expect(instructor.heading()).to.equal("16 entries to choose from");
    expect(instructor.page.html).to.contain('type="checkbox"');
  });

  it("offers refreshers as it does modules", async () => {
    const site = await aPicker(await demoCurriculum());
    const instructor = await new Instructor(site).enter();
    const offered = instructor.rows().map(({ id }) => id);
    await site.close();
    expect(offered).to.include.members(["R01", "R01/proficiency", "R01/festival-gate"]);
  });

  it("says of each how long it takes, its competencies, languages and grade, and that it is a draft", async () => {
    const { page } = await enter();
    const row = (title: string): string =>
      textOf(page.html.split("<li class=").find((one) => one.includes(`>${title}</label>`)) ?? "");
    expect(row("Human rights foundations for policing")).to.contain("Module, 76 minutes, English");
    expect(row("Human rights foundations for policing")).to.contain(
      "Competencies: Human rights in policing, Equal treatment, and Absolute prohibition of torture",
    );
    expect(row("Human rights foundations for policing")).to.contain(
      "0 to 100, the mean of its 3 quizzes and scenarios",
    );
    expect(row("Human rights foundations for policing")).to.contain("Draft, not reviewed.");
    expect(row("Six tests for every power")).to.contain("Nothing: a lesson is not graded");
    expect(row("The bus from Castellan")).to.contain(
      "One column, 100 once it is passed and its debrief held",
    );
    expect(row("Proportionate use of force and de-escalation")).to.contain("228 minutes, English and French");
    expect(row("Foundation Certificate in Rights-Based Policing")).to.contain("2 columns, one a module");
  });

  it("does not say draft of what was reviewed", async () => {
    const modules = curriculum.modules.map((module) => ({
      ...module,
      reviewed: true,
      activities: module.activities.map((one) => ({ ...one, reviewed: true })),
    }));
    const reviewed = await aPicker({ ...curriculum, modules });
    const { page } = await new Instructor(reviewed).enter();
    expect(page.html).not.to.contain("Draft, not reviewed");
    await reviewed.close();
  });

  it("offers one choice, and no programmes, where the platform takes one link", async () => {
    const instructor = await enter({ errand: { multiple: false } });
    expect(instructor.page.html).to.contain('type="radio" id="pick-1"');
    expect(ids(instructor).filter((id) => id.startsWith("programme"))).to.deep.equal([]);
  });

  const searches: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
    ["words of a title", { q: "castellan BUS" }, ["M01/bus-from-castellan", "M02/bus-from-castellan"]],
    ["a title in another language, accents or not", { q: "Le CAFE bus" }, ["M02/bus-from-castellan"]],
    [
      "words of an outcome",
      { q: "everyday power" },
      [induction, "programme:hcp-foundation", "M01", "M01/six-tests", "M01/six-tests-quiz"],
    ],
    [
      "a competency's title",
      { q: "equal treatment", minutes: "30" },
      ["M01/border-check", "M01/bus-from-castellan"],
    ],
    ["a programme", { programme: "hcp-induction" }, [induction, ...allOfM01]],
    [
      "a competency",
      { competency: "non-discrimination", programme: "hcp-induction" },
      [induction, "M01", "M01/border-check", "M01/bus-from-castellan"],
    ],
    ["a language", { language: "fr" }, allOfM01.map((id) => id.replace("M01", "M02"))],
    ["a duration", { minutes: "15" }, ofM01.filter((id) => !id.startsWith("bus")).map((id) => `M01/${id}`)],
    ["nothing that is there", { q: "zebra" }, []],
    [
      "filters that make no sense",
      { programme: "none", minutes: "16", competency: "<", language: "xx" },
      [induction, "programme:hcp-foundation", ...allOfM01, ...allOfM01.map((id) => id.replace("M01", "M02"))],
    ],
  ];
  for (const [what, asked, found] of searches)
    it(`finds ${what}`, async () => {
      const instructor = await enter();
      await instructor.press({ do: "search", ...asked });
      expect(ids(instructor)).to.deep.equal(found);
      expect(instructor.page.url).to.match(/\/pick(\?|$)/);
      expect(instructor.page.url).not.to.contain("token");
      for (const [name, value] of Object.entries(asked))
        if (!["16", "none", "<", "xx"].includes(value))
          expect(new URL(instructor.page.url).searchParams.get(name)).to.equal(value);
    });

  it("says in words how many fit, and has a way back when none does", async () => {
    const instructor = await enter();
    await instructor.press({ do: "search", q: "castellan" });
    expect(instructor.heading()).to.equal("2 entries fit what you look for");
    await instructor.press({ do: "search", q: "castellan", minutes: "30" });
    expect(instructor.heading()).to.equal("One entry fits what you look for");
    await instructor.press({ do: "search", q: "zebra <b>", pick: ["M01"] });
    expect(instructor.heading()).to.equal("Nothing fits what you look for");
    expect(instructor.page.html).to.contain('value="zebra &lt;b&gt;"');
    expect(instructor.ticked()).to.deep.equal(["M01"]);
    await instructor.press({ do: "clear" });
    expect(instructor.heading()).to.equal("16 entries to choose from");
    expect(instructor.ticked()).to.deep.equal(["M01"]);
  });

  it("keeps what is ticked through searching, and lets it be taken out again", async () => {
    const instructor = await enter();
    await instructor.press({ do: "search", q: "castellan", pick: ["M01/six-tests", "M02"] });
    expect(instructor.ticked()).to.deep.equal(["M01/six-tests", "M02"]);
    expect(textOf(instructor.page.html)).to.contain("Also chosen");
    await instructor.press({ do: "search", q: "", pick: ["M02", "M01/bus-from-castellan"] });
    expect(instructor.ticked()).to.deep.equal(["M01/bus-from-castellan", "M02"]);
    expect(textOf(instructor.page.html)).not.to.contain("Also chosen");
  });

  it("keeps it through a preview and back, to which it can be added there", async () => {
    const instructor = await enter();
    const list = { q: "tests", pick: ["M02"] };
    await instructor.press({ ...list, preview: "M01/six-tests" });
    expect(instructor.heading()).to.equal("Six tests for every power");
    expect(textOf(instructor.page.html)).to.contain("It is 02:15 at the river crossing.");
    const links = () =>
      Object.fromEntries<string>(
        [...instructor.page.html.matchAll(/<a class="button[^"]*" href="([^"]+)">([^<]+)</g)].map(
          ([, href, text]) => [text!, new URL(unescapeHtml(href!), picker.origin).href] as const,
        ),
      );
    const back = await instructor.browser.get(links()["Back to the list"]!);
    instructor.page = back;
    expect(instructor.ticked()).to.deep.equal(["M02"]);
    expect(new URL(back.url).searchParams.get("q")).to.equal("tests");
    await instructor.press({ ...list, preview: "M01/six-tests" });
    instructor.page = await instructor.browser.get(links()["Tick it and go back to the list"]!);
    expect(instructor.ticked()).to.have.members(["M01/six-tests", "M02"]);
    await instructor.press({ preview: "M01/six-tests" });
    instructor.page = await instructor.browser.get(links()["Take it out and go back"]!);
    expect(instructor.ticked()).to.deep.equal(["M02"]);
  });

  it("shows what trainees see of everything, and gives nothing away", async () => {
    const instructor = await enter();
    const list = instructor.page;
    for (const id of ids(instructor)) {
      instructor.page = list;
      await instructor.press({ preview: id });
      expect(instructor.page.status, id).to.equal(200);
      expect(instructor.page.html, id).not.to.match(/⟦|…/u);
    }
    const [quiz, scenario] = [
      curriculum.modules[0]!.activities[1]!,
      curriculum.modules[0]!.activities.find(({ kind }) => kind === "scenario")!,
    ];
    if (quiz.kind !== "quiz" || scenario.kind !== "scenario") expect.fail("another order");
    instructor.page = list;
    await instructor.press({ preview: "M01/six-tests-quiz" });
    expect(textOf(instructor.page.html)).to.contain("A run has 8 questions, drawn from");
    for (const { why } of quiz.texts[0].items.flatMap(({ options }) => options))
      expect(instructor.page.html).not.to.contain(why.slice(0, 30));
    instructor.page = list;
    await instructor.press({ preview: "M01/bus-from-castellan" });
    expect(textOf(instructor.page.html)).to.contain("You are on the night shift at the bridge post");
    for (const node of scenario.texts[0].nodes)
      if (node.kind === "decision")
        for (const { why } of node.options) expect(instructor.page.html).not.to.contain(why.slice(0, 30));
  });

  it("has no preview of what is not there", async () => {
    const instructor = await enter();
    await instructor.press({ preview: "M09" });
    expect(instructor.page.status).to.equal(404);
    expect(instructor.page.html).to.contain("not_found");
  });

  it("turns pages of twenty, and keeps what is ticked", async () => {
    const first = curriculum.modules[0]!;
    const many = Array.from({ length: 6 }, (_, index) => ({ ...first, id: `M2${index}` }));
    const large = await aPicker({ ...curriculum, modules: many, programmes: [] });
    const instructor = await new Instructor(large).enter();
    expect(ids(instructor)).to.have.length(20);
    await instructor.press({ turn: "2", pick: ["M20", "M21/six-tests"] });
    expect(textOf(instructor.page.html)).to.contain("The list, page 2 of 3");
    expect(ids(instructor)).to.have.length(22);
    expect(instructor.ticked()).to.deep.equal(["M20", "M21/six-tests"]);
    await instructor.press({ turn: "3" });
    expect(ids(instructor)).to.have.length(4);
    expect(instructor.page.html).not.to.contain('name="turn" value="4"');
    await instructor.press({ do: "search", q: "castellan" });
    expect(instructor.heading()).to.equal("6 entries fit what you look for");
    expect(instructor.ticked()).to.deep.equal(["M20", "M21/six-tests"]);
    instructor.page = await instructor.browser.get(instructor.page.url.replace(/\?.*/, "?page=99"));
    expect(textOf(instructor.page.html)).to.contain("The list, page 3 of 3");
    await large.close();
  });

  it("says so where nothing is written yet", async () => {
    const empty = await aPicker({ ...curriculum, modules: [], programmes: [] });
    const instructor = await new Instructor(empty).enter();
    expect(instructor.heading()).to.equal("There is nothing to add yet");
    expect(textOf(instructor.page.html)).to.contain("No module is written yet.");
    await empty.close();
  });
});
