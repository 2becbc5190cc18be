import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import type { Curriculum, CurriculumModule } from "../../../src/standards/curriculum/index.js";
import type { CertificateLink } from "../../../src/training/programmes/index.js";
import { narrow, openChromium, takePicture, wide, words } from "../../kit/chromium.js";
import { HttpBrowser } from "../../kit/http-browser.js";
import { describeWith } from "../../kit/needs.js";
import { curriculumWith, Doing, induction, withTwin } from "./a-programme.js";
import { aSite, type Site } from "./a-site.js";

const certificate = (state: CertificateLink["state"], programmeId = induction.id): CertificateLink => ({
  ...{ programmeId, state, href: "/certificates/c-1", codeAction: "/certificates/c-1/code" },
  walletPath: "/certificates/c-1/wallet",
  issuedAt: Date.parse("2026-11-21T09:30:00Z"),
  validUntil: Date.parse("2028-11-21T09:30:00Z"),
});

/** What a page says, without its markup. */
function text(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll(/\s+/g, " ");
}

const headingOf = (html: string): string => text(/<h1>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? "").trim();

describe("the page of the programmes", () => {
  let curriculum: Curriculum;
  let module: CurriculumModule;
  let site: Site;
  before(async () => {
    curriculum = await curriculumWith(induction);
    module = curriculum.modules.find(({ id }) => id === "M01")!;
  });
  beforeEach(async () => {
    site = await aSite(curriculum);
  });
  afterEach(() => site.close());

  const open = async (role: "trainee" | "instructor" = "trainee", person = "p") =>
    new HttpBrowser().get(site.door(role, person));

  it("shows who has not begun what lies ahead, and where to begin", async () => {
    const { html, status } = await open();
    expect(status).to.equal(200);
    expect(headingOf(html)).to.equal(words.t("programmes.finding.new", { total: 3 }));
    expect(html).to.match(/<a class="button" href="\/visits\/[\w-]+\/">/);
    for (const { text: outcome } of module.outcomes) expect(text(html)).to.contain(outcome);
    expect(text(html)).to.contain("valid for 24 months");
    expect(text(html)).not.to.contain("Reached on");
  });

  it("says what is reached and when, and what is still to do for the rest", async () => {
    const one = new Doing("p", module);
    one.tell("module.begun");
    one.pass("six-tests-quiz").tell("scenario.passed", {
      ...{ activityId: "bus-from-castellan", runId: "r", scaled: 0.8, path: ["a"], durationMs: 1 },
    });
    await site.take(...one.events);
    const { html } = await open();
    expect(headingOf(html)).to.equal("You have reached 1 of 3 outcomes");
    expect(text(html)).to.contain("✓ Reached on 21 November 2026");
    expect(text(html)).to.contain("Hold the debrief: The bus from Castellan");
    expect(html).to.match(/<a href="[^"]+\/activities\/no-excuse-quiz">/);
    expect(text(html)).to.contain("until 21 November 2028");
    const tiles = [...html.matchAll(/class="tile large (\w+)">([^<]+)</g)].map(([, ...tile]) => tile);
    expect(tiles).to.deep.equal([
      ["done", "✓"],
      ["half", "4"],
      ["new", "6"],
    ]);
  });

  it("is a trainee's own: another one sees nothing of it", async () => {
    await site.take(...new Doing("p", module).all().events);
    const { html } = await open("trainee", "q");
    expect(headingOf(html)).to.equal("3 outcomes lie ahead of you");
  });

  it("says that the certificate is being made, and looks again by itself", async () => {
    await site.take(...new Doing("p", module).all().events);
    for (const found of [[], [certificate("reserved")]]) {
      site.certificates.splice(0, 9, ...found);
      const { html, headers } = await open();
      expect(headingOf(html)).to.equal(words.t("programmes.finding.making"));
      expect(headers.get("refresh")).to.equal("5");
      expect(text(html)).to.contain("Look again");
      expect(html).not.to.contain("/certificates/");
    }
  });

  it("opens the certificate in a new tab and makes a code for who checks it, by a form of this visit", async () => {
    await site.take(...new Doing("p", module).all().events);
    site.certificates.push(certificate("valid"));
    const { html, headers, forms, url } = await open();
    expect(headingOf(html)).to.equal("Your certificate is valid until 21 November 2028");
    expect(headers.get("refresh")).to.equal(null);
    expect(html).to.contain('href="/certificates/c-1" target="_blank" rel="noopener"');
    const [form] = forms;
    expect(form).to.include({
      ...{
        method: "POST",
        action: `${new URL(url).pathname.replace(/\/programmes$/, "")}/certificates/c-1/code`,
      },
    });
    expect(Object.fromEntries(form!.fields)["token"]).to.match(/^[\w-]{43}$/);
    expect(html).to.match(/<a class="button quiet" href="\/visits\/[\w-]+\/certificates\/c-1\/wallet">/);
    expect(html.match(/class="button"/g)).to.have.length(1);
  });

  it("tells a certificate that ran out, is suspended or was revoked from one that is in force", async () => {
    await site.take(...new Doing("p", module).all().events);
    for (const [state, key] of [
      ["suspended", "suspended"],
      ["revoked", "revoked"],
      ["valid", "expired"],
    ] as const) {
      site.certificates.splice(0, 1, certificate(state));
      if (state === "valid") site.clock.advance(800 * 86_400_000);
      const { html, forms } = await open();
      expect(headingOf(html), state).to.equal(
        words.t(`programmes.finding.${key}`, { until: "21 November 2028" }),
      );
      expect(forms, state).to.deep.equal([]);
      expect(html, state).to.contain('href="/certificates/c-1"');
      expect(html, state).to.not.contain("/wallet");
    }
  });

  it("says when the refresher opens, that it is open, that the certificate lapsed, and what is to be done again", async () => {
    const keptUp = {
      ...induction,
      refresher: { module: "R01", opensMonthsBefore: 6, lateDays: 90, compulsory: [] },
      repeat: [{ module: "M01", only: "scenarios" as const }],
    };
    const own = await aSite({ ...curriculum, programmes: [keptUp] }, "R01");
    await own.take(...new Doing("p", module).all().events);
    own.certificates.push(certificate("valid"));
    const look = async (day: string) => {
      own.clock.advance(Date.parse(`${day}T12:00:00Z`) - own.clock.now());
      return new HttpBrowser().get(own.door("trainee", "p"));
    };
    const title = curriculum.modules.find(({ id }) => id === "R01")!.title;
    const before = await look("2028-05-20");
    expect(headingOf(before.html)).to.equal("Your certificate is valid until 21 November 2028");
    expect(text(before.html)).to.contain("opens on 21 May 2028 and takes 60 minutes");
    expect(before.html).not.to.contain(words.t("programmes.renewal.go", { title }));
    const open = await look("2028-05-22");
    expect(headingOf(open.html)).to.contain("its refresher is open");
    expect(text(open.html)).to.contain(words.t("programmes.renewal.go", { title }).replaceAll("“", "“"));
    expect(open.forms).to.have.length(1);
    const lapsed = await look("2028-11-22");
    expect(headingOf(lapsed.html)).to.equal(
      "Your certificate has lapsed. The refresher still renews it until 19 February 2029",
    );
    expect(lapsed.forms).to.deep.equal([]);
    const ended = await look("2029-02-20");
    expect(headingOf(ended.html)).to.contain("too much time has passed to renew it");
    expect(text(ended.html)).to.contain(
      words.t("programmes.renewal.repeat", { title: module.title, only: "scenarios" }),
    );
    await own.close();
  });

  it("goes by the newest certificate, and not by another programme's", async () => {
    await site.take(...new Doing("p", module).all().events);
    site.certificates.push(certificate("revoked"), certificate("valid"), certificate("revoked", "another"));
    expect(headingOf((await open()).html)).to.equal("Your certificate is valid until 21 November 2028");
  });

  it("shows an instructor the rules, and nobody's standing", async () => {
    await site.take(...new Doing("p", module).all().events);
    site.certificates.push(certificate("valid"));
    const { html } = await open("instructor", "p");
    expect(headingOf(html)).to.equal(induction.title);
    expect(text(html)).to.contain(words.t("programmes.outcomes.rules"));
    expect(text(html)).not.to.match(/Reached on|Completed on|Not achieved|Your certificate/);
    expect(html).not.to.contain("/certificates/");
  });

  it("says that it is a draft and a demonstration, as long as that is so", async () => {
    const { html } = await open();
    expect(text(html)).to.contain(words.t("learning.draft.mark"));
    expect(text(html)).to.contain(words.t("programmes.aside.demonstration"));
    const modules = curriculum.modules.map((one) => ({ ...one, reviewed: true }));
    const real = await aSite({ ...curriculum, modules, overlays: [] });
    const sober = await new HttpBrowser().get(real.door("trainee", "p"));
    expect(text(sober.html)).not.to.contain(words.t("learning.draft.mark"));
    expect(text(sober.html)).not.to.contain(words.t("programmes.aside.demonstration"));
    await real.close();
  });

  it("says so where no programme can be done yet", async () => {
    const empty = await aSite({ ...curriculum, programmes: [{ ...induction, modules: ["M01", "M09"] }] });
    const { html } = await new HttpBrowser().get(empty.door("trainee", "p"));
    expect(headingOf(html)).to.equal("No programme can be done here yet");
    expect(text(html)).to.contain(words.t("programmes.none"));
    await empty.close();
  });

  it("shows several programmes one below the other, and leads only to activities of the launched module", async () => {
    const both = { ...induction, id: "both", title: "Both modules", modules: ["M01", "M02"] };
    const needs = {
      ...induction,
      id: "needs",
      title: "The next one",
      modules: ["M02"],
      requires: induction.id,
    };
    const several = await aSite(withTwin({ ...curriculum, programmes: [induction, both, needs] }), "M02");
    await several.take(...new Doing("p", module).all().events);
    const { html } = await new HttpBrowser().get(several.door("trainee", "p"));
    expect(headingOf(html)).to.equal("Your 3 programmes");
    expect(text(html)).to.contain(words.t("programmes.finding.making"));
    expect(text(html)).to.contain("You have reached 3 of 6 outcomes");
    expect(text(html)).to.contain(words.t("programmes.aside.requires"));
    expect(html).not.to.contain('class="button"');
    expect(html).to.contain('class="button quiet"');
    const elsewhere = words.t("programmes.activity.elsewhere", { module: module.title });
    expect(text(html)).to.contain(elsewhere);
    await several.close();
  });

  it("names a module that is still open when every outcome is reached", async () => {
    await site.take(...new Doing("p", module).all().events.slice(0, -1));
    const { html } = await open();
    expect(headingOf(html)).to.equal(words.t("programmes.finding.modules"));
    expect(text(html)).to.contain(words.t("programmes.aside.notCompleted"));
  });
});

