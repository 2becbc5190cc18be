import { expect } from "chai";
import type { BrowserContext, Frame, Page } from "playwright-core";
import {
  courseFrame,
  goOn,
  heading,
  openProfile,
  shippedCurriculum,
  takePicture,
  titleOf,
  words,
} from "../kit/chromium.js";
import { Administrator, type Flavour, type Lms } from "../kit/lms.js";
import { describeWith } from "../kit/needs.js";
import { aTool, type Tool } from "../kit/tool.js";

const flavours: readonly Flavour[] = ["moodle", "canvas"];
const say = words.t.bind(words);

/** Chromium's own settings: 1 blocks third-party cookies, partitioned ones excepted; 2 blocks all of a site. */
const thirdPartyBlocked = { block_third_party_cookies: true, cookie_controls_mode: 1 };
const allBlocked = ({ origin, sandboxOrigin }: Tool): object => ({
  ...thirdPartyBlocked,
  content_settings: { exceptions: { cookies: { [`${origin},${sandboxOrigin}`]: { setting: 2 } } } },
});

interface Setting {
  readonly title: string;
  readonly preferences: (tool: Tool) => object;
  readonly storages: readonly ("on" | "off")[];
  /** Whether the tool can keep a cookie in the LMS's frame. */
  readonly keepsCookie: boolean;
}
const settings: readonly Setting[] = [
  { title: "allowed", preferences: () => ({}), storages: ["on", "off"], keepsCookie: true },
  {
    ...{ title: "of third parties blocked", preferences: () => thirdPartyBlocked },
    ...{ storages: ["off"], keepsCookie: true },
  },
  { title: "all blocked in the frame", preferences: allBlocked, storages: ["on", "off"], keepsCookie: false },
];

/** What a flow is given: the page of the LMS, and who comes. */
interface Walk {
  readonly lms: Lms;
  /** One who was nowhere yet. */
  readonly newcomer: () => string;
  /** Opens a page of the LMS; answers where the tool shows itself. */
  readonly open: (path: string, query: Readonly<Record<string, string>>) => Promise<Frame>;
}

const see = (frame: Frame, name: string): Promise<void> =>
  frame.getByRole("heading", { name, exact: true }).waitFor();

const flows: readonly { readonly title: string; readonly walk: (walk: Walk) => Promise<void> }[] = [
  {
    title: "a trainee begins a module",
    walk: async ({ lms, newcomer, open }) => {
      const frame = await open("/course", { as: newcomer(), course: lms.course, link: lms.places[0].link });
      await see(frame, say("learning.privacy.before"));
      await goOn(frame);
      const { modules } = await shippedCurriculum();
      expect(await heading(frame)).to.equal(titleOf(modules[0]!.activities[0]!));
    },
  },
  {
    title: "an instructor adds content",
    walk: async ({ lms, open }) => {
      const [{ clientId: tool, deployment }] = lms.places;
      const frame = await open("/course/add", { as: "instructor", course: lms.course, tool, deployment });
      await frame.locator("input[name=pick]").first().check();
      const lmsPage = frame.page();
      await frame.getByRole("button", { name: say("lti.pick.add"), exact: true }).click();
      await lmsPage.waitForURL((url) => url.pathname === "/course");
    },
  },
  {
    title: "an instructor looks at a trainee's work",
    walk: async ({ lms, open }) => {
      const { link } = lms.places[0];
      const frame = await open("/course", {
        as: "instructor",
        course: lms.course,
        link,
        review: "trainee-24",
      });
      await frame.getByText(say("learning.review.kicker")).waitFor();
      expect(await heading(frame)).to.match(/ has done 0 of 6$/);
    },
  },
  {
    title: "an instructor looks at the class",
    walk: async ({ lms, open }) => {
      const frame = await open("/course", { as: "instructor", course: lms.course, link: lms.places[0].link });
      await frame.getByRole("link", { name: say("learning.overview.class") }).click();
      await frame.locator("table.mosaic tbody tr").first().waitFor();
      expect(await frame.locator("table.mosaic tbody tr").count()).to.equal(24);
    },
  },
  {
    title: "a link in a copied course opens, and shows nobody else's progress",
    walk: async ({ lms, open }) => {
      const { course, link } = lms.copy;
      const frame = await open("/course", { as: "trainee-22", course, link });
      await see(frame, say("learning.privacy.before"));
    },
  },
  {
    title: "a link opens by the second deployment",
    walk: async ({ lms, open }) => {
      const frame = await open("/course", { as: "trainee-23", course: lms.course, link: lms.places[1].link });
      await see(frame, say("learning.privacy.before"));
    },
  },
];

