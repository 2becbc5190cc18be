import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import { systemClock } from "../../src/foundation/kernel/index.js";
import { requireCurriculum, type CurriculumModule } from "../../src/standards/curriculum/index.js";
import type { Attempt } from "../../src/training/learning/index.js";
import type { Storage } from "../../src/storage/index.js";
import { aScene, type Scene } from "../kit/beside-sandbox.js";
import { CanarySearch } from "../kit/canaries.js";
import {
  attemptOf,
  expectCycle,
  expectedOfProgrammes,
  expectedStatements,
  expectValid,
  lineOf,
  lrsHeader,
  openBeside,
  outboxIsEmpty,
  statementsIn,
  type Stored,
} from "../kit/finished-path.js";
import { HttpBrowser, unescapeHtml, type Answer } from "../kit/http-browser.js";
import { until } from "../kit/chromium.js";
import { pause } from "../kit/kill-harness.js";
import { aMailServer, type MailServer } from "../kit/mail-server.js";
import { describeWith } from "../kit/needs.js";
import { storeRows } from "../kit/store-rows.js";
import { ToolStarter, type ToolProcess } from "../kit/tool-process.js";
import { launch, Trainee } from "../kit/trainee.js";
import { mongoDatabase, sqliteDatabase, type TestDatabase } from "../storage/contract/database.js";

const content = fileURLToPath(new URL("../../curriculum", import.meta.url));
const trainees = ["trainee-one", "trainee-two"] as const;
/** What they give for reminders: no LMS knows it. */
const addresses = ["5e1f9c0d7b3a4826@private.invalid", "c47a0b92e6d81f35@private.invalid"] as const;

describe("who a person is at the LMS", () => staysInTheDirectory(sqliteDatabase, true));
describeWith("mongodb", "who a person is at the LMS, on MongoDB", (server) =>
  staysInTheDirectory(() => mongoDatabase(server)),
);

