import { expect } from "chai";
import type { Browser, Frame, Page } from "playwright-core";
import { openChromium } from "../kit/chromium.js";
import { describeWith } from "../kit/needs.js";
import { aSandbox, type SandboxUnderTest } from "./a-sandbox.js";
import { addTool, deploymentsOf, launch, openRegistration } from "./an-added-tool.js";

describe("the switch of the sandbox's platform storage", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  it("is off in Moodle's flavour without a word, and says to the login where storage is when it is on", async () => {
    const target = async (query: string): Promise<string | null> =>
      (await launch(tested, `/course/launch?as=trainee-one${query}`)).login.get("lti_storage_target");
    expect(await target("")).to.equal(null);
    expect(await target("&storage=on")).to.equal("_parent");
  });

  it("is on in Canvas's flavour without a word, in a frame of its own", async () => {
    const clientId = await addTool(tested, "canvas");
    const [nav = ""] = await deploymentsOf(tested, clientId);
    const target = async (query: string): Promise<string | null> =>
      (await launch(tested, `/course/launch?as=trainee-one&course=canvas-1&nav=${nav}${query}`)).login.get(
        "lti_storage_target",
      );
    expect(await target("")).to.equal("post_message_forwarding");
    expect(await target("&storage=off")).to.equal(null);
  });
});

type Answer = Record<string, unknown>;
interface Target {
  postMessage(data: unknown, origin: string): void;
}

describeWith("chromium", "the sandbox's course page in a browser", (chromium) => {
  let tested: SandboxUnderTest;
  let browser: Browser;
  let page: Page;
  before(async function () {
    this.timeout(60_000);
    [tested, browser] = await Promise.all([aSandbox(), openChromium(chromium)]);
  });
  beforeEach(async () => {
    page = await browser.newPage();
    // The tool's pages are empty: the tests speak for them.
    await page.route(`${tested.toolOrigin}/**`, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>tool</title>" }),
    );
    await page.route("http://localhost:9/**", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>stranger</title>" }),
    );
  });
  afterEach(() => page.close());
  after(async () => {
    await browser.close();
    await tested.stop();
  });

  const toolFrame = async (): Promise<Frame> => {
    const frame = await (await page.locator("iframe.tool").elementHandle()).contentFrame();
    if (!frame) throw new Error("the page has no frame");
    await frame.waitForURL(/localhost/);
    return frame;
  };
  /** What the tool's page hears when it posts a message to the parent, or to a frame beside it. */
  const ask = (
    frame: Frame,
    message: object,
    to = "_parent",
    origin = tested.origin,
  ): Promise<Answer | "silence"> =>
    frame.evaluate(
      ([sent, where, exact]) =>
        new Promise<Answer | "silence">((resolve) => {
          const scope = globalThis as unknown as {
            parent: Target & { frames: Record<string, Target> };
            top: Target;
            addEventListener: (type: string, listener: (event: { data: Answer }) => void) => void;
          };
          setTimeout(() => resolve("silence"), 700);
          scope.addEventListener("message", ({ data }) => resolve(data));
          const target = { _parent: scope.parent, _top: scope.top }[where] ?? scope.parent.frames[where];
          target?.postMessage(sent, exact);
        }),
      [message, to, origin] as const,
    );
  const put = (key: unknown, value: unknown): object => ({
    subject: "lti.put_data",
    message_id: "m-1",
    key,
    value,
  });
  const get = (key: string): object => ({ subject: "lti.get_data", message_id: "m-2", key });

  it("keeps what a tool's page puts there, and gives it back by its message_id", async () => {
    await page.goto(`${tested.origin}/course?as=trainee-one&storage=on`);
    const frame = await toolFrame();
    expect(await ask(frame, put("state", "abc"))).to.deep.equal({
      ...{ subject: "lti.put_data.response", message_id: "m-1", key: "state", value: "abc" },
    });
    expect(await ask(frame, get("state"))).to.deep.equal({
      ...{ subject: "lti.get_data.response", message_id: "m-2", key: "state", value: "abc" },
    });
    expect(await ask(frame, get("other"))).to.include({ value: null });
    await ask(frame, put("state", null));
    expect(await ask(frame, get("state"))).to.include({ value: null });
  }).timeout(20_000);

  it("says what it can do, and what it can't", async () => {
    await page.goto(`${tested.origin}/course?as=trainee-one&storage=on`);
    const frame = await toolFrame();
    const able = (await ask(frame, { subject: "lti.capabilities", message_id: "m-3" })) as Answer;
    expect(able).to.include({ subject: "lti.capabilities.response", message_id: "m-3" });
    expect(able["supported_messages"]).to.deep.include({ subject: "lti.put_data" });
    const code = async (message: object): Promise<unknown> =>
      ((await ask(frame, message)) as { error?: { code: string } }).error?.code;
    expect(await code({ subject: "lti.frameResize", message_id: "m" })).to.equal("unsupported_subject");
    expect(await code({ ...put("a", "b"), message_id: undefined })).to.equal("bad_request");
    expect(await code(put(7, "b"))).to.equal("bad_request");
    expect(await code(put("a", { b: 1 }))).to.equal("bad_request");
    expect(await code(put("a", "x".repeat(5000)))).to.equal("storage_exhaustion");
  }).timeout(20_000);

  it("answers the exact origin only, and no origin that is not a tool's", async () => {
    await page.goto(`${tested.origin}/course?as=trainee-one&storage=on`);
    const frame = await toolFrame();
    expect(await ask(frame, put("state", "abc"), "_parent", "http://127.0.0.1:9")).to.equal("silence");
    await frame.evaluate(
      "document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://localhost:9/' }))",
    );
    const stranger = await (await frame.waitForSelector("iframe")).contentFrame();
    await stranger!.waitForURL("http://localhost:9/");
    expect(await ask(stranger!, get("state"), "_top")).to.have.nested.property("error.code", "wrong_origin");
  }).timeout(20_000);

  it("is silent when it is off", async () => {
    await page.goto(`${tested.origin}/course?as=trainee-one`);
    expect(await ask(await toolFrame(), put("state", "abc"))).to.equal("silence");
  }).timeout(20_000);

  it("in Canvas's flavour answers from the frame beside the tool, and names it", async () => {
    const clientId = await addTool(tested, "canvas");
    const [nav = ""] = await deploymentsOf(tested, clientId);
    await page.goto(`${tested.origin}/course?as=trainee-one&course=canvas-1&nav=${nav}`);
    const frame = await toolFrame();
    const forwarding = "post_message_forwarding";
    await page.frame({ name: forwarding })?.waitForLoadState();
    expect(await ask(frame, put("state", "abc"), forwarding)).to.include({ value: "abc" });
    expect(await ask(frame, get("state"), forwarding)).to.include({ value: "abc" });
    const able = (await ask(frame, { subject: "lti.capabilities" }, forwarding)) as Answer;
    expect(able["supported_messages"]).to.deep.include({ subject: "lti.get_data", frame: forwarding });
    expect(await ask(frame, get("state"))).to.equal("silence");
  }).timeout(20_000);

  it("goes on to the list of tools when the tool's registration page says that it is done", async () => {
    const { page: first } = await openRegistration(tested, "moodle");
    await page.goto(first.url);
    const frame = await toolFrame();
    await frame.evaluate("parent.postMessage({ subject: 'something else' }, '*')");
    await page.waitForTimeout(200);
    expect(page.url()).to.include("/admin/register");
    await frame.evaluate("parent.postMessage({ subject: 'org.imsglobal.lti.close' }, '*')");
    await page.waitForURL(/\/admin\?as=administrator$/);
  }).timeout(20_000);
});
