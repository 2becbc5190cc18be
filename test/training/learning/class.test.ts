import { expect } from "chai";
import type { CurriculumModule } from "../../../src/standards/curriculum/index.js";
import type { Attempt, CertificateLink, LinkClass } from "../../../src/training/learning/index.js";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { aClassroom, type Classroom } from "./a-classroom.js";
import { Work } from "./work.js";

describe("the class page", () => {
  let classroom: Classroom;
  let m01: CurriculumModule;
  let own: LinkClass = { trainees: [], failures: [] };
  let certificates: readonly CertificateLink[] = [];
  const names = new Map<string, string>();
  before(async () => {
    classroom = await aClassroom(undefined, {
      classOf: () => Promise.resolve(own),
      nameOf: (personId) => Promise.resolve(names.get(personId)),
      certificatesOf: () => Promise.resolve(certificates),
    });
    m01 = classroom.curriculum.modules.find(({ id }) => id === "M01")!;
  });
  after(() => classroom.close());

  let people = 0;
  /** Someone who learns here, as far as `work` takes them. */
  async function trainee(work?: (work: Work) => void): Promise<string> {
    const personId = `p-${String((people += 1)).padStart(3, "0")}`;
    if (!work) return personId;
    const done = new Work(m01);
    work(done);
    await save({ ...done.attempt, personId });
    return personId;
  }
  async function save(attempt: Attempt): Promise<void> {
    const { version: core } = classroom.curriculum;
    const id = `attempt-${attempt.personId}`;
    await classroom.storage.attempts.addAttempt({ ...attempt, id, curriculum: { core } }, []);
  }
  const failing = (work: Work): void => {
    work.read("six-tests");
    work.begin("six-tests-quiz", "begin-1");
    work.handIn("six-tests-quiz", 8, "hand-in-1");
  };
  const passing = (work: Work): void => {
    work.read("six-tests");
    work.begin("six-tests-quiz", "begin-1");
    work.handIn("six-tests-quiz", 0, "hand-in-1");
  };
  const open = async (query = "", role: "instructor" | "administrator" | "trainee" = "instructor") => {
    const browser = new HttpBrowser();
    const page = await browser.get(`${classroom.door(role, "teacher")}${query}`);
    const visit = /^.*\/visits\/[^/]+/.exec(page.url)?.[0] ?? "";
    return { browser, page, visit };
  };
  const classPage = async (query = "", sort = ""): Promise<Page> => {
    const { browser, visit } = await open(query);
    return browser.get(`${visit}/class${sort}`);
  };
  const text = (html: string): string =>
    html
      .replace(/<[^>]+>/g, " ")
      .replace(/&#x27;/g, "'")
      .replace(/\s+/g, " ");
  const titleOf = ({ html }: Page): string => text(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? "");
  /** Name, the states of its tiles as they are read out, the other cells. */
  const rowsOf = ({ html }: Page): string[][] =>
    [...html.matchAll(/<tr><th scope="row">([\s\S]*?)<\/tr>/g)].map(([row]) => [
      text(/<th[^>]*>([\s\S]*?)<\/th>/.exec(row)?.[1] ?? ""),
      [...row.matchAll(/role="img" aria-label="([^"]+)"/g)].map(([, state]) => state).join(","),
      ...[...row.matchAll(/class="number">([^<]*)</g)].map(([, cell]) => cell!),
    ]);

  it("is reached from the module's page by who teaches, and by nobody else", async () => {
    const { browser, page } = await open();
    const [, href] = /<a href="([^"]+\/class)">/.exec(page.html) ?? [];
    expect((await browser.get(new URL(href!, page.url).href)).status).to.equal(200);
    const other = await open("", "administrator");
    expect((await other.browser.get(`${other.visit}/class`)).status).to.equal(200);
    const own = await open("", "trainee");
    expect((await own.browser.get(`${own.visit}/class`)).status).to.equal(403);
  });

  it("shows what is done, under way and not begun, and nothing that was not passed", async () => {
    const [one, two, three, four] = [
      await trainee(passing),
      await trainee(failing),
      await trainee((work) => work.open("six-tests")),
      await trainee(),
    ];
    own = {
      title: "Border course 14",
      trainees: [
        { personId: four },
        { personId: two, name: "Bo Sol" },
        { personId: one, name: "ada" },
        { personId: three, name: "Cy" },
      ],
      roster: { takenAt: classroom.clock.now() - 12 * 60_000, stale: false },
      failures: [],
    };
    const page = await classPage();
    expect(rowsOf(page)).to.deep.equal([
      ["ada", "done,done,not begun,not begun,not begun,not begun", "2 of 6", "33.33"],
      ["Bo Sol", "done,under way,not begun,not begun,not begun,not begun", "1 of 6", "–"],
      ["Cy", "under way,not begun,not begun,not begun,not begun,not begun", "0 of 6", "–"],
      ["Trainee 4", "not begun,not begun,not begun,not begun,not begun,not begun", "0 of 6", "–"],
    ]);
    const said = text(page.html);
    expect(said).to.include("Border course 14, 4 trainees");
    expect(said).to.include("Nobody has completed it, 3 are under way, one has still to begin.");
    expect(said).to.include("read from your course platform 12 minutes ago.");
    expect(said).to.include("read by 2 of 4").and.to.include("passed by 1 of 4");
    const main = page.html.slice(page.html.indexOf("<main"));
    expect(main).not.to.match(/fail|retaken|↻|retry/i);
  });

  it("sorts by what is done, least first", async () => {
    const page = await classPage("", "?sort=progress");
    expect(rowsOf(page).map(([name]) => name)).to.deep.equal(["Trainee 4", "Cy", "Bo Sol", "ada"]);
    expect(page.html).to.match(/aria-sort="ascending"><a href="[^"]*\?sort=progress"/);
    expect(page.html.match(/aria-sort/g)).to.have.length(1);
  });

  it("is about the one activity where the link is", async () => {
    const page = await classPage("?activity=six-tests-quiz");
    expect(rowsOf(page).slice(0, 2)).to.deep.equal([
      ["ada", "done", "1 of 1", "100"],
      ["Bo Sol", "under way", "0 of 1", "–"],
    ]);
  });

  it("says in its title what it found", async () => {
    const found = async (...works: (((work: Work) => void) | undefined)[]): Promise<string> => {
      const trainees = [];
      for (const work of works) trainees.push({ personId: await trainee(work) });
      own = { trainees, failures: [] };
      return titleOf(await classPage());
    };
    const whole = (work: Work): void => {
      for (const { id } of m01.activities)
        work.attempt = { ...work.attempt, activities: { ...work.attempt.activities, [id]: { doneAt: 1 } } };
    };
    const toScenario = (work: Work): void => {
      passing(work);
      work.read("border-check");
    };
    expect(await found()).to.equal("Nobody is in this class yet");
    expect(await found(undefined, undefined)).to.equal("Nobody has begun yet");
    expect(await found(passing, undefined)).to.equal("1 of 2 have begun");
    const opened = (work: Work): void => void work.open("six-tests");
    expect(await found(opened, opened, undefined)).to.equal("Most of the class has begun");
    expect(await found(toScenario, toScenario, passing)).to.equal(
      "Most of the class has reached the scenario “The bus from Castellan”",
    );
    expect(await found(passing, toScenario)).to.equal(
      "Most of the class has reached the lesson “Who gets the second question?”",
    );
    expect(await found(whole, whole, undefined)).to.equal("Most of the class has completed it");
    expect(await found(whole)).to.equal("The whole class has completed it");
  });

  it("says which grades did not arrive, and what to do about it", async () => {
    const [one, two, gone] = [await trainee(passing), await trainee(passing), "someone-else"];
    const failed = (personId: string, failure: LinkClass["failures"][number]["failure"]) => ({
      personId,
      failure,
    });
    own = {
      trainees: [{ personId: one, name: "Ada Meru" }, { personId: two }],
      failures: [
        { ...failed(one, "column"), name: "Ada Meru" },
        failed(two, "column"),
        failed(gone, "unreachable"),
      ],
    };
    const said = text((await classPage()).html);
    expect(said).to.include("Ada Meru and Trainee 2. There is no column in the gradebook for these grades.");
    expect(said).to.include("someone who left the course. Your course platform does not answer at present.");
    expect(said).to.include("Nothing is lost");
    for (const failure of ["permission", "refused", "inactive"] as const) {
      own = { ...own, failures: [failed(one, failure)] };
      expect(text((await classPage()).html))
        .to.match(/Trainee|Ada/)
        .and.not.to.include("⟦");
    }
  });

  it("says whom it shows where the platform tells nobody, and how old what it told is", async () => {
    own = { trainees: [], failures: [] };
    expect(text((await classPage()).html)).to.include("those who opened this link as trainees");
    const ages = [
      [59_000, "a moment ago"],
      [60_000, "a minute ago"],
      [3600_000, "an hour ago"],
      [47 * 3600_000, "47 hours ago"],
      [50 * 3600_000, "2 days ago"],
    ] as const;
    for (const [ms, said] of ages) {
      own = { ...own, roster: { takenAt: classroom.clock.now() - ms, stale: ms > 600_000 } };
      const page = text((await classPage()).html);
      expect(page).to.include(said);
      expect(page.includes("did not tell anything newer")).to.equal(ms > 600_000);
    }
  });

  it("escapes what a platform calls people and courses", async () => {
    const personId = await trainee();
    own = { title: "<b>x</b>", trainees: [{ personId, name: "<script>alert(1)</script>" }], failures: [] };
    const { html } = await classPage();
    expect(html).not.to.match(/<b>x|<script>alert/);
  });

  it("has a class of 200 ready in well under a second", async () => {
    const trainees = [];
    for (let n = 0; n < 200; n += 1)
      trainees.push({ personId: await trainee(passing), name: `Name ${String(n)}` });
    own = { trainees, failures: [] };
    const { browser, visit } = await open();
    await browser.get(`${visit}/class`);
    const began = performance.now();
    const page = await browser.get(`${visit}/class`);
    expect(performance.now() - began).to.be.lessThan(900);
    expect(rowsOf(page)).to.have.length(200);
    expect(
      rowsOf(page)
        .slice(8, 11)
        .map(([name]) => name),
    ).to.deep.equal(["Name 8", "Name 9", "Name 10"]);
  }).timeout(30_000);

  describe("leads from a grade to the work behind it:", () => {
    const review = async (personId: string) => {
      const { browser, page } = await open(`?review=${personId}`);
      return { browser, page, said: text(page.html.slice(page.html.indexOf("<main"))) };
    };

    it("what is done and passed, with the certificate", async () => {
      const personId = await trainee(passing);
      names.set(personId, "Ada Meru");
      const programmeId = classroom.curriculum.programmes.find(({ modules }) => modules.includes("M01"))!.id;
      const link = { programmeId, href: "/certificates/c1", state: "valid" };
      const validUntil = classroom.clock.now() + 1000;
      certificates = [
        { ...link, validUntil },
        { ...link, state: "suspended", validUntil, href: "/certificates/c2" },
        { ...link, programmeId: "another", validUntil, href: "/certificates/c3" },
      ];
      const { page, said } = await review(personId);
      expect(page.url).to.match(/\/review$/);
      expect(titleOf(page)).to.equal("Ada Meru has done 2 of 6");
      expect(said)
        .to.include("Passed with 100 of 100.")
        .and.to.include("33.33 of 100, of what is passed so far.");
      expect(page.html).to.include('href="/certificates/c1"').and.not.to.include("/certificates/c3");
      expect(said).to.match(/: in force .*: not in force/);
      certificates = [];
    });
    it("nothing that was not passed", async () => {
      const { page, said } = await review(await trainee(failing));
      expect(titleOf(page)).to.equal("This trainee has done 1 of 6");
      expect(said).not.to.match(/fail|retake|↻/i);
      expect(said).to.include("Nothing that is graded is passed yet.").and.to.include("There is none yet");
      expect(titleOf((await review(await trainee())).page)).to.equal("This trainee has not begun yet");
    });
    it("to nobody who did not come for that", async () => {
      const { browser, visit } = await open();
      expect((await browser.get(`${visit}/review`)).url).to.match(/\/visits\/[^/]+\/$/);
      const trained = await open("?review=p-001", "trainee");
      expect(trained.page.status).to.equal(403);
    });
  });
});