describeWith("chromium", "every flow, with cookies", (chromium) => {
  let tool: Tool;
  let administrator: Administrator;
  const lms = {} as Record<Flavour, Lms>;
  /** The first keys of trainees are words. */
  let newcomers = 2;

  before(async function () {
    this.timeout(90_000);
    tool = await aTool({ running: true });
    administrator = new Administrator(tool);
    for (const flavour of flavours) {
      lms[flavour] = await administrator.lms(flavour);
      const { course, places } = lms[flavour];
      await administrator.begin("trainee-24", course, places[0].link);
    }
  });
  after(() => tool.close());

  for (const setting of settings) {
    describe(setting.title, () => {
      let context: BrowserContext;
      let close: () => Promise<void>;
      let page: Page;
      before(async function () {
        this.timeout(40_000);
        ({ context, close } = await openProfile(chromium, setting.preferences(tool)));
      });
      after(() => close());
      beforeEach(async () => {
        page = await context.newPage();
      });
      afterEach(async function () {
        if (this.currentTest?.state === "failed") await takePicture(page, "journeys/failed-flow");
        for (const open of context.pages().slice(1)) await open.close();
      });

      for (const flavour of flavours) {
        it(`${flavour}: the tool is registered in a frame`, () => register(flavour)).timeout(40_000);
        for (const storage of setting.storages) {
          for (const { title, walk } of flows) {
            it(`${flavour}, platform storage ${storage}: ${title}`, async () => {
              await walk({
                ...{ lms: lms[flavour], newcomer: () => `trainee-${(newcomers += 1)}` },
                open: (path, query) => open(path, { ...query, storage }),
              });
            }).timeout(40_000);
          }
        }
      }

      async function open(path: string, query: Readonly<Record<string, string>>): Promise<Frame> {
        await page.goto(`${tool.sandboxOrigin}${path}?${new URLSearchParams(query).toString()}`);
        const frame = await courseFrame(page);
        if (setting.keepsCookie || (query["storage"] === "on" && (await opensInFrame(frame)))) {
          await frame.waitForURL(/\/visits\//);
          await frame.locator("h1").waitFor();
          return frame;
        }
        // The way that is left: a window of its own.
        await see(frame, say("lti.newWindow.title"));
        const [opened] = await Promise.all([
          context.waitForEvent("page"),
          frame.getByRole("button", { name: say("lti.newWindow.open") }).click(),
        ]);
        await opened.waitForURL(/\/visits\//);
        return opened.mainFrame();
      }

      /**
       * The product gives a platform's storage two seconds to answer, and goes the other way then: on a machine that is
       * busy with all other suites the answer may come later, and both ways are right.
       */
      async function opensInFrame(frame: Frame): Promise<boolean> {
        return frame.waitForURL(/\/visits\//, { timeout: 12_000 }).then(
          () => true,
          () => false,
        );
      }

      async function register(flavour: Flavour): Promise<void> {
        const url = await administrator.registrationLink();
        const query = new URLSearchParams({ as: "administrator", flavour, url });
        await page.goto(`${tool.sandboxOrigin}/admin/register?${query.toString()}`);
        const frame = await courseFrame(page);
        const before = await tool.storage.lti.platforms();
        await frame.locator("main .button").click();
        await page.waitForURL((at) => at.pathname === "/admin");
        const added = (await tool.storage.lti.platforms()).slice(before.length);
        expect(added.map((one) => [one.flavour, one.status])).to.deep.equal([[flavour, "inactive"]]);
      }
    });
  }
});
