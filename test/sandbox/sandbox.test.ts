import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createLogger, createNewId } from "../../src/foundation/kernel/index.js";
import { createSandbox, SandboxError } from "../../src/sandbox/index.js";
import { fixedAt } from "../kit/clock.js";
import { HttpBrowser, unescapeHtml } from "../kit/http-browser.js";
import { addItem, aSandbox, bearer, catalogues, postScore, type SandboxUnderTest } from "./a-sandbox.js";

const refusalOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof SandboxError ? error.code : error),
  );

describe("the sandbox's pages", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  const open = (path: string) => new HttpBrowser().get(`${tested.origin}${path}`);

  it("offer the course as each of the users, and the gradebook, on the first one", async () => {
    const { html } = await open("/");
    expect(html).to.include("Sandbox LMS (for trying out only)");
    for (const { key } of tested.sandbox.gradebook().users) {
      expect(unescapeHtml(html)).to.include(`href="/course?as=${key}"`);
    }
    expect(html).to.include('href="/gradebook"');
  });

  it("hold the tool in a labelled frame that may lead to the tool and nowhere else", async () => {
    const page = await open("/course?as=trainee-two");
    expect(page.html).to.match(
      /<iframe[^>]*src="\/course\/launch\?as(&#x3D;|=)trainee-two"[^>]*title="[^"]+"/,
    );
    expect(page.html).to.match(/<a [^>]*target="_blank"/);
    const policy = page.headers.get("content-security-policy");
    expect(policy).to.include(`frame-src 'self' ${new URL(tested.launchUrl).origin}`);
    expect(policy).to.include("frame-ancestors 'none'");
  });

  it("show who one is by the role, with the canary name beside it", async () => {
    const { html } = await open("/course?as=trainee-one");
    const [user] = tested.sandbox.gradebook().users;
    expect(html).to.include("You are Trainee one");
    expect(html).to.include(`${user?.givenName} ${user?.familyName}`);
  });

  it("pass on the wish for a login by form post", async () => {
    expect((await open("/course?as=instructor&login=post")).html).to.match(/login(&#x3D;|=)post/);
  });

  for (const path of ["/course", "/course?as=somebody", "/course/launch?as=__proto__"]) {
    it(`know no user at ${path}`, async () => {
      const page = await open(path);
      expect(page.status).to.equal(404);
      expect(page.html).to.include("sandbox_user_unknown");
    });
  }

  it("set no cookie", async () => {
    for (const path of ["/", "/course?as=trainee-one", "/gradebook"]) {
      expect((await open(path)).headers.getSetCookie()).to.deep.equal([]);
    }
  });

  it("leave no key without words, and need no script within the page", async () => {
    for (const path of [
      "/",
      "/course?as=trainee-one",
      "/gradebook",
      "/course/launch?as=instructor&login=post",
    ]) {
      const { html } = await open(path);
      expect(html, path).not.to.include("⟦");
      expect(html, path).not.to.match(/<script>|\son\w+=|style=/);
    }
  });
});

describe("the sandbox's gradebook page", () => {
  let tested: SandboxUnderTest;
  const open = async () => (await new HttpBrowser().get(`${tested.origin}/gradebook`)).html;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  it("says so when there is nothing yet", async () => {
    expect(await open())
      .to.include("no columns yet")
      .and.include("No score has come yet.");
  });

  it("shows scores with their maximum, comment and time, and refusals with their reason, newest first", async () => {
    const item = await addItem(tested, { label: "Rights <b>", scoreMaximum: 40 });
    await postScore(tested, item, { comment: "<i>good</i>" });
    tested.clock.advance(1000);
    await postScore(tested, item, { scoreGiven: 1 });
    const html = await open();
    expect(html)
      .to.include("32 of 40")
      .and.include("Rights &lt;b&gt;")
      .and.include("&lt;i&gt;good&lt;/i&gt;");
    expect(html).to.include('datetime="2026-03-02T09:00:00.000Z"');
    expect(html).to.include("Accepted: 32 points");
    const refused = html.indexOf("Refused: Not newer than the last score");
    expect(refused).to.be.greaterThan(-1).and.lessThan(html.indexOf("Accepted: 32 points"));
    expect(html).not.to.include("⟦");
  });

  it("has no form: a grade comes by the score service or not at all", async () => {
    expect(await open()).not.to.match(/<form|<button|<input/);
    const response = await fetch(`${tested.origin}/gradebook`, { method: "POST", body: "score=100" });
    expect(response.status).to.equal(404);
  });
});

