import { expect } from "chai";
import type {
  CurriculumModule,
  QuizActivity,
  ScenarioActivity,
} from "../../src/standards/curriculum/index.js";
import { HttpBrowser, unescapeHtml, type Answer, type Form, type Page } from "./http-browser.js";
import { aWay, type ScenarioWay } from "./ways.js";

/** Item id → chosen option ids. */
export type Answers = Readonly<Record<string, readonly string[]>>;

/** A run as the trainee means to do it: decided when its items are first seen. */
export interface PlannedRun {
  readonly id: string;
  readonly activityId: string;
  readonly answers: Answers;
  /** How many of them are right. */
  readonly right: number;
  readonly passes: boolean;
}

/** A run of a scenario as the trainee means to do it: decided when its first decision is seen. */
export interface PlannedWay extends ScenarioWay {
  readonly id: string;
  readonly activityId: string;
  /** What is written in the debrief, question → text: each run's is its own. */
  readonly notes: Readonly<Record<string, string>>;
}

/** What a page answered "done" to, all of it received. */
interface Confirmed {
  begun: boolean;
  readonly done: Set<string>;
  /** Quiz → the run that its start led to. */
  readonly drafts: Map<string, Answers>;
  readonly ended: Set<string>;
  /** Scenario run → the decisions that were made in it. */
  readonly decided: Map<string, Set<string>>;
  /** Scenario run → what was written in its debrief. */
  readonly written: Map<string, Set<string>>;
  /** Scenario runs whose debrief was held. */
  readonly held: Set<string>;
}

export interface TraineeOptions {
  readonly sandboxOrigin: string;
  readonly userKey: string;
  /** The course's link that is opened; absent: its first. */
  readonly link?: string;
  /** What else stands in the launch's address: `course`, `nav`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Of a link that opens the course's own page: what is opened from there, as its address calls it. */
  readonly from?: string;
  readonly module: CurriculumModule;
  /** 0 to 1: decides whether a form that was not answered is posted again, or looked for anew. */
  readonly random?: () => number;
  /** Told of every answer that this trainee's browser got. */
  readonly heard?: (answer: Answer) => void;
}

/** A form with what is filled in, to be sent. */
export interface Post {
  readonly page: Page;
  readonly form: Form;
  readonly values: Record<string, string | readonly string[]>;
}

/** About how many steps a whole path has, with the launch. */
export const stepsOfPath = 40;
const itemsADraft = 3;

/**
 * Goes a trainee's whole way through a module with a browser without JavaScript: launch, who sees what, lessons, a quiz
 * that is failed once, its lesson again, the retake, a scenario that a critical option fails, its debrief, the scenario
 * passed and debriefed, and a quiz passed with one wrong answer. Each step looks at the
 * page at hand, so that it can be done again whenever the connection broke.
 */