/** Two trainees go the whole way, an instructor and an administrator look at everything; then every byte is searched. */
function staysInTheDirectory(makeDatabase: () => TestDatabase, hasFiles = false): void {
  let starter: ToolStarter;
  let scene: Scene;
  let tool: ToolProcess;
  let storage: Storage;
  let server: MailServer;
  let search: CanarySearch;
  /** Names apart from ids and mail addresses: an instructor may read those of the class. */
  let names: CanarySearch;
  let allButNames: CanarySearch;
  let module: CurriculumModule;
  const answers: Answer[] = [];
  const instructors: Answer[] = [];
  const attempts: Attempt[] = [];
  const expected: string[] = [];
  let statements: Stored[];

  before(async function () {
    this.timeout(180_000);
    const curriculum = await requireCurriculum(content, { overlays: ["XA", "XB", "XC"], production: false });
    module = curriculum.modules.find(({ id }) => id === "M01")!;
    starter = new ToolStarter(0);
    scene = await aScene({ database: makeDatabase() });
    server = await aMailServer();
    search = new CanarySearch([...scene.sandbox.canaries(), ...addresses]);
    const { users } = scene.sandbox.gradebook();
    names = new CanarySearch(users.flatMap(({ givenName, familyName }) => [givenName, familyName]));
    allButNames = new CanarySearch(users.flatMap(({ id, mail }) => [id, mail]));
    tool = await starter.start({
      ...scene.environments[0]!,
      ...{ TESSERA_SMTP_URL: server.url, TESSERA_MAIL_FROM: "reminders@tessera.example" },
    });
    expect(await tool.ready, tool.output()).to.equal(true);
    const { sandboxOrigin, origin, sandbox } = scene;
    const heard = (answer: Answer) => {
      if (answer.url.startsWith(`${origin}/`)) answers.push(answer);
    };
    await Promise.all(
      trainees.map(async (userKey, place) => {
        const trainee = new Trainee({ sandboxOrigin, userKey, module, heard });
        await trainee.complete();
        await showCertificate(trainee.browser, trainee.home!);
        await askForReminders(trainee.browser, trainee.home!, { server, address: addresses[place]! });
        await lookAtAll(trainee.browser, trainee.home!);
        expected.push(
          ...expectedStatements(module.id, trainee.played(), { formative: true }),
          ...expectedOfProgrammes(curriculum, module.id),
        );
      }),
    );
    for (const userKey of ["instructor", "administrator"]) {
      const browser = new HttpBrowser((answer) => {
        heard(answer);
        instructors.push(answer);
      });
      await lookAtAll(browser, await launch(browser, { sandboxOrigin, userKey }));
    }
    storage = await openBeside(scene.address);
    await outboxIsEmpty(storage, 30_000);
    for (const userKey of trainees)
      attempts.push(await attemptOf(storage, sandbox, { userKey, moduleId: module.id }));
    await lookAtOddPlaces(new HttpBrowser(heard), scene);
    await askTheLrs(await lrsHeader(storage, attempts[0]!), origin, heard);
    expect(await tool.stop(), tool.output()).to.equal(0);
    statements = await statementsIn(storage, attempts[0]!);
  });
  after(async () => {
    await tool.kill();
    await server.close();
    await storage.close();
    await scene.close();
    await starter.close();
  });

  it("leaves statements that are valid xAPI and follow the profile, each cycle to its end", async () => {
    expect(statements.map(lineOf)).to.have.members(expected);
    expectValid(statements);
    for (const { registration } of attempts)
      expectCycle(await statementsIn(storage, attempts[0]!, { registration }));
  });
  it("is in the directory's persons and in the LMS, where the search finds it", async () => {
    const rows = await storeRows(scene.address);
    // The class page asked for the roster of the whole course.
    expect(rows.get("persons")).to.have.length(scene.sandbox.gradebook().users.length);
    expect(search.found([["persons", rows.get("persons")]])).to.deep.equal(["persons"]);
    expect(search.found([["gradebook", scene.sandbox.gradebook()]])).to.deep.equal(["gradebook"]);
  });
  it("is as a name in the directory's names alone, each with its end, and without ids and mail addresses", async () => {
    const rows = (await storeRows(scene.address)).get("person_names") ?? [];
    expect(rows.length).to.be.greaterThan(20);
    expect(names.found([["names", rows]])).to.deep.equal(["names"]);
    expect(allButNames.found([["names", rows]])).to.deep.equal([]);
    expect(rows.every((row) => (row as { expiresAt: number }).expiresAt > 0)).to.equal(true);
  });
  it("is in no other table", async () => {
    const { persons, person_names, ...others } = Object.fromEntries(await storeRows(scene.address));
    expect(persons).not.to.equal(undefined);
    expect(person_names).not.to.equal(undefined);
    expect(Object.values(others).filter((rows) => rows.length > 0)).to.have.length.greaterThan(8);
    expect(search.found(Object.entries(others))).to.deep.equal([]);
  });
  it("is, as an address for reminders, in the mails to it and in their envelopes alone", async () => {
    expect(server.mails.map(({ to }) => to)).to.have.deep.members(addresses.map((one) => [one]));
    const bodies = server.mails.map(({ text, headers }) => [headers.get("subject")!, text] as const);
    expect(search.found(bodies)).to.deep.equal([]);
    const rows = (await storeRows(scene.address)).get("contacts") ?? [];
    expect(rows).to.have.length(addresses.length);
    expect(search.found([["contacts", rows]])).to.deep.equal([]);
  });
  it("is in no statement", () => {
    expect(search.found(statements.map((one) => [one.id, one]))).to.deep.equal([]);
  });
  it("is nowhere in what the tool wrote to its log and its terminal", () => {
    expect(tool.output().match(/"requestId"/g)?.length).to.be.greaterThan(100);
    expect(
      search.found(
        tool
          .output()
          .split("\n")
          .map((line) => [line, line]),
      ),
    ).to.deep.equal([]);
  });
  it("is on no page and in nothing else that the tool answered, but for names on the page of the class", () => {
    const pages = answers.filter(({ status, headers }) => status === 200 && isHtml(headers));
    expect(pages).to.have.length.greaterThan(60);
    const classes = instructors.filter(({ url }) => /\/visits\/[\w-]+\/class(\?|$)/.test(url));
    expect(names.found(classes.map((answer) => [answer.url, bodyOf(answer)]))).to.have.length.greaterThan(1);
    expect(allButNames.found(classes.map((answer) => [answer.url, bodyOf(answer)]))).to.deep.equal([]);
    const others = answers.filter((answer) => !classes.includes(answer));
    expect(search.found(others.map((answer) => [answer.url, bodyOf(answer)]))).to.deep.equal([]);
  });
  it("is in no header of an answer, but for the hint that a login takes back to its platform", () => {
    const headers = answers.flatMap((answer) =>
      [...answer.headers].map(([name, value]) => [`${name} of ${answer.url}`, value] as const),
    );
    const held = new Set(search.found(headers));
    const carriers = headers.filter(([place]) => held.has(place));
    expect(carriers).to.have.length.greaterThan(0);
    const rest = carriers.map(([place, value]) => [place, withoutHint(value, scene)] as const);
    expect(search.found(rest)).to.deep.equal([]);
  });
  if (!hasFiles) return;
  it("is not in the files of the database, as far as mail addresses go", () => {
    const platforms = scene.sandbox.gradebook().users.map(({ mail }) => mail);
    const mails = new CanarySearch([...platforms, ...addresses]);
    const files = ["", "-wal", "-shm"].map((end) => `${scene.address.slice("file:".length)}${end}`);
    const there = files.filter((file) => existsSync(file)).map((file) => [file, readFileSync(file)] as const);
    expect(search.found(there), "ids and names").to.have.length.greaterThan(0);
    expect(mails.found(there)).to.deep.equal([]);
  });
}

