import { expect } from "chai";
import { addMonths, days } from "../../src/foundation/kernel/index.js";
import type { Curriculum, CurriculumModule } from "../../src/standards/curriculum/index.js";
import { shippedCurriculum, until, words } from "../kit/chromium.js";
import { fixedAt } from "../kit/clock.js";
import { HttpBrowser, unescapeHtml, type Page } from "../kit/http-browser.js";
import { inShort, type VerifiedAnswer } from "../kit/installations.js";
import { aTool, type Tool } from "../kit/tool.js";
import { launch, Trainee } from "../kit/trainee.js";

const start = "2027-03-01T09:00:00.000Z";

describe("a refresher on time, late, and too late", function () {
  this.timeout(240_000);
  const clock = fixedAt(start);
  let tool: Tool;
  let curriculum: Curriculum;
  /** The course's link to the refresher, which an instructor added. */
  let link: string;
  /** The certificates of each trainee, the oldest first. */
  const certificates: Record<"trainee-one" | "trainee-two" | "trainee-3", string[]> = {
    "trainee-one": [],
    "trainee-two": [],
    "trainee-3": [],
  };
  /** When each of them had done the programme for the first time. */
  const awarded = { "trainee-one": 0, "trainee-two": 0, "trainee-3": 0 };

  const moduleOf = (id: string): CurriculumModule => curriculum.modules.find((one) => one.id === id)!;
  const to = (moment: number): void => clock.advance(moment - clock.now());
  const iso = (moment: number): string => new Date(moment).toISOString();
  /** As it is signed: whole seconds. */
  const seconds = (moment: number): string => iso(moment).replace(/\.\d+Z/, "Z");

  /** What the course page's link shows to a trainee, without doing anything. */
  async function opened(userKey: string, path = "", module: "M01" | "R01" = "R01"): Promise<Page> {
    const browser = new HttpBrowser();
    const from = { sandboxOrigin: tool.sandboxOrigin, userKey };
    const home = await launch(browser, from);
    if (module === "M01") return browser.get(`${home}${path}`);
    const query = new URLSearchParams({ as: userKey, link });
    const handOver = await browser.get(`${tool.sandboxOrigin}/course/launch?${query.toString()}`);
    return browser.submit(handOver, handOver.forms[0]!);
  }

  async function does(userKey: keyof typeof certificates, module: CurriculumModule): Promise<void> {
    const more = module.id === "R01" ? { link } : {};
    const trainee = new Trainee({ sandboxOrigin: tool.sandboxOrigin, userKey, module, ...more });
    await trainee.complete();
    await settle();
    const { html } = await trainee.browser.get(`${trainee.home ?? ""}/programmes`);
    const [, path] = /href="([^"]*\/certificates\/[\w-]+)"/.exec(html) ?? [];
    const certificate = new URL(path ?? "", tool.origin).href;
    expect(certificates[userKey], "a new certificate").not.to.include(certificate);
    certificates[userKey].push(certificate);
  }

  /** Works off what is due; a job that waits for another one is tried again a little later. */
  async function settle(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const { failed, buried } = await tool.app.outbox.drain();
      expect(buried, "dead letters").to.equal(0);
      if (failed === 0 && (await tool.storage.outbox.backlog()).waiting === 0) return;
      expect(tries, "tries").to.be.lessThan(20);
      clock.advance(5000);
    }
  }

  async function verified(certificate: string, on?: number): Promise<string[]> {
    const query = new URLSearchParams({ url: certificate, ...(on === undefined ? {} : { on: iso(on) }) });
    const answer = await fetch(`${tool.origin}/verify?${query.toString()}`, {
      headers: { accept: "application/json" },
    });
    return inShort(((await answer.json()) as { answers: VerifiedAnswer[] }).answers);
  }

  async function signed(certificate: string): Promise<Record<"awardedDate" | "validUntil", string>> {
    const answer = await fetch(certificate, { headers: { accept: "application/vc" } });
    return (await answer.json()) as Record<"awardedDate" | "validUntil", string>;
  }

  const finding = (key: string, values: Record<string, string>): string =>
    words.t(`programmes.finding.${key}`, values);

  before(async () => {
    curriculum = await shippedCurriculum();
    tool = await aTool({ clock });
    link = await addToCourse("R01");
    const course = moduleOf("M01");
    for (const user of ["trainee-one", "trainee-two", "trainee-3"] as const) {
      awarded[user] = clock.now();
      await does(user, course);
    }
  });
  after(() => tool.close());

  it("is shut before its window, to the millisecond, and open from then on", async () => {
    const opens = addMonths(awarded["trainee-one"], 18);
    to(opens - 1);
    const shut = await opened("trainee-one");
    expect(shut.status).to.equal(403);
    expect(shut.html).to.include(words.t("learning.shut.title", { reason: "early" }));
    to(opens);
    expect((await opened("trainee-one")).status).to.equal(200);
    const page = await opened("trainee-one", "/programmes", "M01");
    expect(unescapeHtml(page.html)).to.include(finding("open", { until: "1 March 2029" }));
  });

  it("on time renews from the day on which it was done, and the older certificate keeps its own days", async () => {
    const at = Date.parse("2028-10-01T10:00:00Z");
    to(at);
    await does("trainee-one", moduleOf("R01"));
    const [first, second] = certificates["trainee-one"];
    expect(await signed(second!)).to.include({
      awardedDate: seconds(at),
      validUntil: seconds(addMonths(at, 24)),
    });
    expect(await verified(first!)).to.include.members(["unaltered yes bothMatch", "standing yes valid"]);
    expect((await verified(second!)).slice(0, 5)).to.deep.equal([
      "unaltered yes bothMatch",
      "issuer yes own",
      "dates yes daysLeft",
      "standing yes valid",
      "evidence yes match",
    ]);
  });

  it("late mends what has lapsed: nothing counts between the end and the refresher", async () => {
    const end = addMonths(awarded["trainee-two"], 24);
    const at = end + days(14);
    to(at);
    const page = await opened("trainee-two", "/programmes", "M01");
    expect(unescapeHtml(page.html)).to.include(finding("lapsed", { closes: "30 May 2029" }));
    const [first] = certificates["trainee-two"];
    expect(await verified(first!)).to.include("dates no expired");
    await does("trainee-two", moduleOf("R01"));
    const second = certificates["trainee-two"][1]!;
    expect(await signed(second)).to.include({
      awardedDate: seconds(at),
      validUntil: seconds(addMonths(at, 24)),
    });
    expect(await verified(second)).to.include.members(["dates yes daysLeft", "standing yes valid"]);
    const between = end + days(7);
    expect(await verified(first!, between)).to.include("dates no expired");
    expect(await verified(second, between)).to.include("dates no notYet");
    expect(await verified(first!, end - days(1))).to.include("dates yes within");
  });

  it("too late is shut, and what is named is done again for a certificate in a new cycle", async () => {
    const closes = addMonths(awarded["trainee-3"], 24) + days(90);
    to(closes);
    expect((await opened("trainee-3")).status).to.equal(200);
    to(closes + 1);
    const shut = await opened("trainee-3");
    expect(shut.status).to.equal(403);
    expect(shut.html).to.include(words.t("learning.shut.title", { reason: "late" }));
    const page = await opened("trainee-3", "/programmes", "M01");
    expect(unescapeHtml(page.html)).to.include(finding("ended", { until: "1 March 2029" }));
    // What the running tool does each hour.
    tool.app.start();
    await until("the end of the cycle", async () =>
      (await told("hcp-induction")).includes("expired") ? true : undefined,
    );
    const at = clock.now();
    const scenarios = moduleOf("M01").activities.filter(({ kind }) => kind === "scenario");
    await does("trainee-3", { ...moduleOf("M01"), activities: scenarios });
    const [first, second] = certificates["trainee-3"];
    expect(await signed(second!)).to.include({ validUntil: seconds(addMonths(at, 24)) });
    expect(await verified(second!)).to.include.members(["dates yes daysLeft", "standing yes valid"]);
    expect(await verified(first!)).to.include("dates no expired");
    // Who has done the refresher in time goes on to see it, and is not asked for anything.
    expect((await opened("trainee-one")).status).to.equal(200);
  });

  /** As an instructor adds it in the LMS. Answers the link's id. */
  async function addToCourse(module: string): Promise<string> {
    const browser = new HttpBrowser();
    let page = await browser.get(`${tool.sandboxOrigin}/course/pick?as=instructor&tool=sandbox-client`);
    while (page.status === 200 && !page.url.includes("/visits/"))
      page = await browser.submit(page, page.forms[0]!);
    const answer = await browser.submit(page, page.forms[0]!, { do: "add", pick: module });
    await browser.submit(answer, answer.forms[0]!);
    const { html } = await browser.get(`${tool.sandboxOrigin}/course?as=instructor`);
    return [...unescapeHtml(html).matchAll(/link=(rl-[\w-]+)/g)].at(-1)![1]!;
  }

  /** The verbs of all statements about this credential, the oldest first. */
  async function told(credential: string): Promise<string[]> {
    const academies = await tool.storage.directory.academies();
    const academy = academies.find(({ slug }) => slug === "northgate")!;
    const { academyId, jurisdictionId } = academy;
    const found = await tool.storage.statements.queryStatements({
      ...{ academyId, jurisdictionId, classes: ["evidence"], ascending: true, limit: 1000 },
    });
    return found
      .map(({ text }) => JSON.parse(text) as { verb: { id: string }; object: { id?: string } })
      .filter(({ object }) => object.id?.endsWith(`/${credential}`))
      .map(({ verb }) => verb.id.split("/").at(-1) ?? "");
  }
});