describeWith("chromium", "the page of the programmes in a browser", (chromium) => {
  let site: Site;
  let browser: Browser;
  let page: Page;
  before(async function () {
    this.timeout(60_000);
    const curriculum = await curriculumWith(induction);
    const module = curriculum.modules.find(({ id }) => id === "M01")!;
    [site, browser] = await Promise.all([aSite(curriculum), openChromium(chromium)]);
    page = await (await browser.newContext({ viewport: wide })).newPage();
    // The page that waits would load itself anew while it is looked at.
    await page.route("**/programmes", async (route) => {
      const response = await route.fetch();
      const headers = Object.entries(response.headers()).filter(([name]) => name !== "refresh");
      await route.fulfill({ response, headers: Object.fromEntries(headers) });
    });
    const underWay = new Doing("half", module);
    underWay.tell("module.begun");
    await site.take(...underWay.pass("six-tests-quiz").events, ...new Doing("p", module).all().events);
  });
  after(async () => {
    await browser.close();
    await site.close();
  });

  const states = [
    ["under-way", "trainee", "half"],
    ["making", "trainee", "p"],
    ["certificate", "trainee", "p"],
    ["rules", "instructor", "p"],
  ] as const;
  for (const [name, role, person] of states)
    it(`is sound at 1040 and at 360 px: ${name}`, async function () {
      this.timeout(60_000);
      site.certificates.splice(0, 1, ...(name === "certificate" ? [certificate("valid")] : []));
      await page.goto(site.door(role, person));
      // Straight to it: what a redirect leads to is not routed.
      const response = await page.goto(page.url());
      expect(response?.headers()).not.to.have.property("refresh");
      for (const size of [wide, narrow]) {
        await page.setViewportSize(size);
        const width = await page.evaluate<number>("document.scrollingElement.scrollWidth");
        expect(width, `at ${size.width} px`).to.be.at.most(size.width);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id }) => id),
          `at ${size.width} px`,
        ).to.deep.equal([]);
        await takePicture(page, `programme-${name}-${size.width}`, true);
      }
    });
});