describe("the search for canaries", () => {
  const canary = "0123456789abcdef0123456789abcdef@sandbox.invalid";
  const search = new CanarySearch([canary]);

  it("finds one within any text, whatever it is wrapped in", () => {
    const wraps: ((text: string) => unknown)[] = [
      (text) => text,
      (text) => encodeURIComponent(text),
      (text) => new URLSearchParams({ a: text }).toString(),
      (text) => JSON.stringify({ a: text }),
      (text) => Buffer.from(text).toString("base64"),
      (text) => Buffer.from(JSON.stringify({ a: text })).toString("base64url"),
      (text) => Buffer.from(text),
      (text) => ({ deep: [{ [text]: 1 }] }),
    ];
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(...wraps), (before, after, wrap) => {
        expect(search.found([["here", wrap(`${before}${canary}${after}`)]])).to.deep.equal(["here"]);
      }),
    );
  });
  it("finds none where there is none", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(search.found([["here", value]])).to.deep.equal([]);
      }),
    );
  });
});

const isHtml = (headers: Headers): boolean => headers.get("content-type")?.startsWith("text/html") ?? false;

/** A redirect's body repeats its Location, which is looked at among the headers. */
function bodyOf({ headers, body }: Answer): string {
  const location = headers.get("location");
  return location === null ? body : unescapeHtml(body).replaceAll(location, "");
}

/** Follows every link within the tool that a person could, from a visit's first page on. */
async function lookAtAll(browser: HttpBrowser, home: string): Promise<void> {
  const { origin } = new URL(home);
  const seen = new Set<string>();
  const ahead = [home, `${home}/privacy`];
  for (let url = ahead.shift(); url !== undefined; url = ahead.shift()) {
    if (seen.has(url)) continue;
    seen.add(url);
    const page = await browser.get(url);
    if (!isHtml(page.headers)) continue;
    for (const [, link = ""] of page.html.matchAll(/(?:href|src)="([^"]*)"/g)) {
      const next = new URL(unescapeHtml(link), page.url);
      next.hash = "";
      if (next.origin === origin) ahead.push(next.href);
    }
  }
  expect(seen.size, "pages").to.be.greaterThan(6);
}

