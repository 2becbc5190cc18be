import { expect } from "chai";
import type { Browser, Page as Window } from "playwright-core";
import { goOn, heading, openChromium, shippedCurriculum, until, wide, words } from "../kit/chromium.js";
import { HttpBrowser, unescapeHtml, type Page } from "../kit/http-browser.js";
import { Administrator, type Flavour, type Lms } from "../kit/lms.js";
import { describeWith } from "../kit/needs.js";
import { isSound } from "../kit/sound-page.js";
import { aTool, type Tool } from "../kit/tool.js";
import { Trainee } from "../kit/trainee.js";

const say = words.t.bind(words);
const text = (html: string): string => unescapeHtml(html.replace(/<[^>]+>/g, " ")).replace(/\s+/g, " ");
type Query = Readonly<Record<string, string>>;

/** Adds an activity without picking content, as a teacher does in Moodle; answers its link. */
async function addByHand(tool: Tool, course = "course-1"): Promise<string> {
  const browser = new HttpBrowser();
  const page = await browser.get(`${tool.sandboxOrigin}/course?as=instructor&course=${course}`);
  const form = page.forms.find(
    ({ action, html }) => action === "/course/links" && html.includes("sandbox-client"),
  );
  const added = await browser.submit(page, form!);
  return new URL(added.url).searchParams.get("link")!;
}

describe("the page of a course, by a link that names no module", () => {
  let tool: Tool;
  let administrator: Administrator;
  before(async function () {
    this.timeout(60_000);
    tool = await aTool({ running: true });
    administrator = new Administrator(tool);
  });
  after(() => tool.close());

  async function launch(query: Query): Promise<{ browser: HttpBrowser; page: Page; visit: string }> {
    const browser = new HttpBrowser();
    const asked = new URLSearchParams(query).toString();
    const handOver = await browser.get(`${tool.sandboxOrigin}/course/launch?${asked}`);
    const page = await browser.submit(handOver, handOver.forms[0]!);
    return { browser, page, visit: /^.*\/visits\/[\w-]{24}/.exec(page.url)?.[0] ?? "" };
  }
  const gradesIn = (link: string) => {
    const { lineItems, grades } = tool.sandbox.gradebook();
    const own = lineItems.filter(({ resourceLinkId }) => resourceLinkId === link).map(({ id }) => id);
    return grades
      .filter(({ lineItemId }) => own.includes(lineItemId))
      .map(({ userKey, score }) => [userKey, score]);
  };

  for (const flavour of ["moodle", "canvas"] satisfies Flavour[]) {
    describe(`in ${flavour}`, () => {
      let lms: Lms;
      /** What opens the course's page. */
      let menu: Query;
      before(async function () {
        this.timeout(60_000);
        lms = await administrator.lms(flavour);
        menu =
          flavour === "canvas"
            ? { course: lms.course, nav: lms.places[0].deployment }
            : { course: lms.course, link: await addByHand(tool) };
      });

      it("says in plain words that there is nothing yet, and to who teaches how to add something", async () => {
        const { page, browser, visit } = await launch({ as: "trainee-one", ...menu });
        expect(page.status).to.equal(200);
        expect(text(page.html))
          .to.include(say("learning.course.found.none"))
          .and.include(say("learning.course.empty", { teaches: false }));
        expect((await browser.get(`${visit}/programmes`)).status).to.equal(200);
        for (const as of ["instructor", "administrator"]) {
          const teaching = await launch({ as, ...menu });
          expect(text(teaching.page.html))
            .to.include(say("learning.course.found.noneForTeachers"))
            .and.include(say("learning.course.empty", { teaches: true }));
        }
      });

      it("lists a module from its first launch on, each trainee's state to them alone", async () => {
        await administrator.begin("trainee-24", lms.course, lms.places[0].link);
        const state = { kind: "module", done: 0, total: 6 };
        const half = await launch({ as: "trainee-24", ...menu });
        const fresh = await launch({ as: "trainee-3", ...menu });
        expect(text(half.page.html))
          .to.include("Human rights foundations for policing")
          .and.include(say("learning.course.state", { ...state, state: "half" }));
        expect(text(fresh.page.html)).to.include(say("learning.course.state", { ...state, state: "new" }));
      });

      it("opens it within the same visit, and comes back to the list", async () => {
        const { browser, page, visit } = await launch({ as: "trainee-4", ...menu });
        expect(page.html).to.include(`${new URL(visit).pathname}/open/M01`);
        const privacy = await browser.get(`${visit}/open/M01`);
        expect(privacy.url).to.equal(`${visit}/in/M01/privacy`);
        const lesson = await browser.submit(privacy, privacy.forms[0]!);
        expect(lesson.url).to.include(`${visit}/in/M01/activities/`);
        const onward = await browser.submit(lesson, lesson.forms[0]!);
        expect(onward.url).to.include(`${visit}/in/M01/activities/`);
        const list = await browser.get(`${visit}/`);
        const state = say("learning.course.state", { kind: "module", state: "half", done: 1, total: 6 });
        expect(text(list.html)).to.include(state);
        const home = await browser.get(`${visit}/open/M01`);
        expect(home.url).to.equal(`${visit}/in/M01/`);
        expect(home.html).to.include(`href="${new URL(visit).pathname}/programmes"`);
        const other = await launch({ as: "trainee-5", ...menu });
        expect(text(other.page.html)).not.to.include(state);
      });

      it("shows who teaches the module and its class, and no trainee the class", async () => {
        const { browser, page, visit } = await launch({ as: "instructor", ...menu });
        expect(page.html).to.include(`${new URL(visit).pathname}/in/M01/class`);
        const own = await browser.get(`${visit}/in/M01/class`);
        expect(text(own.html)).to.include("1 of 6");
        expect((await browser.get(`${visit}/open/M01`)).url).to.equal(`${visit}/in/M01/`);
        const trainee = await launch({ as: "trainee-4", ...menu });
        expect((await trainee.browser.get(`${trainee.visit}/in/M01/class`)).status).to.equal(403);
      });

      it("brings the grade into the link's own column, once", async () => {
        const { modules } = await shippedCurriculum();
        const { link, ...query } = menu;
        const trainee = new Trainee({
          ...{ sandboxOrigin: tool.sandboxOrigin, userKey: "trainee-6", module: modules[0]!, from: "M01" },
          ...{ query, ...(link === undefined ? {} : { link }) },
        });
        await trainee.complete();
        const isDone = text((await trainee.browser.get(trainee.home!)).html);
        const [, grade = ""] = /([\d.]+) of 100/.exec(isDone) ?? [];
        const own = () => gradesIn(lms.places[0].link).find(([who]) => who === "trainee-6")?.[1];
        await until("the grade", () => Promise.resolve(own() === Number(grade) || undefined));
        expect(gradesIn(lms.places[1].link), "of a link that nobody opened").to.deep.equal([]);
        if (link !== undefined) expect(gradesIn(link), "of the page's own link").to.deep.equal([]);
        const { page } = await launch({ as: "trainee-6", ...menu });
        expect(text(page.html)).to.include(say("learning.course.found.allDone"));
      });

      it("has nothing at the addresses of a module that the course does not link to", async () => {
        const { browser, visit } = await launch({ as: "trainee-7", ...menu });
        const paths = [
          "open/M02",
          "in/M02/",
          "in/M01~nothing/",
          "in/__proto__/privacy",
          "in/%00/",
          "privacy",
        ];
        for (const path of [...paths, "activities/x", "in/M01~/", "open/"]) {
          const { status, html } = await browser.get(`${visit}/${path}`);
          expect(status, path).to.equal(404);
          if (path === "in/M02/") expect(text(html)).to.include(say("errors.link_not_here.title"));
        }
      });

      it("never mixes two courses", async () => {
        const { copy } = lms;
        const there =
          flavour === "canvas"
            ? { course: copy.course, nav: lms.places[0].deployment }
            : { course: copy.course, link: await addByHand(tool, copy.course) };
        const { page, browser, visit } = await launch({ as: "trainee-24", ...there });
        expect(text(page.html)).to.include(say("learning.course.found.none"));
        expect((await browser.get(`${visit}/in/M01/`)).status).to.equal(404);
        const teaching = await launch({ as: "instructor", ...there });
        expect(text(teaching.page.html)).to.match(/This course was copied from “[^”]+”/);
      });
    });
  }

  describe("by another link", () => {
    it("is not there: the visit has its module's pages alone", async () => {
      const { browser, visit } = await launch({ as: "trainee-8", course: "course-1", link: "rl-m01" });
      for (const path of ["in/M01/", "open/M01"])
        expect((await browser.get(`${visit}/${path}`)).status, path).to.equal(404);
    });
  });
}).timeout(60_000);

