import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContext, type Frame, type Page } from "playwright-core";
import { loadCatalogues, type Translator } from "../../src/foundation/i18n/index.js";
import {
  requireCurriculum,
  type Activity,
  type Curriculum,
  type QuizItem,
  type ScenarioActivity,
  type ScenarioChoice,
} from "../../src/standards/curriculum/index.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The frame of a launch goes from one site to the other within a second. Where each site has a process of its own, the
 * frame is handed from process to process, and while that goes on playwright may lose what it is told of it: the frame
 * then seems to stay where it was, while the person sees the page that came. Cookies are the same either way.
 */
const oneProcess = "--disable-site-isolation-trials";

/** A real Chromium; each `newContext` of it is a browser of its own. */
export function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

/** A real Chromium with settings that only a profile can hold: a person's cookie settings, say. Close it by `close`. */
export async function openProfile(
  executablePath: string,
  preferences: object,
): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-profile-"));
  await mkdir(join(folder, "Default"));
  await writeFile(join(folder, "Default", "Preferences"), JSON.stringify({ profile: preferences }));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: [...args, oneProcess],
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The width that the pages were drawn for. */
export const wide = { width: 1040, height: 1100 } as const;
export const narrow = { width: 360, height: 760 } as const;

/**
 * A picture in `test-results/<name>.png`: of what the window shows, or of the whole page. The latter resizes the window
 * for a moment, after which Chromium may bring the next click in a frame to the wrong place.
 */
export async function takePicture(page: Page, name: string, fullPage = false): Promise<void> {
  const path = join(root, "test-results", `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, fullPage });
}

/** The words of a page, so that a journey says what it looks for by key. */
export const words: Translator = loadCatalogues(join(root, "views/locales")).negotiate(["en"]);

/** The content as a demonstration shows it. */
export function shippedCurriculum(): Promise<Curriculum> {
  return requireCurriculum(join(root, "curriculum"), { overlays: ["XA", "XB", "XC"], production: false });
}

/** The frame of the course page, once a visit has begun in it. */
export async function launchedFrame(page: Page): Promise<Frame> {
  const frame = await courseFrame(page);
  await frame.waitForURL(/\/visits\//);
  return frame;
}

/** The frame of the course page, whatever it shows. */
export async function courseFrame(page: Page): Promise<Frame> {
  const frame = await (await page.locator("iframe.tool").elementHandle()).contentFrame();
  if (!frame) throw new Error("the course page has no frame");
  return frame;
}

/** Does what leads to another page, and waits until that page is there. */
export async function leadingOn(frame: Frame, act: () => Promise<unknown>): Promise<void> {
  await frame.evaluate("document.documentElement.dataset.left = 'yes'");
  await act();
  await frame.locator("html:not([data-left]) main").waitFor({ state: "attached" });
  await frame.waitForLoadState();
}

/** Presses the page's first button or link that leads on. */
export function goOn(frame: Frame): Promise<void> {
  return leadingOn(frame, () => wayOn(frame).click());
}

/** The one thing to do on a page of the player. */
export function wayOn(frame: Frame) {
  return frame.locator("main .row .button").first();
}

export async function heading(frame: Frame): Promise<string> {
  return (await frame.locator("h1").innerText()).trim();
}

export function titleOf({ texts: [text] }: Activity): string {
  return text.title;
}

/** What a person answers to the questions of a quiz, and what it comes to. */
export interface Answers {
  readonly chosen: readonly { readonly item: QuizItem; readonly options: readonly string[] }[];
  readonly score: { readonly right: number; readonly total: number };
}

/** Looks up the answers to the questions that are shown, the first `wrong` of them wrong. */
export async function answersTo(frame: Frame, { modules }: Curriculum, wrong = 0): Promise<Answers> {
  const items = modules
    .flatMap(({ activities }) => activities)
    .flatMap((activity) => (activity.kind === "quiz" ? activity.texts[0].items : []));
  const shown = await frame.locator("input[name=shown]").all();
  const ids = await Promise.all(shown.map((input) => input.inputValue()));
  const chosen = ids.map((id, index) => {
    const item = items.find((one) => one.id === id)!;
    const options = item.options.filter(({ right }) => right === index >= wrong).map((option) => option.id);
    return { item, options: index < wrong ? options.slice(0, 1) : options };
  });
  return { chosen, score: { right: ids.length - wrong, total: ids.length } };
}

/** Answers by mouse, without handing in. */
export async function answer(frame: Frame, { chosen }: Pick<Answers, "chosen">): Promise<void> {
  for (const { item, options } of chosen) {
    for (const option of options) await choice(frame, item, option).check();
  }
}

function choice(frame: Frame, { id }: QuizItem, option: string) {
  return frame.locator(`input[name="item.${id}"][value="${option}"]`);
}

/** Answers the quiz that is shown and hands it in. */
export async function takeQuiz(frame: Frame, curriculum: Curriculum, wrong = 0): Promise<Answers> {
  const answers = await answersTo(frame, curriculum, wrong);
  await answer(frame, answers);
  await leadingOn(frame, () => frame.locator("button[value=hand-in]").click());
  return answers;
}

/** The scenario of a module; fails when it has none. */
export function scenarioOf({ modules }: Curriculum, moduleId = "M01"): ScenarioActivity {
  const scenario = modules
    .find(({ id }) => id === moduleId)
    ?.activities.find((one): one is ScenarioActivity => one.kind === "scenario");
  if (!scenario) throw new Error(`${moduleId} has no scenario`);
  return scenario;
}

/** Makes these choices, from the first decision's page to the debrief's; `aWay` of ways.ts finds some. */
export async function playScenario(frame: Frame, choices: readonly ScenarioChoice[]): Promise<void> {
  for (const { nodeId, optionId } of choices) {
    await frame.locator(`input[name=node][value="${nodeId}"]`).waitFor({ state: "attached" });
    await frame.locator(`input[name=option][value="${optionId}"]`).check();
    await leadingOn(frame, () => frame.locator("form .row .button").click());
  }
}

/** Writes into the debrief that is shown, question → text, and holds it. */
export async function holdDebrief(frame: Frame, notes: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [question, text] of Object.entries(notes)) await frame.locator(`#note-${question}`).fill(text);
  await leadingOn(frame, () => frame.locator("button[value=hold]").click());
}

/** Asks again until the answer is there; says after `ms` what it waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, ms = 15_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const answered = await ask();
    if (answered !== undefined) return answered;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
