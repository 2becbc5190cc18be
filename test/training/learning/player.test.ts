import { expect } from "chai";
import type { ModuleContext } from "../../../src/foundation/events/index.js";
import { trimAttempt } from "../../../src/training/learning/index.js";
import type { HttpBrowser, Page } from "../../kit/http-browser.js";
import { aWay } from "../../kit/ways.js";
import { aClassroom, answersFor, aTrainee, tenant, type Classroom } from "./a-classroom.js";

const heading = (page: Page): string => /<h1>([^<]*)<\/h1>/.exec(page.html)?.[1] ?? "";
const quizPath = "/activities/six-tests-quiz";

describe("the player", () => {
  let room: Classroom;
  beforeEach(async () => {
    room = await aClassroom();
  });
  afterEach(() => room.close());

  const kinds = async () => (await room.events()).map(({ type }) => type);
  const press = (browser: HttpBrowser, page: Page, values = {}) => {
    room.clock.advance(1000);
    return browser.submit(page, page.forms[0]!, values);
  };

  /** Reads the first lesson and begins the first quiz. */
  async function inQuiz() {
    const { browser, page, base } = await aTrainee(room);
    const before = await press(browser, page);
    return { browser, base, quiz: await press(browser, before) };
  }

  async function afterFailedRun() {
    const { browser, base, quiz } = await inQuiz();
    return {
      browser,
      base,
      quiz,
      result: await press(browser, quiz, { ...answersFor(room, quiz, 2), do: "hand-in" }),
    };
  }

  describe("before the first activity", () => {
    it("shows who sees what, and records nothing until the trainee begins", async () => {
      const { browser } = await aTrainee(room, "another");
      const page = await browser.get(room.door("trainee", "person-1"));
      expect(page.url).to.match(/\/privacy$/);
      expect(heading(page)).to.equal("Before you begin: who sees what");
      for (const word of ["discipline", "promotion", "deployment", "court", "90 days", "pseudonym"]) {
        expect(page.html).to.include(word);
      }
      const lesson = await browser.get(page.url.replace("/privacy", "/activities/six-tests"));
      expect(lesson.url).to.equal(page.url);
      expect(await room.storage.attempts.findAttempt(tenant, "person-1", "M01")).to.equal(undefined);
    });

    it("begins one attempt however often the button is pressed", async () => {
      const { browser } = await aTrainee(room, "another");
      const page = await browser.get(room.door("trainee", "person-1"));
      const pressed = await Promise.all([1, 2, 3].map(() => browser.submit(page, page.forms[0]!)));
      expect(pressed.map(({ url }) => url.replace(/.*\/activities/, "/activities"))).to.eql(
        Array(3).fill("/activities/six-tests"),
      );
      const begun = (await room.events()).filter(
        ({ data }) => "personId" in data && data.personId === "person-1",
      );
      expect(begun.map(({ type }) => type)).to.eql(["module.begun"]);
      expect(begun[0]!.requestId).to.match(/^[0-9a-f-]{36}$/);
      expect((begun[0]!.data as ModuleContext).registration).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
      expect((begun[0]!.data as ModuleContext).curriculum).to.eql({
        core: room.curriculum.version,
        overlay: room.curriculum.overlays.find(({ jurisdiction }) => jurisdiction === "XA")!.version,
      });
      expect(room.nudges()).to.be.above(0);
    });

    it("can be read again at any time, without a button that begins", async () => {
      const { browser, page, base } = await aTrainee(room);
      expect(page.html).to.include(`href="${new URL(base).pathname}/privacy"`);
      const again = await browser.get(`${base}/privacy`);
      expect(heading(again)).to.equal("Who sees what you do here");
      expect(again.forms).to.eql([]);
    });
  });

  describe("a lesson", () => {
    it("shows the academy's own local box first and the neighbours' behind it, each as invented law", async () => {
      const { page } = await aTrainee(room);
      const box = /<section class="local">[\s\S]*?<\/section>/.exec(page.html)![0];
      const [own, neighbours] = box.split("<details>") as [string, string];
      expect(own).to.include("In Arvenia").and.to.include("(invented law)");
      expect(own).not.to.include("Belmora (");
      expect(neighbours).to.include("In Belmora").and.to.include("In Castellan");
      expect(box.match(/\(invented law\)/g)).to.have.length(3);
    });

    it("says that it is a draft, and which source numbers are not checked", async () => {
      const { page } = await aTrainee(room);
      expect(page.html).to.include("Draft, not reviewed.");
      expect(page.html).to.include("Number not yet checked against the official text");
    });

    it("is done when its continue is pressed, and the next activity follows", async () => {
      const { browser, page, base } = await aTrainee(room);
      const next = await press(browser, page);
      expect(next.url).to.equal(base + quizPath);
      expect(next.html).to.include("1 Six tests for every power: done");
    });
  });

  describe("an activity that comes later", () => {
    it("is a calm page that leads to the one that is next", async () => {
      const { browser, base } = await aTrainee(room);
      const later = await browser.get(`${base}/activities/no-excuse`);
      expect(heading(later)).to.equal("“No order and no emergency” comes later");
      expect(later.html).to.include(`class="button" href="${new URL(base).pathname}/activities/six-tests"`);
    });

    it("that does not exist is not found", async () => {
      const { browser, base } = await aTrainee(room);
      expect((await browser.get(`${base}/activities/nothing`)).status).to.equal(404);
      expect((await browser.get(`${base}${quizPath}/runs/nothing`)).status).to.equal(404);
    });
  });

  describe("a quiz", () => {
    it("saves answers that are handed in incomplete, and links to each that is missing", async () => {
      const { browser, quiz } = await inQuiz();
      const six = Object.fromEntries(Object.entries(answersFor(room, quiz)).slice(0, 6));
      const page = await press(browser, quiz, { ...six, do: "hand-in" });
      expect(page.url).to.match(/\?after=unanswered#problems$/);
      expect(page.html).to.include('<h2 id="problems-title">2 questions have no answer yet</h2>');
      const links = [...page.html.matchAll(/<li><a href="#(item-[\d-]+)">Question \d<\/a>/g)].map(
        ([, id]) => id!,
      );
      expect(links).to.eql(["item-7-1", "item-8-1"]);
      for (const id of links) expect(page.html).to.include(`id="${id}"`);
      expect(page.html.match(/ checked/g)!.length).to.be.at.least(6);
      expect(await kinds()).to.eql(["module.begun"]);
    });

    it("keeps saved answers for another visit on another day", async () => {
      const { browser, quiz } = await inQuiz();
      const one = Object.fromEntries(Object.entries(answersFor(room, quiz)).slice(0, 1));
      const saved = await press(browser, quiz, { ...one, do: "save" });
      expect(saved.html).to.include("Saved: 1 of 8 answered.");
      room.clock.advance(86_400_000);
      const home = await browser.get(room.door("trainee", "person-1"));
      const again = await browser.get(home.url.replace(/\/$/, quizPath));
      expect([...again.html.matchAll(/name="shown" value="([^"]+)"/g)].map(([, id]) => id)).to.eql(
        [...quiz.html.matchAll(/name="shown" value="([^"]+)"/g)].map(([, id]) => id),
      );
      expect(again.html).to.include("1 of 8 answered");
    });

    it("takes a draft quietly, one item at a time", async () => {
      const { browser, base, quiz } = await inQuiz();
      const [[name, values]] = Object.entries(answersFor(room, quiz)) as [[string, string[]]];
      const shown = name.slice("item.".length);
      const draft = await press(browser, quiz, { shown, [name]: values, do: "draft" });
      expect(draft.status).to.equal(204);
      expect((await browser.get(base + quizPath)).html).to.include("1 of 8 answered");
    });

    it("failed: says what each answer overlooks, shows no key, and asks for the lesson first", async () => {
      const { browser, base, result } = await afterFailedRun();
      expect(heading(result)).to.equal("Not there yet: 6 of 8 right");
      expect(result.html.match(/↻ Look again|↻ Something is missing/g)).to.have.length(2);
      expect(result.html).not.to.include("The other answers").and.not.to.include('class="explanation"');
      expect(result.html).to.include("Read “Six tests for every power” again");
      expect((await browser.get(base + quizPath)).url).to.equal(result.url);
      expect(await kinds())
        .to.include("quiz.failed")
        .and.not.to.include("module.progressed");
      const lesson = await browser.get(`${base}/activities/six-tests`);
      expect(lesson.html).to.include("Take “Quiz: six tests for every power” again");
      const start = await browser.get(base + quizPath);
      expect(start.html).to.include("Begin a new run");
    });

    it("passed: shows the key, tells the grade, and leads on", async () => {
      const { browser, quiz } = await inQuiz();
      const result = await press(browser, quiz, { ...answersFor(room, quiz, 1), do: "hand-in" });
      expect(heading(result)).to.equal("Passed: 7 of 8 right");
      expect(result.html.match(/<summary>The other answers/g)).to.have.length(8);
      expect(result.html).to.include("Go on with “Who gets the second question?”");
      const told = (await room.events()).filter((event) => event.type === "module.progressed");
      expect(told.map(({ data }) => data)).to.have.length(1);
      expect(told[0]!.data).to.include({ score: 29.17, completed: false });
    });

    it("handed in many times at once counts once, and each answer leads to the same result", async () => {
      const { browser, quiz } = await inQuiz();
      const answers = { ...answersFor(room, quiz), do: "hand-in" };
      const results = await Promise.all(
        [1, 2, 3, 4, 5].map(() => browser.submit(quiz, quiz.forms[0]!, answers)),
      );
      expect(new Set(results.map(({ url }) => url)).size).to.equal(1);
      expect(results.map(heading)).to.eql(Array(5).fill("Passed: 8 of 8 right"));
      expect((await kinds()).filter((type) => type === "quiz.passed")).to.have.length(1);
      expect((await kinds()).filter((type) => type === "question.answered")).to.have.length(8);
    });

    it("posted from an old tab says calmly that the run has ended", async () => {
      const { browser, base } = await inQuiz();
      const [left, right] = await Promise.all([browser.get(base + quizPath), browser.get(base + quizPath)]);
      await press(browser, left, { ...answersFor(room, left, 3), do: "hand-in" });
      const late = await press(browser, right, { ...answersFor(room, right), do: "hand-in" });
      expect(late.status).to.equal(200);
      expect(late.html).to.include("This run has ended. What was sent after that was not taken in");
      expect(heading(late)).to.equal("Not there yet: 5 of 8 right");
      expect((await press(browser, right, { do: "draft" })).status).to.equal(409);
    });

    it("whose answers were deleted after their time says so, and that it was passed", async () => {
      const { browser, quiz } = await inQuiz();
      const result = await press(browser, quiz, { ...answersFor(room, quiz), do: "hand-in" });
      const before = (await room.storage.attempts.findAttempt(tenant, "person-1", "M01"))!;
      await room.storage.attempts.saveAttempt(trimAttempt(before), before.version, []);
      const page = await browser.get(result.url);
      expect(heading(page)).to.equal("Passed: your answers have been deleted");
      expect(page.html).to.include("as promised").and.not.to.include("You chose:");
    });

    it("draws anew for the retake, whose pass then counts", async () => {
      const { browser, base, quiz } = await afterFailedRun();
      await browser.get(`${base}/activities/six-tests`);
      const retake = await press(browser, await browser.get(base + quizPath));
      expect(retake.forms[0]!.action).not.to.equal(quiz.forms[0]!.action);
      const result = await press(browser, retake, { ...answersFor(room, retake), do: "hand-in" });
      expect(heading(result)).to.equal("Passed: 8 of 8 right");
      // Until then nothing of the failed run's was shown with its key; now the old run's page shows no more than before.
      const old = await browser.get(new URL(quiz.forms[0]!.action, quiz.url).href);
      expect(old.html).not.to.include("The other answers");
    });
  });

  it("leads a trainee through the whole module to its completion", async () => {
    const { browser, page, base } = await aTrainee(room);
    let at = page;
    const [scenario] = room.curriculum.modules
      .flatMap(({ activities }) => activities)
      .filter((activity) => activity.kind === "scenario");
    const { choices } = aWay(scenario!.texts[0], { pass: true });
    for (let steps = 0; steps < 24 && heading(at) !== "You have completed this module"; steps += 1) {
      const [, onward] = /class="button" href="([^"]+)"/.exec(at.html) ?? [];
      if (/name="shown"/.test(at.html))
        at = await press(browser, at, { ...answersFor(room, at), do: "hand-in" });
      else if (/name="option"/.test(at.html)) {
        const node = /name="node" value="([^"]+)"/.exec(at.html)?.[1];
        at = await press(browser, at, { option: choices.find(({ nodeId }) => nodeId === node)!.optionId });
      } else if (at.url.includes("/runs/") && at.forms.length > 0)
        at = await press(browser, at, { do: "hold" });
      else if (at.forms.length > 0) at = await press(browser, at);
      else at = await browser.get(new URL(onward ?? `${base}/`, at.url).href);
    }
    expect(heading(at)).to.equal("You have completed this module");
    expect(at.html)
      .to.include("Your programme and certificate")
      .and.to.include(`${new URL(base).pathname}/programmes"`);
    expect(at.html).to.include("100 of 100").and.to.include("Back to the course");
    const types = await kinds();
    expect(types.filter((type) => type === "module.completed")).to.have.length(1);
    const last = (await room.events()).filter((event) => event.type === "module.progressed").at(-1)!;
    expect(last.data).to.include({ score: 100, completed: true });
  });

  describe("forms", () => {
    it("are refused without this visit's token, and without a form id", async () => {
      const { browser, page } = await aTrainee(room);
      expect((await press(browser, page, { token: "x" })).status).to.equal(403);
      expect((await press(browser, page, { form: "x" })).status).to.equal(400);
      expect(await kinds()).to.eql(["module.begun"]);
    });
  });

  describe("for an instructor", () => {
    it("shows the module, how its grade comes about and who sees what, and leads to the class", async () => {
      const { browser } = await aTrainee(room);
      const page = await browser.get(room.door("instructor", "teacher"));
      expect(heading(page)).to.equal("Human rights foundations for policing");
      expect(page.html).to.include("7 of 8 right answers pass").and.to.include("See how far your class is");
      expect(page.forms).to.eql([]);
    });

    it("shows lessons and quizzes with their key, with nothing to post and nothing recorded", async () => {
      const { browser } = await aTrainee(room);
      const { url } = await browser.get(room.door("administrator", "admin"));
      const before = await kinds();
      const lesson = await browser.get(url.replace(/\/$/, "/activities/no-excuse"));
      const quiz = await browser.get(url.replace(/\/$/, quizPath));
      expect([...lesson.forms, ...quiz.forms]).to.eql([]);
      expect(quiz.html.match(/✓ Holds:/g)!.length).to.be.at.least(8);
      expect(await kinds()).to.eql(before);
      expect(await room.storage.attempts.findAttempt(tenant, "admin", "M01")).to.equal(undefined);
    });

    it("takes no posts", async () => {
      const { browser, page } = await aTrainee(room);
      const visit = await browser.get(room.door("instructor", "teacher"));
      const action = `${new URL(visit.url).pathname.replace(/\/$/, "")}/begin`;
      expect((await browser.submit(visit, { ...page.forms[0]!, action })).status).to.equal(403);
    });
  });

  it("refuses, with words, an attempt of a curriculum version that is not loaded", async () => {
    const { browser, base } = await aTrainee(room);
    const attempt = (await room.storage.attempts.findAttempt(tenant, "person-1", "M01"))!;
    const old = { ...attempt, version: attempt.version + 1, curriculum: { core: "0.0.1" } };
    await room.storage.attempts.saveAttempt(old, attempt.version, []);
    const page = await browser.get(`${base}/`);
    expect(page.status).to.equal(409);
    expect(heading(page)).to.equal("Your module is in an older version");
  });
});