describe("the sandbox's users", () => {
  it("have ids, names and mail addresses that are long, random and all different", async () => {
    const [one, two] = await Promise.all([aSandbox(), aSandbox()]);
    const canaries = [...one.sandbox.canaries(), ...two.sandbox.canaries()];
    await Promise.all([one.stop(), two.stop()]);
    expect(canaries).to.have.length(2 * 26 * 5);
    expect(new Set(canaries).size).to.equal(canaries.length);
    for (const canary of canaries)
      expect(canary).to.match(/^[0-9a-f]{32}( [0-9a-f]{32}|@sandbox\.invalid)?$/);
  });
});

describe("the sandbox's memory", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tessera-sandbox-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("keeps users, keys, tokens and the gradebook over a restart", async () => {
    const statePath = join(folder, "deeper", "sandbox.json");
    const first = await aSandbox({ statePath });
    const item = await addItem(first);
    await postScore(first, item, {});
    const authorization = await bearer(first);
    const kept = {
      canaries: first.sandbox.canaries(),
      gradebook: first.sandbox.gradebook(),
      keys: await (await fetch(`${first.origin}/jwks`)).text(),
    };
    await first.stop();
    const second = await aSandbox({ statePath });
    expect(second.sandbox.canaries()).to.deep.equal(kept.canaries);
    expect(second.sandbox.gradebook()).to.deep.equal(kept.gradebook);
    expect(await (await fetch(`${second.origin}/jwks`)).text()).to.equal(kept.keys);
    const moved = item.replace(first.origin, second.origin);
    expect((await postScore(second, moved, {}, { authorization })).status).to.equal(409);
    await second.stop();
  });

  it("has a score in its file before it says so, whole, for the owner's eyes only", async () => {
    const statePath = join(folder, "whole.json");
    const tested = await aSandbox({ statePath });
    const item = await addItem(tested);
    const answers = Array.from({ length: 10 }, async (_, second) => {
      const timestamp = `2026-03-02T09:00:0${second}Z`;
      const { status } = await postScore(tested, item, { timestamp, scoreGiven: second });
      const { grades } = JSON.parse(await readFile(statePath, "utf8")) as { grades: { score: number }[] };
      return status === 409 || (grades[0]?.score ?? -1) >= second;
    });
    expect(await Promise.all(answers)).to.deep.equal(Array(10).fill(true));
    expect((await stat(statePath)).mode & 0o077).to.equal(0);
    await tested.stop();
    expect(await readdir(folder)).not.to.include("whole.json.new");
  });

  it("opens a file of version 1 with its users, keys, tokens and grades, and the class beside them", async () => {
    const statePath = join(folder, "old.json");
    const first = await aSandbox({ statePath });
    const item = await addItem(first);
    await postScore(first, item, {});
    const authorization = await bearer(first);
    const kept = {
      users: first.sandbox.gradebook().users.slice(0, 4),
      grades: first.sandbox.gradebook().grades,
      keys: await (await fetch(`${first.origin}/jwks`)).text(),
    };
    await first.stop();
    await writeFile(statePath, asVersionOne(await readFile(statePath, "utf8")));
    const second = await aSandbox({ statePath });
    const { users, grades, lineItems } = second.sandbox.gradebook();
    expect(users.slice(0, 4)).to.deep.equal(kept.users);
    expect(users).to.have.length(26);
    expect(grades).to.deep.equal(kept.grades);
    expect(lineItems[0]).to.include({ courseId: "course-1", clientId: "sandbox-client" });
    expect(await (await fetch(`${second.origin}/jwks`)).text()).to.equal(kept.keys);
    const moved = item.replace(first.origin, second.origin);
    expect((await postScore(second, moved, {}, { authorization })).status).to.equal(409);
    await second.stop();
  });

  for (const text of ["{", '{"version":2}', '{"version":1}', '{"version":3}', "null", ""]) {
    it(`refuses a file that holds ${JSON.stringify(text)}, and leaves it as it is`, async () => {
      const statePath = join(folder, "spoilt.json");
      await writeFile(statePath, text);
      expect(await refusalOf(createSandbox({ ...onLoopback(), statePath }))).to.equal(
        "sandbox_state_unreadable",
      );
      expect(await readFile(statePath, "utf8")).to.equal(text);
    });
  }
});

