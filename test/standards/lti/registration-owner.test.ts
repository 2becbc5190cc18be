import { expect } from "chai";
import { hours } from "../../../src/foundation/kernel/index.js";
import type { Platform } from "../../../src/standards/lti/index.js";
import { HttpBrowser, type Form, type Page } from "../../kit/http-browser.js";
import { anAcademy, words, type AcademyUnderTest } from "./an-academy.js";

let tool: AcademyUnderTest;
beforeEach(async () => {
  tool = await anAcademy();
});
afterEach(() => tool.stop());

const formOf = (page: Page, action: RegExp): Form => {
  const form = page.forms.find((one) => action.test(one.action));
  if (!form) throw new Error(`no form for ${String(action)} on ${page.html}`);
  return form;
};
const headingOf = ({ html }: Page): string => /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? "";
/** The link that is shown this once. */
const linkOn = ({ html }: Page): string =>
  /value="([^"]*\/(?:invites|lti\/register)\/[\w-]{43})"/.exec(html)?.[1] ?? "";
const filled = ({ html }: Page): number => (html.match(/class="button"/g) ?? []).length;

/** A platform that registered itself, and waits with one deployment. */
async function waiting(changes: Partial<Platform> = {}): Promise<Platform> {
  const { academyId, jurisdictionId } = tool.academy;
  const platform: Platform = {
    ...{
      academyId,
      jurisdictionId,
      id: "platform-1",
      issuer: "https://moodle.example",
      clientId: "client-1",
    },
    ...{ name: "Our Moodle", flavour: "moodle", status: "inactive", jwksUrl: "https://moodle.example/jwks" },
    ...{ authorizationUrl: "https://moodle.example/auth", tokenUrl: "https://moodle.example/token" },
    ...{ tokenAudience: "https://moodle.example/token", frameOrigin: "https://moodle.example" },
    serviceOrigins: ["https://moodle.example"],
    registered: { at: tool.clock.now(), inviteId: "invite", scopes: [] },
    ...changes,
  };
  await tool.storage.lti.addPlatform(platform);
  await deployment(platform, "7");
  return platform;
}

async function deployment(
  { id: platformId, academyId, jurisdictionId }: Platform,
  deploymentId: string,
): Promise<void> {
  await tool.storage.lti.findOrAddDeployment({
    ...{ academyId, jurisdictionId, id: `${platformId} ${deploymentId}`, platformId, deploymentId },
    ...{ status: "pending", firstSeenAt: tool.clock.now() },
  });
}
const statusOf = async (platform: Platform, deploymentId: string): Promise<string | undefined> =>
  (await tool.storage.lti.deployments(platform.id)).find((one) => one.deploymentId === deploymentId)?.status;

