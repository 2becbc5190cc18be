import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { narrow, openChromium, takePicture, words } from "../../kit/chromium.js";
import { fixedAt } from "../../kit/clock.js";
import { describeWith } from "../../kit/needs.js";
import { aTool } from "../../kit/tool.js";
import { ask, aWallet } from "./a-wallet.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

describeWith("chromium", "the page of an offer to a wallet in a browser", (chromium) => {
  let office: Office;
  let browser: Browser;
  before(async function () {
    this.timeout(60_000);
    [office, browser] = await Promise.all([anOffice(), openChromium(chromium)]);
  });
  after(() => Promise.all([office.close(), browser.close()]));

  it("fits a narrow window, without JavaScript, keeps the transaction code closed, and passes axe", async function () {
    this.timeout(60_000);
    const { id, ownerId } = await aCertificate(office);
    // Scripts of the page are off; axe brings its own.
    const page = await (await browser.newContext({ viewport: narrow })).newPage();
    await page.route("**/assets/*.js", (route) => route.abort());
    await page.goto(`${office.origin}/enter/trainee/${ownerId}?certificate=${id}`);
    await page.goto(page.url().replace(/\/form.*$/, `/certificates/${id}/wallet`));
    const check = async (name: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map((one) => one.id),
        name,
      ).to.deep.equal([]);
      expect(await page.evaluate("document.documentElement.scrollWidth"), name).to.be.at.most(narrow.width);
      expect(await page.locator("a.button:not(.quiet), button.button:not(.quiet)").count(), name).to.equal(1);
      await takePicture(page, `wallet-${name.replaceAll(" ", "-")}`, true);
    };
    await check("before");
    await page.getByRole("button", { name: words.t("certificates.wallet.make") }).click();
    const code = page.locator(".one-time-code");
    expect(await code.isVisible()).to.equal(false);
    await check("offer");
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    expect(await code.innerText()).to.match(/\d{6}/);
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await check("right to left");
  });
});

describe("wallets at the tool's front door", () => {
  it("are answered, 300 times a minute from one address; no code gets into the log", async function () {
    this.timeout(120_000);
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const tool = await aTool({ clock });
    const issuer = `${tool.origin}/academies/northgate`;
    const wallet = await aWallet(issuer);
    expect(wallet.metadata.json).to.include({ credential_issuer: issuer });
    const code = "c0de".repeat(11).slice(1);
    expect((await ask(`${tool.origin}/wallet/offers/${code}`)).status).to.equal(404);
    expect((await wallet.token(code, "123456")).json).to.deep.equal({ error: "invalid_grant" });
    expect(tool.log()).to.include("wallet_offer_unknown").and.not.include(code);
    const answers = await Promise.all(
      Array.from({ length: 299 }, () => ask(`${tool.origin}/wallet/nonce`, { method: "POST" })),
    );
    expect(answers.filter(({ status }) => status === 429)).to.have.length(1);
    clock.advance(60_000);
    expect(await wallet.nonce()).to.be.a("string");
    await tool.close();
  });
});