/** What the first version of the sandbox wrote: four users, and nothing said which tool or course a row is of. */
function asVersionOne(text: string): string {
  const state = JSON.parse(text) as Record<string, unknown[]>;
  const without = (rows: unknown[] | undefined, names: readonly string[]): object[] =>
    (rows ?? []).map((row) =>
      Object.fromEntries(Object.entries(row as object).filter(([name]) => !names.includes(name))),
    );
  return JSON.stringify({
    version: 1,
    keys: state["keys"],
    users: state["users"]?.slice(0, 4),
    nextLineItem: state["nextLineItem"],
    lineItems: without(state["lineItems"], ["courseId", "clientId"]),
    grades: state["grades"],
    scorePosts: state["scorePosts"],
    tokens: without(state["tokens"], ["clientId"]),
  });
}

const onLoopback = () => {
  const clock = fixedAt("2026-03-02T09:00:00Z");
  const tool = "http://localhost:3000";
  return {
    origin: "http://127.0.0.1:3001",
    tool: { origin: tool, loginUrl: `${tool}/a`, launchUrl: `${tool}/b`, jwksUrl: `${tool}/c` },
    statePath: undefined as string | undefined,
    clock,
    newId: createNewId(clock),
    logger: createLogger("silent"),
    catalogues,
    viewsDirectory: "views",
  };
};

describe("the sandbox in production", () => {
  const good = onLoopback();
  const outside = "https://tessera.example";

  it("starts where every address is on this machine", async () => {
    expect(await refusalOf(createSandbox(good))).to.equal(undefined);
  });

  for (const [what, options] of [
    ["its own origin", { ...good, origin: outside }],
    ["its own origin, which only looks like loopback", { ...good, origin: "http://127.0.0.1.example:3001" }],
    ["the tool's origin", { ...good, tool: { ...good.tool, origin: outside } }],
    ["the tool's launch address", { ...good, tool: { ...good.tool, launchUrl: `${outside}/lti/launch` } }],
    ["the tool's login", { ...good, tool: { ...good.tool, loginUrl: `${outside}/lti/login` } }],
    ["the tool's keys", { ...good, tool: { ...good.tool, jwksUrl: `${outside}/lti/jwks` } }],
    ["nothing that is an address", { ...good, origin: "here" }],
  ] as const) {
    it(`is refused when ${what} is elsewhere`, async () => {
      expect(await refusalOf(createSandbox(options))).to.equal("sandbox_in_production");
    });
  }
});

describe("the sandbox's refusals", () => {
  it("each have a title, a text and a next step", () => {
    const words = catalogues.negotiate(["en"]);
    for (const code of Object.keys(SandboxError.statuses)) {
      for (const part of ["title", "text", "next"]) {
        expect(words.has(`errors.${code}.${part}`), `${code}.${part}`).to.equal(true);
      }
    }
  });
});