describe("an owner's invite", () => {
  const invite = async (): Promise<string> => {
    const { token } = await tool.directory.invites.make(tool.academy, {
      purpose: "owner",
      label: "Ms Oduya",
    });
    return `${tool.origin}/invites/${token}`;
  };

  it("says what it is, and is used by its button alone, once", async () => {
    const url = await invite();
    const browser = new HttpBrowser();
    for (let times = 0; times < 2; times += 1) {
      const shown = await browser.get(url);
      expect(shown.html).to.include("North Academy").and.include("Arvenia").and.include("Ms Oduya");
      expect(shown.headers.get("content-security-policy")).to.include("frame-ancestors 'none'");
    }
    const shown = await browser.get(url);
    const desk = await browser.submit(shown, shown.forms[0]!);
    expect(desk.url).to.match(/\/desks\/[\w-]{24}$/);
    expect(headingOf(desk)).to.equal(words.t("registration.title.none"));
    expect(tool.codeOn(await browser.submit(shown, shown.forms[0]!))).to.equal("invite_used");
    expect(tool.codeOn(await browser.get(url))).to.equal("invite_used");
    expect(tool.codeOn(await new HttpBrowser().get(desk.url))).to.equal("desk_of_another_browser");
    tool.clock.advance(hours(10));
    expect(tool.codeOn(await browser.get(desk.url))).to.equal("desk_expired");
  });

  it("is not used by a browser without cookies, nor by another's form", async () => {
    const url = await invite();
    const shown = await new HttpBrowser().get(url);
    const stranger = new HttpBrowser();
    expect(tool.codeOn(await stranger.submit(shown, shown.forms[0]!))).to.equal("desk_needs_cookie");
    await stranger.get(url);
    expect(tool.codeOn(await stranger.submit(shown, shown.forms[0]!))).to.equal("form_expired");
    const own = await stranger.get(url);
    expect((await stranger.submit(own, own.forms[0]!)).status).to.equal(200);
  });

  it("is used by one of many who post at once", async () => {
    const browser = new HttpBrowser();
    const shown = await browser.get(await invite());
    const pages = await Promise.all(Array.from({ length: 8 }, () => browser.submit(shown, shown.forms[0]!)));
    expect(pages.filter(({ status }) => status === 200)).to.have.length(1);
  });

  it("for a registration belongs into the LMS, and opens no desk", async () => {
    const link = await tool.registrationLink();
    const browser = new HttpBrowser();
    const url = link.replace("/lti/register/", "/invites/");
    const page = await browser.get(url);
    expect(page.html).to.include(link).and.include(words.t("registration.steps.canvas"));
    const form: Form = { action: url, method: "POST", fields: [["mark", ""]], html: "" };
    expect(tool.codeOn(await browser.submit(page, form))).to.equal("invite_for_another_purpose");
  });
});