export class Trainee {
  /** Run id → what the trainee means to answer. */
  readonly runs = new Map<string, PlannedRun>();
  /** Scenario run id → what the trainee means to choose. */
  readonly ways = new Map<string, PlannedWay>();
  readonly #options: TraineeOptions;
  readonly #browser: HttpBrowser;
  readonly #confirmed: Confirmed = {
    ...{ begun: false, done: new Set(), drafts: new Map(), ended: new Set() },
    ...{ decided: new Map(), written: new Map(), held: new Set() },
  };
  /** What the next run of a scenario is to come to; without it the first one fails, and the next passes. */
  #wanted: { readonly pass: boolean } | undefined;
  #home: string | undefined;
  #page: Page | undefined;
  /** A form that was sent and not answered. */
  #unanswered: Post | undefined;

  constructor(options: TraineeOptions) {
    this.#options = options;
    this.#browser = new HttpBrowser((answer) => {
      this.#note(answer);
      options.heard?.(answer);
    });
  }

  get browser(): HttpBrowser {
    return this.#browser;
  }

  /** The address of the module's own page, once launched. */
  get home(): string | undefined {
    return this.#home;
  }

  /** One step on the way; `false` when the module's own page says that all is done. Rejects when a page is not as it should be. */
  async step(): Promise<boolean> {
    const unanswered = this.#unanswered;
    this.#unanswered = undefined;
    if (unanswered && (this.#options.random?.() ?? 0) < 0.5) return this.#post(unanswered);
    const at = this.#page;
    this.#page = undefined;
    if (this.#home === undefined) return this.#launch();
    const page = at ?? (await this.#openNext(this.#home));
    if (page === undefined) return false;
    const form = page.forms.find(({ method, action }) => method === "POST" && action.includes("/visits/"));
    if (form) return this.#post(this.#filled(page, form));
    const leads = this.#leadFrom(page);
    if (leads !== undefined) await this.#open(leads);
    return true;
  }

  /** Goes the whole way. */
  async complete(): Promise<void> {
    for (let steps = 0; await this.step(); steps += 1) expect(steps, "steps").to.be.lessThan(100);
  }

  /** Goes on until one answer is left, the end of the module's last quiz, and gives it unsent. */
  async lastAnswer(): Promise<Post> {
    const last = this.#options.module.activities.at(-1)?.id ?? "";
    for (let steps = 0; ; steps += 1) {
      expect(steps, "steps").to.be.lessThan(100);
      const form = this.#page?.forms[0];
      if (this.#page && form?.action.includes(`/activities/${last}/runs/`)) {
        const post = this.#filled(this.#page, form);
        if (post.values["do"] === "hand-in") return post;
      }
      expect(await this.step(), "there is an answer to come").to.equal(true);
    }
  }

  /** All runs, of quizzes and of scenarios. */
  played(): (PlannedRun | PlannedWay)[] {
    return [...this.runs.values(), ...this.ways.values()];
  }

  /**
   * Goes on until a run of a scenario has ended, and stands before its debrief. A run that is begun here passes or is
   * failed by a critical option, as told.
   */
  async playScenario(wanted: { readonly pass: boolean }): Promise<PlannedWay> {
    this.#wanted = wanted;
    for (let steps = 0; this.#debriefAtHand() === undefined; steps += 1) {
      expect(steps, "steps").to.be.lessThan(100);
      expect(await this.step(), "there is a scenario to come").to.equal(true);
    }
    this.#wanted = undefined;
    const way = this.ways.get(this.#debriefAtHand() ?? "");
    if (!way) throw new Error("the run before the debrief was not planned");
    return way;
  }

  /** Goes on until the debrief of the run that ended last is held. */
  async holdDebrief(): Promise<void> {
    const held = this.#confirmed.held.size;
    for (let steps = 0; this.#confirmed.held.size === held; steps += 1) {
      expect(steps, "steps").to.be.lessThan(100);
      expect(await this.step(), "there is a debrief to come").to.equal(true);
    }
  }

  /** The run whose debrief the page at hand asks for. */
  #debriefAtHand(): string | undefined {
    const actions = this.#page?.forms.map(({ action }) => action) ?? [];
    return actions.map((action) => /\/runs\/([\w-]+)\/debrief$/.exec(action)?.[1]).find(Boolean);
  }

  /** As when the trainee closes the tab and comes back by the course page: the next step launches again. */
  leave(): void {
    this.#home = this.#page = this.#unanswered = undefined;
  }

  /** Asks the pages for everything that was confirmed; rejects when something of it is not there. */
  async check(): Promise<void> {
    const home = this.#home;
    if (home === undefined || !this.#confirmed.begun) return;
    const page = await this.#open(home, false);
    expect(new URL(page.url).pathname, "the beginning was confirmed").to.equal(new URL(home).pathname);
    const tiles = tilesOf(page);
    for (const id of this.#confirmed.done) expect(tiles.get(id), `${id} was confirmed`).to.equal("done");
    for (const [runId, answers] of this.#confirmed.drafts) await this.#checkRun(home, runId, answers);
    for (const [runId, nodes] of this.#confirmed.decided) await this.#checkWay(home, runId, nodes);
  }

  async #checkWay(home: string, runId: string, decided: ReadonlySet<string>): Promise<void> {
    const way = this.ways.get(runId);
    if (!way) throw new Error(`no such run ${runId}`);
    const page = await this.#open(`${home}/activities/${way.activityId}/runs/${runId}`, false);
    const form = page.forms[0];
    const node = form?.fields.find(([name]) => name === "node")?.[1];
    if (node !== undefined) {
      expect(decided.has(node), `the decision ${node} of ${runId} was confirmed`).to.equal(false);
      const made = way.choices.findIndex(({ nodeId }) => nodeId === node);
      expect(made, `decisions made in ${runId}`).to.be.at.least(decided.size);
      return;
    }
    expect(new URL(page.url).pathname.endsWith(`/runs/${runId}`), `${runId} ended`).to.equal(true);
    if (this.#confirmed.held.has(runId)) expect(page.forms, `the debrief of ${runId}`).to.have.length(0);
    for (const text of this.#confirmed.written.get(runId) ?? []) expect(page.html).to.include(text);
  }

  async #checkRun(home: string, runId: string, answers: Answers): Promise<void> {
    const planned = this.runs.get(runId);
    if (!planned) throw new Error(`no such run ${runId}`);
    const path = `/activities/${planned.activityId}`;
    const page = await this.#open(`${home}${path}/runs/${runId}`, false);
    if (new URL(page.url).pathname.endsWith(`/runs/${runId}`)) {
      expect(page.html.match(/class="verdict holds"/g)?.length ?? 0, `right answers of ${runId}`).to.equal(
        planned.right,
      );
      return;
    }
    expect(this.#confirmed.ended.has(runId), `the end of ${runId} was confirmed`).to.equal(false);
    const form = page.forms.find(({ action }) => action.endsWith(`/runs/${runId}`));
    if (!form) throw new Error(`${runId} was confirmed and is not under way`);
    const shown = answersIn(form);
    for (const [item, chosen] of Object.entries(answers))
      expect(shown[item], `the draft of ${item}`).to.have.members(chosen);
  }

  async #launch(): Promise<boolean> {
    this.#home = await launch(this.#browser, this.#options);
    return true;
  }

  /** The page of the first activity that is not done, or the one that comes before them all. */
  async #openNext(home: string): Promise<Page | undefined> {
    const page = await this.#open(home);
    const tiles = tilesOf(page);
    if (tiles.size === 0) return page;
    const next = this.#options.module.activities.find(({ id }) => tiles.get(id) !== "done");
    return next && this.#open(`${home}/activities/${next.id}`);
  }

  /** A failed quiz run's page leads to its lesson; all else to the module's own page. */
  #leadFrom(page: Page): string | undefined {
    const [, activityId] = /\/activities\/([\w-]+)\/runs\/[\w-]+/.exec(page.url) ?? [];
    const quiz = this.#options.module.activities.find(({ id }) => id === activityId);
    const lesson = quiz?.kind === "quiz" ? quiz.texts[0].retakeAfter : undefined;
    const failed = tilesOf(page).get(activityId ?? "") === "retry";
    return failed && lesson !== undefined ? `${this.#home ?? ""}/activities/${lesson}` : this.#home;
  }

  #filled(page: Page, form: Form): Post {
    if (form.action.endsWith("/debrief")) return this.#debrief(page, form);
    if (form.fields.some(([name]) => name === "node")) return this.#decide(page, form);
    const [, activityId, runId] = /\/activities\/([\w-]+)\/runs\/([\w-]+)$/.exec(form.action) ?? [];
    if (activityId === undefined || runId === undefined) return { page, form, values: {} };
    const planned = this.runs.get(runId) ?? this.#plan(activityId, runId, form);
    this.runs.set(runId, planned);
    const answered = answersIn(form);
    const open = Object.keys(planned.answers).filter((item) => !answered[item]?.length);
    const leaves = open.length > itemsADraft;
    const values: Record<string, string | readonly string[]> = { do: leaves ? "save" : "hand-in" };
    for (const item of open.slice(0, itemsADraft)) values[`item.${item}`] = planned.answers[item] ?? [];
    return { page, form, values };
  }

  /** The first run of the first quiz fails, the last quiz is passed with one wrong answer, all others without. */
  #plan(activityId: string, runId: string, form: Form): PlannedRun {
    const quizzes = this.#options.module.activities.filter((activity) => activity.kind === "quiz");
    const activity = quizzes.find(({ id }) => id === activityId);
    if (!activity) throw new Error(`${activityId} is no quiz`);
    const items = form.fields.filter(([name]) => name === "shown").map(([, value]) => value);
    const before = [...this.runs.values()].filter((run) => run.activityId === activityId).length;
    const fails = activity === quizzes[0] && before === 0;
    const wrong = fails ? items.length : activity === quizzes.at(-1) ? 1 : 0;
    const answers = items.map((item, index) => [item, choose(activity, item, index >= wrong)] as const);
    const right = items.length - wrong;
    const passes = right / items.length >= activity.texts[0].pass;
    return { id: runId, activityId, answers: Object.fromEntries(answers), right, passes };
  }

  #decide(page: Page, form: Form): Post {
    const [, activityId = "", runId = ""] = /\/activities\/([\w-]+)\/runs\/([\w-]+)$/.exec(form.action) ?? [];
    const way = this.ways.get(runId) ?? this.#planWay(activityId, runId);
    this.ways.set(runId, way);
    const node = form.fields.find(([name]) => name === "node")?.[1];
    const choice = way.choices.find(({ nodeId }) => nodeId === node);
    if (!choice) throw new Error(`${runId} came to ${String(node)}, which was not planned`);
    return { page, form, values: { option: choice.optionId } };
  }

  /** The first run of a scenario is failed by a critical option, the next one passes. */
  #planWay(activityId: string, runId: string): PlannedWay {
    const activity = this.#options.module.activities.find(
      (one): one is ScenarioActivity => one.kind === "scenario" && one.id === activityId,
    );
    if (!activity) throw new Error(`${activityId} is no scenario`);
    const before = [...this.ways.values()].filter((way) => way.activityId === activityId).length;
    const way = aWay(activity.texts[0], this.#wanted ?? { pass: before > 0 });
    const notes = { saw: `What I saw in run ${runId}`, rule: `The rule in run ${runId}` };
    return { ...way, id: runId, activityId, notes };
  }

  /** Writes and leaves, comes back, writes more and holds the debrief. */
  #debrief(page: Page, form: Form): Post {
    const runId = /\/runs\/([\w-]+)\/debrief$/.exec(form.action)?.[1] ?? "";
    const notes = this.ways.get(runId)?.notes ?? {};
    const kept = form.fields.find(([name]) => name === "note.saw")?.[1] ?? "";
    const values =
      kept === "" ? { do: "save", "note.saw": notes.saw } : { do: "hold", "note.rule": notes.rule };
    return { page, form, values: values as Record<string, string> };
  }

  async #post(post: Post): Promise<boolean> {
    this.#unanswered = post;
    const page = expectOk(await this.#browser.submit(post.page, post.form, post.values));
    this.#unanswered = undefined;
    this.#page = page.forms.length > 0 ? page : undefined;
    if (!this.#page && page.url.includes("/runs/")) this.#page = page;
    return true;
  }

  async #open(url: string, stays = true): Promise<Page> {
    const page = expectOk(await this.#browser.get(url));
    if (stays) this.#page = undefined;
    return page;
  }

  #note({ method, url, status, headers, sent }: Answer): void {
    if (method !== "POST" || status !== 303 || !sent) return;
    this.#noteWay(url, sent);
    const [, what, id = ""] = /\/(begin|activities|runs)(?:\/([\w-]+))?(?:\/continue)?$/.exec(url) ?? [];
    if (what === "begin") this.#confirmed.begun = true;
    else if (what === "activities") this.#confirmed.done.add(id);
    else if (this.runs.has(id)) this.#noteRun(id, headers.get("location") ?? "", sent);
  }

  #noteWay(url: string, sent: URLSearchParams): void {
    const { decided, written, held, done } = this.#confirmed;
    const [, runId = "", debrief] = /\/runs\/([\w-]+)(\/debrief)?$/.exec(url) ?? [];
    const way = this.ways.get(runId);
    if (!way) return;
    if (debrief === undefined) {
      decided.set(runId, new Set(decided.get(runId)).add(sent.get("node") ?? ""));
      return;
    }
    const texts = [...sent].flatMap(([name, text]) =>
      name.startsWith("note.") && text !== "" ? [text] : [],
    );
    written.set(runId, new Set([...(written.get(runId) ?? []), ...texts]));
    if (sent.get("do") !== "hold") return;
    held.add(runId);
    if (way.passed) done.add(way.activityId);
  }

  #noteRun(runId: string, location: string, sent: URLSearchParams): void {
    const run = this.runs.get(runId);
    if (location.includes(`/runs/${runId}`)) {
      this.#confirmed.ended.add(runId);
      if (run?.passes) this.#confirmed.done.add(run.activityId);
    }
    const drafts: Record<string, readonly string[]> = { ...this.#confirmed.drafts.get(runId) };
    for (const item of sent.getAll("shown")) {
      const chosen = sent.getAll(`item.${item}`);
      if (chosen.length > 0) drafts[item] = chosen;
    }
    this.#confirmed.drafts.set(runId, drafts);
  }
}