describeWith("chromium", "the page of a course, seen", (chromium) => {
  let tool: Tool;
  let browser: Browser;
  let page: Window;
  before(async function () {
    this.timeout(60_000);
    [tool, browser] = await Promise.all([aTool({ running: true }), openChromium(chromium)]);
    page = await (await browser.newContext({ viewport: wide })).newPage();
  });
  after(async () => {
    await browser.close();
    await tool.close();
  });

  async function open(as: string, link: string): Promise<void> {
    await page.goto(`${tool.sandboxOrigin}/course/launch?as=${as}&link=${link}&target=window`);
    await page.waitForURL(/\/visits\//);
    await page.locator("h1").waitFor();
  }

  it("is sound with nothing in it, with a module, and back from that; and is followed by keyboard", async () => {
    const link = await addByHand(tool);
    await open("trainee-one", link);
    await isSound(page, "course-empty");
    await open("instructor", link);
    await isSound(page, "course-empty-teacher");
    await open("trainee-two", "rl-m01");
    await open("trainee-one", link);
    await isSound(page, "course-one");
    await page.locator(".activities a").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/in\/M01\/privacy$/);
    await goOn(page.mainFrame());
    await isSound(page, "course-lesson");
    await goOn(page.mainFrame());
    await page.getByRole("link", { name: say("learning.strip.course") }).click();
    await page.waitForURL(/\/visits\/[^/]+\/$/);
    expect(await heading(page.mainFrame())).to.equal(
      say("learning.course.found.underWay", { done: 0, total: 1 }),
    );
    await isSound(page, "course-under-way");
    await open("instructor", link);
    await isSound(page, "course-teacher");
    await page.getByRole("link", { name: /^How the class is doing/ }).click();
    await page.locator("table.mosaic").waitFor();
    await isSound(page, "course-class");
  }).timeout(120_000);
});
