import { expect } from "chai";
import type { Browser } from "playwright-core";
import { competencyIri, curriculumIri } from "../../../src/foundation/kernel/index.js";
import type { Curriculum } from "../../../src/standards/curriculum/index.js";
import { narrow, openChromium } from "../../kit/chromium.js";
import { fixedAt } from "../../kit/clock.js";
import { describeWith } from "../../kit/needs.js";
import { isSound } from "../../kit/sound-page.js";
import { aTool, type Tool } from "../../kit/tool.js";
import { service, shippedCurriculum } from "./a-framework.js";

const html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const de = "/competencies/de-escalation";

describe("the pages of competencies", function () {
  this.timeout(60_000);
  const clock = fixedAt("2026-11-21T09:00:00Z");
  let tool: Tool;
  let curriculum: Curriculum;
  before(async () => {
    [tool, curriculum] = await Promise.all([aTool({ clock }), shippedCurriculum()]);
  });
  after(() => tool.close());

  const ask = (path: string, accept = html): Promise<Response> =>
    fetch(new URL(path, tool.origin), { headers: { accept }, redirect: "manual" });
  const page = async (path: string): Promise<string> => {
    const response = await ask(path);
    expect(response.status, path).to.equal(200);
    return response.text();
  };
  const linksOf = (text: string): string[] =>
    [...text.matchAll(/href="([^"]+)"/g)].map(([, href = ""]) => href.replaceAll("&#x3D;", "="));

  it("list every competency, and say of one what teaches it, who needs it and what it rests on", async () => {
    const list = await page("/competencies");
    for (const { id, title } of curriculum.competencies) {
      expect(list).to.include(`href="/competencies/${id}"`);
      const one = await page(`/competencies/${id}`);
      expect(one).to.include(`>${title}</h1>`).and.to.include(competencyIri(id));
    }
    const one = await page("/competencies/accountability-reporting");
    for (const words of [
      "Records decisions and force used, admits mistakes early and corrects them.",
      "Up to level 2, applies",
      'id="M02-O4"',
      "M07-O3, level 2, applies. Module M07: Joint cross-border operations and incident command",
      "Foundation Certificate in Rights-Based Policing",
      "Cross-border Practitioner Certificate",
      "Convention against Torture, 1984",
      "not checked against the official text yet",
      "That is indicative",
      "Draft, not reviewed.",
      '<meta name="robots" content="noindex">',
    ])
      expect(one, words).to.include(words);
    expect(one).not.to.include("Induction Certificate");
  });

  it("have no link within the tool that leads nowhere", async () => {
    const seen = new Set<string>();
    const waiting = ["/competencies"];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const response = await ask(path);
      expect(response.status, path).to.equal(200);
      if (!response.headers.get("content-type")?.startsWith("text/html")) continue;
      for (const href of linksOf(await response.text())) {
        const url = new URL(href, tool.origin);
        if (url.origin === tool.origin && href !== "#content") waiting.push(url.pathname);
      }
    }
    expect(seen).to.include(de).and.to.have.property("size").greaterThan(45);
  });

  it("send programs on to the same thing as data, with nothing lost on the way", async () => {
    for (const accept of ["application/json", "*/*"]) {
      for (const [path, uri] of [
        [de, competencyIri("de-escalation")],
        ["/competencies/M02-O1", `${curriculumIri}/outcomes/M02-O1`],
      ] as const) {
        const sent = await ask(path, accept);
        expect(sent.status).to.equal(303);
        expect(sent.headers.get("access-control-allow-origin")).to.equal("*");
        expect(sent.headers.get("vary")).to.include("Accept");
        const item = (await (await ask(sent.headers.get("location")!, accept)).json()) as { uri: string };
        expect(item.uri).to.equal(uri);
      }
      const all = await ask("/competencies", accept);
      const { CFDocument } = (await (await ask(all.headers.get("location")!, accept)).json()) as {
        CFDocument: { uri: string };
      };
      expect(CFDocument.uri).to.equal(curriculumIri);
    }
  });

  it("lead from an outcome's name to its place on the page of its competency", async () => {
    const sent = await ask("/competencies/M02-O1");
    expect([sent.status, sent.headers.get("location")]).to.deep.equal([303, `${de}#M02-O1`]);
    expect(await page(de)).to.include('id="M02-O1"');
  });

  it("say calmly that there is none of a name", async () => {
    for (const name of ["nothing", "__proto__", "DE-ESCALATION", "%3Cscript%3E", "M99-O1"]) {
      const no = await ask(`/competencies/${name}`);
      expect(no.status, name).to.equal(404);
      expect(await no.text())
        .to.include("There is no such competency here")
        .and.not.to.include("<script>");
      const data = await ask(`/competencies/${name}`, "application/json");
      expect([data.status, data.headers.get("content-type")]).to.deep.equal([
        404,
        "application/problem+json; charset=utf-8",
      ]);
    }
  });

  it("are linked from what a certificate is a certificate of", async () => {
    const text = await page(`/achievements/hcp-induction/v${curriculum.version}`);
    const links = linksOf(text).filter((href) => href.startsWith("/competencies/"));
    expect(links).to.deep.equal([
      "/competencies/rights-foundations",
      "/competencies/non-discrimination",
      "/competencies/torture-prohibition",
    ]);
    for (const href of links) await page(href);
  });

  it("are let in, with the data, 600 times a minute from one address; then both are told when to come again", async () => {
    clock.advance(60_000);
    const path = `${service}/CFDocuments`;
    for (let count = 0; count < 600; count += 50) {
      const all = await Promise.all(Array.from({ length: 50 }, () => ask(path, "application/json")));
      expect(new Set(all.map(({ status }) => status))).to.deep.equal(new Set([200]));
    }
    const busy = await ask(path, "application/json");
    expect([busy.status, busy.headers.get("retry-after")]).to.deep.equal([429, "60"]);
    expect(busy.headers.get("access-control-allow-origin")).to.equal("*");
    expect(JSON.stringify(await busy.json())).to.include('"server_busy"');
    expect((await ask("/competencies")).status).to.equal(429);
    clock.advance(60_000);
    expect((await ask("/competencies")).status).to.equal(200);
  });
});

describeWith("chromium", "the pages of competencies in a browser", (chromium) => {
  let tool: Tool;
  let browser: Browser;
  before(async function () {
    this.timeout(60_000);
    [tool, browser] = await Promise.all([aTool(), openChromium(chromium)]);
  });
  after(() => Promise.all([tool.close(), browser.close()]));

  it("are sound at every width, from right to left too", async () => {
    const opened = await (await browser.newContext({ viewport: narrow })).newPage();
    for (const [name, path] of [
      ["competencies", "/competencies"],
      ["competency", "/competencies/victim-centred-response"],
      ["competency-unknown", "/competencies/nothing"],
    ] as const) {
      await opened.goto(`${tool.origin}${path}`);
      await isSound(opened, name);
      await opened.evaluate("document.documentElement.dir = 'rtl'");
      await isSound(opened, `${name}-rtl`);
    }
  }).timeout(120_000);
});