/** Waits for the certificate, makes a one-time code for it, has it verified, and enters the code. */
async function showCertificate(browser: HttpBrowser, home: string): Promise<void> {
  const patience = systemClock.now() + 30_000;
  for (;;) {
    const page = await browser.get(`${home}/programmes`);
    const [form] = page.forms.filter(({ action }) => action.endsWith("/code"));
    const [, certificate] = /href="([^"]*\/certificates\/[^"]*)"/.exec(page.html) ?? [];
    if (form && certificate !== undefined) {
      const { html } = await browser.submit(page, form);
      const [, code = ""] = /one-time-code"><span[^>]*>([^<]+)</.exec(html) ?? [];
      const url = encodeURIComponent(new URL(unescapeHtml(certificate), home).href);
      const answers = await browser.get(`${new URL(home).origin}/verify?url=${url}`);
      const [enter] = answers.forms.filter(({ action }) => action.startsWith("/verify/holder"));
      if (!enter) throw new Error("no code can be entered");
      const entered = await browser.submit(answers, enter, { code });
      expect(entered.html).to.include('data-question="holder" data-answer="yes"');
      return;
    }
    if (systemClock.now() > patience) expect.fail("waited in vain for the certificate");
    await pause(100);
  }
}

/** Gives an address for reminders, and confirms it by the link in the mail. */
async function askForReminders(
  browser: HttpBrowser,
  home: string,
  { server, address }: { readonly server: MailServer; readonly address: string },
): Promise<void> {
  const page = await browser.get(`${home}/programmes`);
  const [form] = page.forms.filter(({ action }) => action.endsWith("/programmes/reminders"));
  if (!form) throw new Error("no address is asked for");
  await browser.submit(page, form, { address, do: "give" });
  const mail = await until("the mail", () =>
    Promise.resolve(server.mails.find(({ to }) => to.includes(address))),
  );
  const [link = ""] = /http\S+\/reminders\/\S+/.exec(mail.text) ?? [];
  const asks = await browser.get(link);
  const confirmed = await browser.submit(asks, asks.forms[0]!, { do: "confirm" });
  expect(confirmed.html).to.include('value="stop"');
}

/** Error pages and machines' addresses too. */
async function lookAtOddPlaces(browser: HttpBrowser, { origin, sandbox }: Scene): Promise<void> {
  const [user] = sandbox.gradebook().users;
  const named = { login_hint: user!.id, iss: "http://nobody.invalid", name: user!.mail };
  const hint = new URLSearchParams(named).toString();
  const paths = ["/lti/jwks", "/healthz", "/readyz", "/lti/launch", "/visits/none", `/nowhere?${hint}`];
  for (const path of [...paths, `/lti/login?${hint}`, `/lti/login?login_hint=${user!.id}`, `/${user!.id}`])
    await browser.get(`${origin}${path}`);
  const form = {
    action: `${origin}/lti/launch`,
    method: "POST",
    fields: Object.entries(named),
    html: "",
  } as const;
  await browser.submit(await browser.get(`${origin}/healthz`), form);
}

async function askTheLrs(header: string, origin: string, heard: (answer: Answer) => void): Promise<void> {
  for (const path of [
    "/xapi/about",
    "/xapi/statements?limit=500",
    "/xapi/statements?format=ids",
    "/xapi/statements?agent=1",
  ]) {
    const url = `${origin}${path}`;
    const answer = await fetch(url, {
      headers: { authorization: header, "x-experience-api-version": "1.0.3" },
    });
    const { status, headers } = answer;
    heard({ method: "GET", url, status, headers, body: await answer.text() });
  }
}

/**
 * OIDC third-party login: the hint goes back to the platform that sent it. On the way there the login asks the browser
 * once to come again, with the platform's own query. Everything else of these two addresses is searched.
 */
function withoutHint(location: string, { origin, sandbox }: Scene): string {
  const url = new URL(location, origin);
  const { authorizationUrl } = sandbox.registration;
  if (`${url.origin}${url.pathname}` === authorizationUrl || url.href.startsWith(`${origin}/lti/login?`))
    url.searchParams.delete("login_hint");
  return url.href;
}
