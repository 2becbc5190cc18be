import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import { createSandbox, type Sandbox } from "../../../src/sandbox/index.js";
import { openChromium, takePicture, wide, words } from "../../kit/chromium.js";
import { describeWith } from "../../kit/needs.js";
import { isSound } from "../../kit/sound-page.js";
import { anAcademy, type AcademyUnderTest } from "./an-academy.js";

const views = fileURLToPath(new URL("../../../views", import.meta.url));

describeWith("chromium", "connecting an LMS in a browser", (chromium) => {
  let tool: AcademyUnderTest;
  let sandbox: Sandbox;
  let site: Server;
  let sandboxOrigin: string;
  let browser: Browser;
  let page: Page;

  before(async function () {
    this.timeout(60_000);
    tool = await anAcademy();
    site = createServer();
    await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
    sandboxOrigin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const { origin, clock } = tool;
    sandbox = await createSandbox({
      ...{ origin: sandboxOrigin, clock, newId: createNewId(clock), logger: createLogger("silent") },
      tool: {
        ...{ origin, loginUrl: `${origin}/lti/login`, launchUrl: `${origin}/lti/launch` },
        jwksUrl: `${origin}/lti/jwks`,
      },
      ...{ statePath: undefined, catalogues: loadCatalogues(`${views}/locales`), viewsDirectory: views },
    });
    site.on("request", sandbox.app);
    browser = await openChromium(chromium);
    const context = await browser.newContext({ viewport: wide });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
    page = await context.newPage();
  });
  after(async () => {
    await browser.close();
    await sandbox.close();
    site.closeAllConnections();
    await new Promise((done) => site.close(done));
    await tool.stop();
  });

  const button = (name: string, values: Record<string, string> = {}) =>
    page.getByRole("button", { name: words.t(name, values), exact: true });
  let desk: string;

  it("begins with an invite that opens the academy's page", async () => {
    const { token } = await tool.directory.invites.make(tool.academy, {
      purpose: "owner",
      label: "Ms Oduya",
    });
    await page.goto(`${tool.origin}/invites/${token}`);
    await isSound(page, "lti-invite");
    await button("registration.invite.submit").click();
    await page.waitForURL(/\/desks\//);
    desk = page.url();
    await isSound(page, "lti-connection-none");
  });

  for (const flavour of ["moodle", "canvas"] as const) {
    it(`connects ${flavour}: a link is copied, the platform opens it in a frame, and closes that when it is done`, async function () {
      this.timeout(60_000);
      await page.goto(`${desk}/add`);
      if (flavour === "moodle") await isSound(page, "lti-add");
      await button("registration.add.linkSubmit").click();
      await button("registration.copy.submit").click();
      await page.getByText(words.t("registration.copy.done")).waitFor();
      const link = await page.evaluate<string>("navigator.clipboard.readText()");
      expect(link).to.equal(await page.locator("#link").inputValue());
      if (flavour === "moodle") await isSound(page, "lti-link-made");

      const query = new URLSearchParams({ as: "administrator", flavour, url: link });
      await page.goto(`${sandboxOrigin}/admin/register?${query.toString()}`);
      const frame = page.frameLocator("iframe.tool");
      await frame.locator("h1").waitFor();
      await takePicture(page, `lti-register-${flavour}`);
      expect(await frame.locator("button").count()).to.equal(1);
      await frame.locator("button").click();
      await page.waitForURL((url) => url.pathname !== "/admin/register");
      const saved = (await tool.platforms()).filter((one) => one.flavour === flavour);
      expect(saved.map(({ status }) => status)).to.deep.equal(["inactive"]);

      await page.goto(desk);
      await isSound(page, `lti-connection-waits-${flavour}`);
      await button("registration.platform.approve", { name: saved[0]!.name }).click();
      await page.getByText(words.t("registration.notice.on")).waitFor();
      expect((await tool.storage.lti.platform(saved[0]!.id))?.status).to.equal("active");
      const deployments = await tool.storage.lti.deployments(saved[0]!.id);
      expect(deployments.map(({ status }) => status)).to.deep.equal(flavour === "moodle" ? ["approved"] : []);
    });
  }

  it("shows what waits and what fails, with its settings open", async () => {
    const [platform] = await tool.platforms();
    const { id: platformId, academyId, jurisdictionId } = platform!;
    await tool.storage.lti.findOrAddDeployment({
      ...{
        academyId,
        jurisdictionId,
        id: "d",
        platformId,
        deploymentId: "9:8865aa05b4b79b64a91a86042e43af5ea8ae79eb",
      },
      ...{ status: "pending", firstSeenAt: tool.clock.now() },
    });
    await tool.storage.lti.saveConnection({
      ...{ academyId, jurisdictionId, platformId, version: 1, lastLaunchAt: tool.clock.now() - 60_000 },
      faults: [
        { code: "token_refused", at: tool.clock.now(), count: 3, detail: "403" },
        { code: "key_unknown", at: tool.clock.now() - 120_000, count: 1 },
      ],
    });
    await page.goto(desk);
    await page.locator("details").first().evaluate("(one) => { one.open = true; }");
    await isSound(page, "lti-connection-faults");
  });

  it("tells the faults of a form, each at its field", async () => {
    for (const form of ["canvas", "other"]) {
      await page.goto(`${desk}/add/${form}`);
      await isSound(page, `lti-add-${form}`);
      await button("registration.form.submit").click();
      await page.getByRole("alert").waitFor();
      await isSound(page, `lti-add-${form}-faults`);
      await page.getByRole("alert").getByRole("link").first().click();
      expect(await page.evaluate<string>("location.hash")).to.equal("#name");
    }
  });

  it("explains a registration link that was opened by hand", async () => {
    await page.goto(await tool.registrationLink());
    await isSound(page, "lti-register-link");
  });
});