/** A whole LTI launch from the sandbox's course; returns the address of the visit's first page, without a slash. */
export async function launch(
  browser: HttpBrowser,
  { sandboxOrigin, userKey, link, from, query: more }: Omit<TraineeOptions, "module">,
): Promise<string> {
  const query = new URLSearchParams({ as: userKey, ...(link === undefined ? {} : { link }), ...more });
  const handOver = expectOk(await browser.get(`${sandboxOrigin}/course/launch?${query.toString()}`));
  const form = handOver.forms[0];
  if (!form) throw new Error(`the sandbox gave no form: ${handOver.url}`);
  const page = expectOk(await browser.submit(handOver, form));
  const [home] = /^.*\/visits\/[\w-]{24}/.exec(page.url) ?? [];
  if (home === undefined) throw new Error(`the launch led to ${page.url}`);
  if (from === undefined) return home;
  expectOk(await browser.get(`${home}/open/${from}`));
  return `${home}/in/${from}`;
}

function choose({ texts: [quiz] }: QuizActivity, itemId: string, rightly: boolean): readonly string[] {
  const item = quiz.items.find(({ id }) => id === itemId);
  if (!item) throw new Error(`the quiz has no item ${itemId}`);
  const fitting = item.options.filter(({ right }) => right === rightly).map(({ id }) => id);
  return rightly ? fitting : fitting.slice(0, 1);
}

/** What stands chosen in a quiz's form. */
function answersIn({ fields }: Form): Answers {
  const answers: Record<string, string[]> = {};
  for (const [name, value] of fields) {
    const [, item] = /^item\.(.+)$/.exec(name) ?? [];
    if (item !== undefined) (answers[item] ??= []).push(value);
  }
  return answers;
}

/** Activity id → its state, as the strip of tiles shows it. */
function tilesOf({ html }: Page): Map<string, string> {
  const tiles = html.matchAll(/<a class="tile (\w+)[^"]*" href="([^"]*)"/g);
  return new Map(
    [...tiles].map(([, state = "", href = ""]) => [unescapeHtml(href).split("/activities/")[1] ?? "", state]),
  );
}

function expectOk(page: Page): Page {
  expect(page.status, `${page.url}\n${page.html.slice(0, 2000)}`).to.equal(200);
  return page;
}
