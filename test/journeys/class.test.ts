import { expect } from "chai";
import { HttpBrowser, type Page } from "../kit/http-browser.js";
import { aTool, type Tool } from "../kit/tool.js";

/** A class in the sandbox: its roster, its page, the work behind a grade, and a copy of the course. */
describe("a class, from launches to its teacher's page", () => {
  let tool: Tool;
  before(async function () {
    this.timeout(60_000);
    tool = await aTool();
  });
  after(() => tool.close());

  const text = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
  const rowsOf = ({ html }: Page): string[] =>
    [...html.matchAll(/<th scope="row">([^<]*)</g)].map(([, name]) => name!);

  /** A launch by a browser of its own; the address is the visit's first page. */
  async function launch(query: string): Promise<{ browser: HttpBrowser; page: Page; visit: string }> {
    const browser = new HttpBrowser();
    const handOver = await browser.get(`${tool.sandboxOrigin}/course/launch?${query}`);
    const page = await browser.submit(handOver, handOver.forms[0]!);
    return { browser, page, visit: /^.*\/visits\/[\w-]{24}/.exec(page.url)?.[0] ?? "" };
  }
  async function classOf(query = "as=instructor"): Promise<Page> {
    const { browser, visit } = await launch(query);
    return browser.get(`${visit}/class`);
  }

  const visitAt = (visit: string) => tool.storage.visits.findVisit(visit.split("/").at(-1) ?? "");
  async function courseOf(visit: string) {
    const { placementId = "", platformId = "" } = (await visitAt(visit)) ?? {};
    const placement = await tool.storage.lti.placement(placementId);
    return tool.storage.lti.course(platformId, placement?.contextId ?? "");
  }

  it("shows everyone who learns in the course, before anybody has opened the link", async () => {
    const page = await classOf();
    expect(page.status).to.equal(200);
    expect(rowsOf(page)).to.have.length(24);
    expect(text(page.html)).to.include("Nobody has begun yet").and.to.include("a moment ago");
  });

  it("shows how far a trainee is, to who teaches and to nobody else", async () => {
    const { browser, page, visit } = await launch("as=trainee-one");
    const lesson = await browser.submit(page, page.forms[0]!);
    expect(lesson.url).to.include("/activities/");
    await browser.submit(lesson, lesson.forms[0]!);
    expect((await browser.get(`${visit}/class`)).status).to.equal(403);
    const seen = await classOf();
    expect(text(seen.html)).to.include("1 of 24 have begun").and.to.include("1 of 6");
    expect(seen.html.match(/aria-label="done"/g)).to.have.length(1);
    expect((await classOf("as=administrator")).status).to.equal(200);
  });

  it("leads from the gradebook to one trainee's work", async () => {
    const { page } = await launch("as=instructor&review=trainee-one");
    expect(page.url).to.match(/\/review$/);
    expect(text(page.html)).to.include("has done 1 of 6");
  });

  it("works in a copy of the course, with the copy's own class", async () => {
    const browser = new HttpBrowser();
    const course = await browser.get(`${tool.sandboxOrigin}/course?as=instructor`);
    const copying = course.forms.find(({ action }) => action.includes("/course/copy"))!;
    const copy = await browser.submit(course, copying);
    const id = new URL(copy.url).searchParams.get("course");
    expect(id)
      .to.match(/^course-\d+$/)
      .and.not.equal("course-1");
    const { browser: teacher, visit } = await launch(`as=instructor&course=${String(id)}`);
    expect((await teacher.get(`${visit}/class`)).status).to.equal(200);
    const course1 = await courseOf((await launch("as=instructor")).visit);
    const copied = await courseOf(visit);
    expect(copied?.copiedFrom).to.deep.equal([course1?.contextId]);
    expect(copied?.id).not.to.equal(course1?.id);
    const targets = await tool.storage.lti.gradeTargetsOf((await visitAt(visit))?.placementId ?? "");
    expect(targets, "of who learns by the copy's link").to.deep.equal([]);
  });

  it("keeps names out of everything but the class's own page", () => {
    for (const canary of tool.sandbox.canaries()) expect(tool.log()).not.to.include(canary);
  });
}).timeout(60_000);