describe("the connection page", () => {
  it("has the owner approve a platform and its deployment in one click", async () => {
    const platform = await waiting();
    const { browser, page } = await tool.owner();
    expect(headingOf(page)).to.equal("An LMS waits for your approval");
    expect(filled(page)).to.equal(1);
    expect(page.html).to.include("https://moodle.example").and.include("client-1");
    const after = await browser.submit(page, formOf(page, /\/on$/));
    expect(after.html).to.include(words.t("registration.notice.on"));
    expect(headingOf(after)).to.equal("Your LMS is connected");
    expect(filled(after)).to.equal(0);
    expect((await tool.storage.lti.platform(platform.id))?.status).to.equal("active");
    expect(await statusOf(platform, "7")).to.equal("approved");
  });

  it("switches off and on again, and approves nothing by that", async () => {
    const platform = await waiting();
    const { browser, page } = await tool.owner();
    const on = await browser.submit(page, formOf(page, /\/on$/));
    await deployment(platform, "8");
    const off = await browser.submit(on, formOf(on, /\/off$/));
    expect(headingOf(off)).to.equal("Your LMS is switched off");
    expect((await tool.storage.lti.platform(platform.id))?.status).to.equal("inactive");
    await browser.submit(off, formOf(off, /\/on$/));
    expect((await tool.storage.lti.platform(platform.id))?.status).to.equal("active");
    expect(await statusOf(platform, "8")).to.equal("pending");
  });

  it("lists deployments that nobody knew, to be approved or refused, and takes either back", async () => {
    const platform = await waiting();
    const { browser, page } = await tool.owner();
    await browser.submit(page, formOf(page, /\/on$/));
    await deployment(platform, "9:<b>");
    const listed = await browser.get(page.url);
    expect(headingOf(listed)).to.equal("A deployment waits for your approval");
    expect(filled(listed)).to.equal(1);
    expect(listed.html).to.include("9:&lt;b&gt;");
    const form = listed.forms.find(({ fields }) => fields.some(([, value]) => value === "9:<b>"))!;
    for (const decision of ["refused", "approved", "refused"]) {
      const after = await browser.submit(listed, form, { decision });
      expect(after.html).to.include(words.t(`registration.notice.${decision}`));
      expect(await statusOf(platform, "9:<b>")).to.equal(decision);
    }
    const strange = await browser.submit(listed, form, { decision: "approved", deployment: "none" });
    expect(tool.codeOn(strange)).to.equal("deployment_not_here");
    expect(tool.codeOn(await browser.submit(listed, form, { decision: "sure" }))).to.equal("body_malformed");
  });

  it("chooses where grades go", async () => {
    const platform = await waiting();
    const { browser, page } = await tool.owner();
    const form = formOf(page, /\/columns$/);
    expect(form.fields).to.deep.include(["columns", "module"]);
    const after = await browser.submit(page, form, { columns: "activity" });
    expect((await tool.storage.lti.platform(platform.id))?.gradeColumns).to.equal("activity");
    expect(formOf(after, /\/columns$/).html).to.match(/value="activity" checked/);
  });

  it("leaves the operator's platforms to the operator", async () => {
    const { registered, ...platform } = await waiting({ id: "other", clientId: "other" });
    expect(registered).not.to.equal(undefined);
    const files = {
      ...platform,
      id: "files",
      clientId: "files",
      name: "By files",
      status: "active" as const,
    };
    await tool.storage.lti.addPlatform(files);
    const { browser, page } = await tool.owner();
    expect(page.html).to.include(words.t("registration.platform.operators"));
    const form = formOf(page, /\/on$/);
    for (const way of ["on", "off"]) {
      const action = form.action.replace("/other/on", `/files/${way}`);
      expect(tool.codeOn(await browser.submit(page, { ...form, action }))).to.equal("platform_of_operator");
    }
    expect((await tool.storage.lti.platform("files"))?.status).to.equal("active");
  });

  it("shows and changes nothing of another academy's", async () => {
    const own = await waiting();
    const other = await tool.directory.ensureAcademy({
      ...{ slug: "south", name: "South Academy", jurisdictionId: "XB", demonstration: true },
    });
    const { page: mine } = await tool.owner();
    const { browser, page } = await tool.owner(other);
    expect(page.html)
      .not.to.include("Our Moodle")
      .and.not.to.include('Ms Oduya</b><br><span class="small muted">for an LMS');
    const [, token] = formOf(page, /\/invites$/).fields.find(([name]) => name === "token")!;
    const base = new URL(page.url).pathname;
    for (const path of ["on", "off", "columns", "deployments"]) {
      const action = `${base}/platforms/${own.id}/${path}`;
      const fields = [
        ["token", token],
        ["columns", "activity"],
        ["decision", "approved"],
        ["deployment", "7"],
      ] as const;
      const answer = await browser.submit(page, { action, method: "POST", fields, html: "" });
      expect(tool.codeOn(answer), path).to.equal("platform_not_here");
    }
    expect(await tool.platforms()).to.deep.equal([own]);
    expect(await statusOf(own, "7")).to.equal("pending");
    const { invite } = await tool.directory.invites.make(tool.academy, { purpose: "owner", label: "x" });
    const end: Form = {
      action: `${base}/invites/${invite.id}/end`,
      method: "POST",
      fields: [["token", token]],
      html: "",
    };
    expect(tool.codeOn(await browser.submit(page, end))).to.equal("invite_unknown");
    expect(mine.status).to.equal(200);
  });

  it("takes no form that its own pages did not make", async () => {
    await waiting();
    const { browser, page } = await tool.owner();
    for (const form of page.forms.filter(({ method }) => method === "POST"))
      expect(tool.codeOn(await browser.submit(page, form, { token: "x" })), form.action).to.equal(
        "form_expired",
      );
    for (const path of ["links", "add/canvas", "add/other"]) {
      const form: Form = { action: `${page.url}/${path}`, method: "POST", fields: [], html: "" };
      expect(tool.codeOn(await browser.submit(page, form)), path).to.equal("form_expired");
    }
  });

  it("says what fails and what to do about it, and what works again", async () => {
    const platform = await waiting({ status: "active" });
    const { academyId, jurisdictionId } = platform;
    const now = tool.clock.now();
    await tool.storage.lti.saveConnection({
      ...{ academyId, jurisdictionId, platformId: platform.id, version: 1, lastLaunchAt: now - 5000 },
      faults: [
        { code: "token_refused", at: now - 1000, count: 3, detail: "403" },
        { code: "key_unknown", at: now - 60_000, count: 1 },
        { code: "never_heard_of", at: now - 1000, count: 1 },
      ],
    });
    await tool.storage.lti.approveDeployment(platform.id, "7");
    const { page } = await tool.owner();
    expect(headingOf(page)).to.equal("Something does not work with Our Moodle");
    const item = (code: string): string =>
      new RegExp(`<li data-code="${code}">.*?</li>`, "s").exec(page.html)?.[0] ?? "";
    expect(item("token_refused"))
      .to.include(words.t("registration.fault.token_refused"))
      .and.include("3 times");
    expect(item("token_refused")).to.include("403").and.not.to.include(words.t("registration.fault.over"));
    expect(item("key_unknown")).to.include(words.t("registration.fault.over"));
    expect(item("never_heard_of")).to.include(words.t("registration.fault.unknown.title"));
    expect(page.html).not.to.include("⟦");
  });
});

