import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { expect } from "chai";
import jsQr from "jsqr";
import type { Browser, Page } from "playwright-core";
import { leadingOn, openChromium, shippedCurriculum, wide } from "../kit/chromium.js";
import { authorityDid, inShort, Installation, type VerifiedAnswer } from "../kit/installations.js";
import { describeWith } from "../kit/needs.js";
import { ToolStarter } from "../kit/tool-process.js";

const office = ["--by", "the journey's office"];

/** `standing yes`, `XB yes`: each asker gives reasons of its own. */
const saidOf = (answers: readonly VerifiedAnswer[]): string[] =>
  inShort(answers).map((one) => one.split(" ").slice(0, 2).join(" "));

describeWith("chromium", "a certificate's whole path", (chromium) => {
  let starter: ToolStarter;
  let here: Installation;
  let browser: Browser;
  let page: Page;
  /** Of the certificate that was earned, and of the one that took its place. */
  let certificate: string;
  let successor: string;

  const kept = (name: string): string => join(here.folder, name);
  const idOf = (url: string): string => url.split("/").at(-1)!;

  before(async function () {
    this.timeout(240_000);
    starter = new ToolStarter(0);
    here = await Installation.prepare(starter, { demonstration: true });
    [browser] = await Promise.all([openChromium(chromium), here.start()]);
    page = await (await browser.newContext({ viewport: wide })).newPage();
    page.setDefaultTimeout(60_000);
    page.setDefaultNavigationTimeout(60_000);
    // Foundation is not written yet: the induction is the programme that the shipped content offers.
    const [module] = (await shippedCurriculum()).modules;
    certificate = await here.certificateBy("trainee-one", module!);
  });
  after(async () => {
    await browser.close();
    await here.remove();
    await starter.close();
  });

  /** What the public page says to a person who opens the certificate and has it checked. */
  async function shown(url: string): Promise<string[]> {
    await page.goto(url);
    await leadingOn(page.mainFrame(), () => page.locator('main a.button[href*="/verify"]').first().click());
    const items = page.locator("[data-question]");
    await items.first().waitFor();
    return items.evaluateAll((all) =>
      all.map((item) => {
        const { question, jurisdiction, answer } = (item as unknown as { dataset: Record<string, string> })
          .dataset;
        return `${jurisdiction ?? question ?? ""} ${answer ?? ""}`;
      }),
    );
  }

  async function taken(url: string, form: string): Promise<Buffer> {
    const answer = await fetch(`${url}?as=${form}`);
    expect(answer.status, form).to.equal(200);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** What the same page answers a program that hands the certificate in, in this form. */
  async function ofForm(url: string, form: keyof typeof forms): Promise<string[]> {
    const answer = await fetch(`${here.origin}/verify`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": forms[form] },
      body: new Uint8Array(await taken(url, form)),
    });
    const text = await answer.text();
    expect(answer.status, `${form}: ${text}`).to.equal(200);
    return saidOf((JSON.parse(text) as { answers: VerifiedAnswer[] }).answers);
  }

  async function inEveryForm(url: string, expected: readonly string[]): Promise<void> {
    for (const form of Object.keys(forms) as (keyof typeof forms)[])
      expect(await ofForm(url, form), form).to.deep.equal(expected);
  }

  /** What a stranger's terminal says. */
  async function atTerminal(...words: readonly string[]): Promise<{ code: number; said: string[] }> {
    const { code, stdout, stderr } = await here.tessera("certificate", "verify", ...words, "--json");
    expect(stdout, stderr).not.to.equal("");
    return { code, said: saidOf((JSON.parse(stdout) as { answers: VerifiedAnswer[] }).answers) };
  }

  /** A bundle of this certificate, asked off line by someone who chose the root, its keys and those of the log. */
  async function offline(url: string): Promise<{ code: number; said: string[] }> {
    const read = async (path: string): Promise<unknown> => (await fetch(`${here.origin}${path}`)).json();
    const { keys: logs } = (await read("/log/key")) as { keys: string[] };
    const trust = { roots: [authorityDid(here.port, "demonstration-root")], logs };
    await writeFile(kept("bundle.json"), await taken(url, "bundle"));
    await writeFile(kept("trust.json"), JSON.stringify(trust));
    return atTerminal(kept("bundle.json"), "--offline", "--roots", kept("trust.json"));
  }

  const inForce = [
    ...["unaltered yes", "issuer yes", "dates yes", "standing yes", "evidence yes"],
    ...["XB yes", "XC no", "holder unknown"],
  ];
  const ended = inForce.map((one) => (one === "standing yes" ? "standing no" : one));
  /** As what each form is handed in. */
  const forms = {
    json: "application/vc",
    png: "image/png",
    svg: "image/svg+xml",
    pdf: "application/pdf",
    jwt: "application/jwt",
    bundle: "application/vc",
  } as const;

  it("is recognised by Belmora in part, with a measure, and not by Castellan, and the page says so", async () => {
    expect(await shown(certificate)).to.deep.equal(inForce);
    const belmora = page.locator('[data-jurisdiction="XB"]');
    expect(await belmora.getAttribute("data-reason")).to.equal("partial");
    expect(await belmora.innerText()).to.include("An interview of 60 minutes on the Belmoran Police Act");
    expect(await page.locator('[data-jurisdiction="XC"]').getAttribute("data-reason")).to.equal("refused");
  }).timeout(120_000);

  it("leads by the QR code of its picture to its own page", async () => {
    const bytes = await taken(certificate, "png");
    const view = await (await browser.newContext({ viewport: { width: 900, height: 900 } })).newPage();
    await view.setContent(`<img alt="" src="data:image/png;base64,${bytes.toString("base64")}">`);
    const picture = (await view.screenshot()).toString("base64");
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><image width="900" height="900" href="data:image/png;base64,${picture}"/></svg>`;
    const { pixels, width, height } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
    // A CommonJS package: its function stands under `default` once more.
    const read = jsQr.default;
    expect(read(new Uint8ClampedArray(pixels), width, height)?.data).to.equal(certificate);
  }).timeout(120_000);

  it("gives the same answers by its address and in every form in which it is taken along", async () => {
    expect(saidOf(await here.verified(certificate))).to.deep.equal(inForce);
    await inEveryForm(certificate, inForce);
  }).timeout(240_000);

  it("gives no other answer at a stranger's terminal, and off line that of each jurisdiction too", async () => {
    await writeFile(kept("paper.pdf"), await taken(certificate, "pdf"));
    for (const given of [certificate, kept("paper.pdf")]) {
      const { code, said } = await atTerminal(given);
      expect(code).to.equal(0);
      expect(said).to.include.members(["unaltered yes", "dates yes", "standing yes"]);
      expect(said.filter((one) => one.endsWith(" no"))).to.deep.equal([]);
    }
    const { code, said } = await offline(certificate);
    expect(code).to.equal(0);
    expect(said).to.include.members(["unaltered yes", "dates yes", "standing yes", "XB yes", "XC no"]);
  }).timeout(400_000);

  it("is out of force in every form at once when it is suspended, and when it is revoked", async () => {
    await here.does("certificate", "suspend", idOf(certificate), "--reason", "investigation", ...office);
    expect(await shown(certificate)).to.deep.equal(ended);
    await here.does(
      "certificate",
      "revoke",
      idOf(certificate),
      "--reason",
      "disciplinary-finding",
      ...office,
    );
    expect(await shown(certificate)).to.deep.equal(ended);
    expect(await page.locator("main").innerText()).to.match(/revoked/i);
    await inEveryForm(certificate, ended);
    const { code, said } = await offline(certificate);
    expect(code).to.equal(1);
    expect(said).to.include.members(["unaltered yes", "standing no"]);
  }).timeout(400_000);

  it("has a successor when an appeal is upheld, and stays revoked itself", async () => {
    await here.does("certificate", "appeal", "open", idOf(certificate), ...office);
    expect(await shown(certificate)).to.deep.equal(ended);
    const upheld = await here.does("certificate", "appeal", "uphold", idOf(certificate), ...office, "--json");
    successor = `${here.origin}/certificates/${(JSON.parse(upheld) as { id: string }).id}`;
    expect(successor).not.to.equal(certificate);
    expect(await shown(certificate)).to.deep.equal(ended);
    await page.goto(certificate);
    await leadingOn(page.mainFrame(), () => page.locator(".standing a").last().click());
    expect(page.url()).to.equal(successor);
    expect(await shown(successor)).to.deep.equal(inForce);
    expect(await ofForm(successor, "jwt")).to.deep.equal(inForce);
    // Nobody who holds the old file can have it pass: its bit in the list stays.
    const { code, said } = await atTerminal(certificate);
    expect(code).to.equal(1);
    expect(said).to.include("standing no");
  }).timeout(400_000);
});
