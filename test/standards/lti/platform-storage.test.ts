import { expect } from "chai";
import { digest } from "../../../src/foundation/kernel/index.js";
import type { Visit } from "../../../src/foundation/web/index.js";
import { unescapeHtml } from "../../kit/http-browser.js";
import { aTool, cookieOf, loginForm, type Answered, type LtiTool } from "./a-tool.js";
import { messageKinds, sending } from "./message-kinds.js";

const frame = "post_message_forwarding";

describe("a platform that keeps things for us", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
  });
  afterEach(() => tool.stop());

  /** What the page tells its script. */
  function data(page: Answered): Record<string, string> {
    const [, attributes = ""] = /<div id="platform-storage" hidden([^>]*)>/.exec(page.text) ?? [];
    return Object.fromEntries(
      [...attributes.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
        name,
        unescapeHtml(value),
      ]),
    );
  }

  const askedAgain = (more: Record<string, string> = {}): Promise<Answered> =>
    tool.send("POST", "/lti/login?again=1", {
      form: { ...loginForm(tool), lti_storage_target: frame, ...more },
      page: true,
    });

  interface Waiting {
    readonly state: string;
    readonly nonce: string;
    readonly secret: string;
    readonly key: string;
  }

  async function waitingLogin(): Promise<Waiting> {
    const { secret = "", key = "", next = "" } = data(await askedAgain());
    const { searchParams } = new URL(next);
    return { state: searchParams.get("state") ?? "", nonce: searchParams.get("nonce") ?? "", secret, key };
  }

  const signed = ({ nonce, state }: Waiting, kind = messageKinds[0]!): Promise<string> =>
    tool.platform.sign(sending(tool, kind).claims({ nonce, state, cookie: "", asked: new URL(tool.origin) }));

  const launch = (
    state: string,
    idToken: string,
    options: { secret?: string; cookie?: string; page?: boolean },
  ) => tool.send("POST", "/lti/launch", { form: { state, id_token: idToken }, ...options });

  describe("at a login whose browser keeps no cookie", () => {
    it("is asked by a script, on a page that still offers a new window", async () => {
      const page = await askedAgain();
      expect(page.status).to.equal(200);
      expect(page.text).to.match(/<script type="module" src="\/assets\/platform-login\.js\?v/);
      expect(page.text).to.include('target="_blank"').and.not.to.include("⟦");
      // In a window of its own there is no such frame.
      expect(page.text).not.to.include('name="lti_storage_target"');
    });

    it("gets the secret at the origin of its authorisation endpoint alone, under a key of this login", async () => {
      const { origin, secret, key, frame: named } = data(await askedAgain());
      expect(origin).to.equal(tool.platform.origin);
      expect(named).to.equal(frame);
      expect(secret).to.match(/^[\w-]{43}$/);
      expect(key).to.match(/^tessera\.[\w-]{16}$/);
      expect(data(await askedAgain()).key).not.to.equal(key);
    });

    it("holds the login to that secret, and nothing else of it", async () => {
      const { state, secret } = await waitingLogin();
      const kept = await tool.storage.lti.takeLoginState(digest(state));
      expect(kept?.browserHash).to.equal(digest(secret));
      expect(JSON.stringify(kept)).not.to.include(secret);
    });

    it("may frame the page alone, and lead it on", async () => {
      const policy = (await askedAgain()).headers.get("content-security-policy") ?? "";
      expect(policy).to.include(`frame-ancestors ${tool.platform.origin}`);
      expect(policy).to.include("script-src 'self'").and.not.to.include("unsafe");
    });

    for (const odd of ['"><script>', "a b", "x".repeat(65), ""]) {
      it(`is left alone when it names its frame ${JSON.stringify(odd.slice(0, 10))}`, async () => {
        const page = await askedAgain({ lti_storage_target: odd });
        expect(page.status).to.equal(200);
        expect(page.text).not.to.include("<script");
      });
    }
  });

  it("is not asked where the browser keeps our cookie", async () => {
    const form = { ...loginForm(tool), lti_storage_target: frame };
    const cookie = cookieOf(await tool.send("POST", "/lti/login", { form }));
    const answer = await tool.send("POST", "/lti/login?again=1", { form, cookie });
    expect(answer.headers.get("location")).to.include("/auth?");
  });

  describe("at the launch", () => {
    it("is asked by a script that posts the same fields again; nothing is used up before", async () => {
      const waiting = await waitingLogin();
      const token = await signed(waiting);
      const page = await launch(waiting.state, token, { page: true });
      expect(page.status).to.equal(200);
      expect(page.text).to.include("platform-launch.js").and.to.include(token);
      expect(data(page)).to.deep.equal({ frame, origin: tool.platform.origin, key: waiting.key });
      expect(page.headers.get("content-security-policy")).to.include(
        `frame-ancestors ${tool.platform.origin}`,
      );
      expect(page.text).not.to.include(waiting.secret);
      expect((await launch(waiting.state, token, { secret: waiting.secret })).status).to.equal(200);
    });

    for (const kind of messageKinds) {
      it(`opens ${kind.name} by the secret, which then opens the visit's pages`, async () => {
        const waiting = await waitingLogin();
        const { secret } = waiting;
        const answer = await launch(waiting.state, await signed(waiting, kind), { secret });
        const { location } = JSON.parse(answer.text) as { location: string };
        expect(location).to.match(/^\/visits\/[\w-]{24}(\/pick|\/review)?$/);
        expect(answer.headers.get("set-cookie")).to.equal(null);
        const shown = await tool.send("GET", location, { secret });
        expect((JSON.parse(shown.text) as Visit).browserHash).to.equal(digest(secret));
        expect((await tool.send("GET", location)).code).to.equal("visit_of_another_browser");
        expect((await tool.send("GET", location, { secret: "x".repeat(43) })).code).to.equal(
          "visit_of_another_browser",
        );
      });
    }

    it("is refused with another secret, and with a cookie instead of it", async () => {
      const first = await waitingLogin();
      const wrong = await launch(first.state, await signed(first), { secret: "x".repeat(43) });
      expect(wrong.code).to.equal("browser_mismatch");
      const second = await waitingLogin();
      const cookie = `__Host-tessera-browser=${second.secret}`;
      const page = await launch(second.state, await signed(second), { cookie, page: true });
      expect(page.text).to.include("platform-launch.js");
    });

    it("works once, also by the secret", async () => {
      const waiting = await waitingLogin();
      const token = await signed(waiting);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => launch(waiting.state, token, { secret: waiting.secret })),
      );
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
      expect(answers.filter(({ code }) => code === "state_unknown")).to.have.length(19);
    });

    it("is refused where the state's own text was changed, whatever it says", async () => {
      const waiting = await waitingLogin();
      const { secret } = waiting;
      const token = await signed(waiting);
      const plain = await launch(waiting.state.slice(1, 44), token, { secret });
      expect(plain.code).to.equal("state_unknown");
      const elsewhere = await launch(waiting.state.replace(frame, "_parent"), token, { secret });
      expect(elsewhere.code).to.equal("state_unknown");
      const login = await tool.login();
      const marked = await launch(`s${login.state}.${tool.platformId}.x`, token, { secret });
      expect(marked.code).to.equal("state_unknown");
      const nowhere = await launch(`s${login.state}.${"0".repeat(36)}.x`, token, {});
      expect(nowhere.code).to.equal("state_unknown");
    });

    it("is refused as a whole without a token, before anyone is asked", async () => {
      const { state } = await waitingLogin();
      expect((await launch(state, "", {})).code).to.equal("id_token_missing");
    });

    it("that does not get the secret begins the login again in a new window, once", async () => {
      const { state } = await waitingLogin();
      const first = await tool.send("POST", "/lti/login?window=1", { form: { state } });
      expect(first.headers.get("location")).to.equal("/lti/login?window=1&again=1");
      const none = await tool.send("POST", "/lti/login?window=1&again=1", { form: { state } });
      expect(none.code).to.equal("browser_keeps_no_cookie");
      const again = () =>
        tool.send("POST", "/lti/login?window=1&again=1", { form: { state }, cookie: cookieOf(first) });
      const asked = new URL((await again()).headers.get("location") ?? "about:blank");
      expect(`${asked.origin}${asked.pathname}`).to.equal(`${tool.platform.origin}/auth`);
      expect(asked.searchParams.get("lti_message_hint")).to.equal(loginForm(tool).lti_message_hint);
      expect(asked.searchParams.get("state")).to.match(/^[\w-]{43}$/);
      expect((await again()).code).to.equal("state_unknown");
    });
  });

  it("leaves no secret in the log", async () => {
    const waiting = await waitingLogin();
    await launch(waiting.state, await signed(waiting), { secret: waiting.secret });
    expect(tool.log.join("")).not.to.include(waiting.secret).and.not.to.include(waiting.state);
  });
});