describe("adding an LMS", () => {
  const addresses = {
    ...{ name: "Sakai", flavour: "other", issuer: "https://sakai.example", clientId: "c-1" },
    ...{ authorizationUrl: "https://sakai.example/auth", tokenUrl: "https://sakai.example/token" },
    ...{ jwksUrl: "https://sakai.example/keys", deployments: "1\r\n2\n\n 1 " },
  };

  async function opened(path: string): Promise<{ browser: HttpBrowser; page: Page; form: Form }> {
    const { browser, page: desk } = await tool.owner();
    const page = await browser.get(`${desk.url}${path}`);
    expect(filled(page)).to.equal(1);
    return { browser, page, form: formOf(page, /./) };
  }

  it("by a link: shown once, good for one LMS, listed, and taken back", async () => {
    const { browser, page, form } = await opened("/add");
    const made = await browser.submit(page, form, { label: "our Moodle" });
    const link = linkOn(made);
    expect((await browser.get(link)).status).to.equal(200);
    const desk = await browser.get(page.url.replace("/add", ""));
    expect(desk.html).to.include("our Moodle").and.not.to.include(link.split("/").at(-1)!);
    await browser.submit(desk, formOf(desk, /\/end$/));
    expect(tool.codeOn(await browser.get(link))).to.equal("invite_expired");
  });

  it("invites a colleague, who has a desk of their own", async () => {
    const { browser, page } = await tool.owner();
    const made = await browser.submit(page, formOf(page, /\/invites$/), { label: " " });
    const link = linkOn(made);
    const colleague = new HttpBrowser();
    const shown = await colleague.get(link);
    expect((await colleague.submit(shown, shown.forms[0]!)).status).to.equal(200);
  });

  it("by hand: it waits with its deployments until it is approved", async () => {
    const { browser, page, form } = await opened("/add/other");
    for (const path of ["launch", "login", "jwks"])
      expect(page.html).to.include(`${tool.origin}/lti/${path}`);
    const desk = await browser.submit(page, form, addresses);
    expect(headingOf(desk)).to.equal("An LMS waits for your approval");
    const [saved] = await tool.platforms();
    const { deployments, ...given } = addresses;
    expect(deployments).to.include("2");
    expect(saved).to.deep.include({
      ...{ ...given, status: "inactive", tokenAudience: given.tokenUrl, academyId: tool.academy.academyId },
      ...{ frameOrigin: "https://sakai.example", serviceOrigins: ["https://sakai.example"] },
    });
    const found = await tool.storage.lti.deployments(saved!.id);
    expect(found.map(({ deploymentId, status }) => `${deploymentId} ${status}`)).to.deep.equal([
      "1 pending",
      "2 pending",
    ]);
    await browser.submit(desk, formOf(desk, /\/on$/));
    expect((await tool.storage.lti.deployments(saved!.id)).map(({ status }) => status)).to.deep.equal([
      "approved",
      "approved",
    ]);
    const again = await browser.submit(page, form, { ...addresses, jwksUrl: "https://evil.example/keys" });
    expect(again.status).to.equal(422);
    expect(again.html).to.include(words.t("registration.entryFault.taken"));
    expect((await tool.platforms()).map(({ jwksUrl }) => jwksUrl)).to.deep.equal([
      "https://sakai.example/keys",
    ]);
  });

  it("by hand: tells all faults at once, and loses nothing that was filled in", async () => {
    const { browser, page, form } = await opened("/add/other");
    const sent = {
      ...{ name: "", flavour: "blackboard", issuer: "sakai.example", clientId: "x".repeat(256) },
      ...{
        authorizationUrl: "https://u:p@sakai.example/",
        tokenUrl: "",
        jwksUrl: 'https://sakai.example/"><b>',
      },
      ...{ deployments: "a\u0000b", tokenAudience: "kept & safe", frameOrigin: "javascript:alert(1)" },
    };
    const answer = await browser.submit(page, form, sent);
    expect(answer.status).to.equal(422);
    const faulty = [...answer.html.matchAll(/<li><a href="#(\w+)"/g)].map(([, name]) => name);
    expect(faulty).to.deep.equal([
      "name",
      "flavour",
      "issuer",
      "clientId",
      "deployments",
      "authorizationUrl",
      "tokenUrl",
      "frameOrigin",
    ]);
    const shown = Object.fromEntries(formOf(answer, /other$/).fields);
    const { flavour, ...kept } = sent;
    expect(flavour).not.to.equal("");
    for (const [name, value] of Object.entries(kept))
      if (name !== "deployments") expect(shown[name]).to.equal(value);
    expect(answer.html).not.to.include('"><b>');
    expect(await tool.platforms()).to.deep.equal([]);
  });

  it("Canvas by its client id: the addresses follow from the environment", async () => {
    const { browser, page, form } = await opened("/add/canvas");
    expect(page.html).to.include(`${tool.origin}/lti/canvas.json`);
    const sent = {
      name: "Canvas",
      address: "https://north.instructure.com/courses/1",
      clientId: "10000000000007",
    };
    const faulty = await browser.submit(page, form, { ...sent, environment: "" });
    expect(faulty.status).to.equal(422);
    await browser.submit(page, form, { ...sent, environment: "beta", deployments: "9:8865aa" });
    expect((await tool.platforms())[0]).to.deep.include({
      ...{ issuer: "https://canvas.beta.instructure.com", clientId: "10000000000007", flavour: "canvas" },
      authorizationUrl: "https://sso.beta.canvaslms.com/api/lti/authorize_redirect",
      tokenUrl: "https://sso.beta.canvaslms.com/login/oauth2/token",
      tokenAudience: "https://sso.beta.canvaslms.com/login/oauth2/token",
      jwksUrl: "https://sso.beta.canvaslms.com/api/lti/security/jwks",
      ...{ frameOrigin: "https://north.instructure.com", serviceOrigins: ["https://north.instructure.com"] },
      status: "inactive",
    });
  });

  it("takes no http address outside development", async () => {
    await tool.stop();
    tool = await anAcademy({ allowPrivate: false });
    const { browser, page, form } = await opened("/add/other");
    const answer = await browser.submit(page, form, { ...addresses, jwksUrl: "http://sakai.example/keys" });
    expect(answer.status).to.equal(422);
    expect(answer.html).to.include(words.t("registration.entryFault.insecure"));
  });
});
