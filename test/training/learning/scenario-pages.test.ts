import { expect } from "chai";
import type { ScenarioChoice } from "../../../src/standards/curriculum/index.js";
import { trimAttempt, type Attempt } from "../../../src/training/learning/index.js";
import { unescapeHtml, type HttpBrowser, type Page } from "../../kit/http-browser.js";
import { aClassroom, aTrainee, demoCurriculum, tenant, type Classroom } from "./a-classroom.js";
import { scenarioId, shortCurriculum, ways } from "./a-scenario.js";

const heading = (page: Page): string => unescapeHtml(/<h1[^>]*>([^<]*)<\/h1>/.exec(page.html)?.[1] ?? "");
const path = `/activities/${scenarioId}`;
const node = (page: Page): string => page.forms[0]!.fields.find(([name]) => name === "node")?.[1] ?? "";

describe("the pages of a scenario", () => {
  let room: Classroom;
  let browser: HttpBrowser;
  let base: string;
  beforeEach(async () => {
    room = await aClassroom(shortCurriculum(await demoCurriculum()));
    const trainee = await aTrainee(room);
    ({ browser, base } = trainee);
    await press(trainee.page);
  });
  afterEach(() => room.close());

  const press = (page: Page, values = {}) => {
    room.clock.advance(1000);
    return browser.submit(page, page.forms[0]!, values);
  };
  const open = () => browser.get(base + path);
  const play = async (choices: readonly ScenarioChoice[]) => {
    let page = await press(await open());
    for (const { optionId } of choices) page = await press(page, { option: optionId });
    return page;
  };
  const attempt = async () => (await room.storage.attempts.findAttempt(tenant, "person-1", "M01"))!;
  const kinds = async () => (await room.events()).map(({ type }) => type);
  const overwrite = async (make: (attempt: Attempt) => Attempt) => {
    const before = await attempt();
    const after = { ...make(before), version: before.version + 1 };
    expect(await room.storage.attempts.saveAttempt(after, before.version, [])).to.equal("saved");
  };

  describe("before a run", () => {
    it("say where one is, how long it takes, what can't be undone, and what is kept for how long", async () => {
      const page = await open();
      expect(heading(page)).to.equal("The bus at night");
      for (const word of ["You are on duty.", "Up to 4 decisions", "no time limit", "take a choice back"])
        expect(unescapeHtml(page.html)).to.include(word);
      expect(page.html).to.include("deleted 90 days after").and.to.include("Draft, not reviewed.");
      expect(page.html).not.to.include("What at papers?");
    });
  });

  describe("of a decision", () => {
    it("show the scene, what is known, and the choices without a word of what they weigh", async () => {
      const page = await press(await open());
      expect(heading(page)).to.equal("Decision 1 of up to 4");
      expect(page.html).to.include("<p>First of papers.</p><p>Second of papers.</p>");
      expect(page.html.match(/<input type="radio"/g)).to.have.length(2);
      expect(page.html).to.include("It is late").and.not.to.include("The boy travels alone");
      expect(page.html).not.to.match(/Why|Consequence|class="bar|checked/);
      expect(page.html).to.include("Leave and come back").and.to.include("Scenario: The bus at night");
    });

    it("say first what the last choice brought about, and mark what has come to light", async () => {
      const page = await press(await press(await open()), { option: "ask" });
      expect(heading(page)).to.equal("Decision 2 of up to 4");
      expect(page.html).to.include("Consequence of ask.").and.not.to.include("The others look away.");
      expect(page.html).to.include("New: The boy travels alone").and.not.to.include("New: It is late");
      expect(page.html.match(/class="tile (\w+)"/g)!.map((tile) => tile.slice(12, -1))).to.eql([
        ...["done", "here", "new", "new"],
      ]);
    });

    it("bring up later what was chosen earlier", async () => {
      const page = await press(await press(await open()), { option: "grave" });
      expect(page.html).to.include("The others look away.");
    });

    it("say calmly when no choice was made, and lose nothing", async () => {
      const page = await press(await press(await open()));
      expect(page.url).to.match(/\?after=undecided#problems$/);
      expect(page.html).to.include('<h2 id="problems-title">No choice was made yet</h2>');
      expect(page.html).to.include('href="#option-1"').and.to.include('id="option-1"');
      expect(page.html).to.match(/<title>No choice yet: decision 1 of up to 4/);
      expect(await kinds()).to.eql(["module.begun"]);
    });

    it("are the same after leaving and coming back on another day", async () => {
      await press(await press(await open()), { option: "ask" });
      room.clock.advance(86_400_000);
      const home = await browser.get(room.door("trainee", "person-1"));
      expect(home.html).to.include("Go on with").and.to.include("The bus at night");
      const page = await browser.get(home.url.replace(/\/$/, path));
      expect(node(page)).to.equal("talk");
      expect(page.html).to.include("New: The boy travels alone");
    });

    it("posted from an old tab change nothing, and lead to where the run stands", async () => {
      const first = await press(await open());
      const old = await open();
      await press(first, { option: "ask" });
      const page = await press(old, { option: "grave" });
      expect(page.url).to.match(/\?after=elsewhere#elsewhere$/);
      expect(page.html).to.include("This choice was not taken in");
      expect(node(page)).to.equal("talk");
      expect((await attempt()).activities[scenarioId]!.ways![0]!.choices).to.have.length(1);
    });

    it("pressed many times at once decide once", async () => {
      const page = await press(await open());
      const all = await Promise.all(
        [1, 2, 3, 4].map(() => browser.submit(page, page.forms[0]!, { option: "ask" })),
      );
      expect(all.map(node)).to.eql(Array(4).fill("talk"));
      expect(await kinds()).to.eql(["module.begun", "decision.made"]);
    });
  });

  describe("of a debrief", () => {
    it("say what was reached, and show the way taken and the ways not taken", async () => {
      const page = await play(ways.passing);
      expect(page.url).to.match(/\/runs\/[\w-]+$/);
      expect(heading(page)).to.equal("You reached “Ending heard”");
      expect(page.html).to.include("Text of heard.").and.to.include("This run passes");
      const [map] = /<svg class="map"[\s\S]*?<\/svg>/.exec(page.html)!;
      expect(map.match(/class="taken" x=/g)).to.have.length(3);
      expect(map.match(/<g class="on">(<path[^>]*>){3}<\/g>/)).not.to.equal(null);
      const list = /<ol class="way">[\s\S]*?<\/ol>/.exec(page.html)![0];
      expect(list.match(/<li>/g)).to.have.length(4);
      expect(list).to.include("Label of listen");
      expect(page.html).to.include("It could also have ended with:").and.to.include("<li>Ending left</li>");
    });

    it("show what each choice weighed, only of the tests that apply, and mark what is not checked", async () => {
      const page = await play(ways.weak);
      const table = /<table class="rate"[\s\S]*?<\/table>/.exec(page.html)![0];
      expect([...table.matchAll(/<th scope="col"[^>]*>([^<]*)/g)].map(([, text]) => text)).to.eql([
        ...["Your choice", "Legality", "Necessity", "Accountability"],
      ]);
      expect(table.match(/<th scope="row"/g)).to.have.length(3);
      expect(table)
        .to.include('<span class="digits">+2</span>')
        .and.to.include('<span class="digits">\u22121</span>');
      expect(table.match(/does not apply/g)).to.have.length(5);
      expect(page.html).to.include("UN-COC 2").and.to.include("(number not yet checked)");
    });

    it("show what else could have been chosen at the decisions that were met, and at no other", async () => {
      const page = await play(ways.critical);
      expect(page.html).to.include("Why &lt;it&gt; is grave.").and.to.include("Why of ask.");
      expect(page.html).to.include("Why of search.").and.to.include("Why of leave.");
      expect(page.html).not.to.include("Why of stop.");
    });

    it("name a critical choice calmly, and blame nobody", async () => {
      const page = await play(ways.critical);
      expect(page.html).to.include("One choice alone decided the run");
      expect(page.html).to.include("“Label of grave”: Non-discrimination");
      expect(page.html).to.include("This choice alone decided the run: Non-discrimination.");
      const words = page.html.replace(/<[^>]*>/g, " ");
      expect(words).not.to.match(/\b(wrong|fail(ed|ure)?|incorrect|mistakes?|bad|poor|guilt\w*)\b/i);
    });

    it("say how far the mean is from what is needed where no single choice decided it", async () => {
      const page = await play(ways.weak);
      expect(page.html).to.include("Your choices come to 56 of 100").and.to.include("70 are needed");
    });

    it("are the only way on while a run waits for them", async () => {
      const debrief = await play(ways.weak);
      const action = new URL(`${base}${path}/runs`).pathname;
      const posted = await browser.submit(debrief, {
        ...debrief.forms[0]!,
        action,
        fields: debrief.forms[0]!.fields.filter(([name]) => ["token", "form"].includes(name)),
      });
      expect(posted.url).to.equal(debrief.url);
      expect((await open()).url).to.equal(debrief.url);
      expect((await attempt()).activities[scenarioId]!.ways).to.have.length(1);
    });

    it("keep what is written, by whom it is theirs, until it is held", async () => {
      const debrief = await play(ways.weak);
      const saved = await press(debrief, { "note.saw": "A <b>sign</b>\r\nof fear", do: "save" });
      expect(saved.url).to.match(/\?after=saved#saved$/);
      const again = await open();
      expect(again.forms[0]!.fields).to.deep.include(["note.saw", "A <b>sign</b>\nof fear"]);
      const held = await press(again, { "note.rule": "ICCPR 26", do: "hold" });
      expect(held.forms).to.eql([]);
      expect(held.html).to.include("A &lt;b&gt;sign&lt;/b&gt;\nof fear").and.to.include("ICCPR 26");
      expect(held.html).to.include("can be read here and no longer changed");
    });

    it("take four long answers in any script", async () => {
      const debrief = await play(ways.weak);
      const long = "\u{1F600}".repeat(2000);
      const names = debrief.forms[0]!.fields.map(([name]) => name).filter((name) => name.startsWith("note."));
      expect(names).to.have.length(4);
      const values = Object.fromEntries(names.map((name) => [name, long]));
      expect((await press(debrief, { ...values, do: "save" })).status).to.equal(200);
      const notes = (await attempt()).activities[scenarioId]!.ways![0]!.notes!;
      expect(Object.values(notes)).to.eql(Array(4).fill(long));
    });

    it("held after a run that was not passed lead to the retake, which can look back on it", async () => {
      const held = await press(await play(ways.weak), { do: "hold" });
      expect(held.url).to.match(/\?after=held#held$/);
      expect(held.html)
        .to.include("Take the scenario again")
        .and.to.include("The scenario can be taken again.");
      const start = await open();
      expect(start.html).to.include("Begin again").and.to.include("Run 1: “Ending left”");
      const [, back] = /<a href="([^"]+\/runs\/[^"]+)"/.exec(start.html)!;
      expect(heading(await browser.get(new URL(back!, base).href))).to.equal("You reached “Ending left”");
      expect(await kinds()).to.include("failed-run.debriefed");
    });

    it("held after a passed run lead on to the next activity, and the scenario can be looked back on", async () => {
      const held = await press(await play(ways.passing), { do: "hold" });
      expect(held.html).to.include('class="button" href=').and.to.include("Go on with “No order");
      expect((await open()).url).to.equal(held.url.replace(/\?.*/, ""));
      const told = (await room.events()).filter((event) => event.type === "module.progressed");
      expect(told.map(({ data }) => data)).to.have.length(1);
      expect(told[0]!.data).to.include({ score: 100, completed: false });
    });

    it("posted again from an old tab say that it was held, and keep what was written then", async () => {
      const debrief = await play(ways.weak);
      await press(debrief, { "note.saw": "First.", do: "hold" });
      const other = { form: "01890000-0000-7000-8000-000000000001" };
      const late = await press(debrief, { ...other, "note.saw": "Second.", do: "hold" });
      expect(late.html).to.include("was held already").and.to.include("First.").and.not.to.include("Second.");
    });
  });

  describe("when something is not as usual", () => {
    it("answer a run that there is not, and a quiz's address, with words", async () => {
      expect((await browser.get(`${base}${path}/runs/nothing`)).status).to.equal(404);
      const page = await press(await open());
      const debrief = {
        ...page.forms[0]!,
        action: `${new URL(base).pathname}/activities/no-excuse/runs/x/debrief`,
      };
      expect((await browser.submit(page, debrief)).status).to.equal(404);
    });

    it("refuse forms without this visit's token", async () => {
      const page = await press(await open());
      expect((await press(page, { token: "x", option: "ask" })).status).to.equal(403);
      expect(await kinds()).to.eql(["module.begun"]);
    });

    const misfit = (attempt: Attempt): Attempt => {
      const record = attempt.activities[scenarioId]!;
      const all = record.ways!.map((way) => ({
        ...way,
        choices: way.choices.map((choice) => ({ ...choice, optionId: "no-longer-there" })),
      }));
      return { ...attempt, activities: { ...attempt.activities, [scenarioId]: { ...record, ways: all } } };
    };

    it("go on where the choices of a run are none of this scenario any more", async () => {
      await press(await press(await open()), { option: "ask" });
      await overwrite(misfit);
      expect((await browser.get(`${base}/`)).status).to.equal(200);
      const start = await open();
      expect(heading(start)).to.equal("The bus at night");
      expect(heading(await press(start))).to.equal("Decision 1 of up to 4");
    });

    it("let a run be debriefed whose way can't be shown any more", async () => {
      await play(ways.passing);
      await overwrite(misfit);
      const page = await open();
      expect(heading(page)).to.equal("Debrief of “The bus at night”");
      const held = await press(page, { do: "hold" });
      expect(held.html).to.include("Go on with “No order");
    });

    it("say after 90 days that what was promised was done, and keep what was passed", async () => {
      await press(await play(ways.passing), { "note.saw": "Something.", do: "hold" });
      const at = (await attempt()).activities[scenarioId]!.ways![0]!.id;
      const lesson = await browser.get(`${base}/activities/no-excuse`);
      await press(lesson);
      expect((await attempt()).formativeUntil).to.be.a("number");
      await overwrite(trimAttempt);
      for (const address of [`${base}${path}`, `${base}${path}/runs/${at}`]) {
        const page = await browser.get(address);
        expect(page.status).to.equal(200);
        expect(heading(page)).to.equal("Passed: your decisions have been deleted");
        expect(page.html).to.include("as promised").and.not.to.include("Something.");
      }
      const home = await browser.get(`${base}/`);
      expect(heading(home)).to.equal("You have completed this module");
      expect(home.html).to.include("100 of 100");
    });
  });

  it("show an instructor the whole scenario with its ratings, and nothing to post", async () => {
    const { url } = await browser.get(room.door("instructor", "teacher"));
    const page = await browser.get(url.replace(/\/$/, path));
    expect(page.forms).to.eql([]);
    for (const id of ["ask", "grave", "listen", "search", "stop", "weak", "write", "leave"])
      expect(page.html).to.include(`Text of ${id}.`).and.to.include(`Consequence of ${id}.`);
    expect(page.html).to.include("Decides the run alone: Non-discrimination.");
    expect(page.html).to.include("Ending: Ending left").and.to.include("The boy travels alone");
    expect(page.html).to.match(/After Label of listen leads to[\s\S]*?href="#node-heard"/);
    expect(page.html).to.include('id="node-heard"');
  });
});
