import { createDirectory, type Directory } from "../../src/foundation/directory/index.js";
import { createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { HttpBrowser, unescapeHtml, type Page } from "./http-browser.js";
import type { Tool } from "./tool.js";

export type Flavour = "moodle" | "canvas";
const courseOf: Readonly<Record<Flavour, string>> = { moodle: "course-1", canvas: "canvas-1" };

/** A link in a course, which opens by this deployment of the tool. */
interface Place {
  readonly clientId: string;
  readonly deployment: string;
  readonly link: string;
}

/** An LMS of one flavour in which the tool has two deployments; its course was copied once. */
export interface Lms {
  readonly course: string;
  readonly places: readonly [Place, Place];
  readonly copy: { readonly course: string; readonly link: string };
}

const firstOf = (page: Page, what: RegExp): string => {
  const found = what.exec(page.html)?.[1];
  if (found === undefined) throw new Error(`${page.url} holds nothing like ${String(what)}`);
  return unescapeHtml(found);
};

/** What the administrators of an academy and of its LMS do, by HTTP, with a browser without JavaScript. */
export class Administrator {
  readonly #tool: Tool;
  readonly #browser = new HttpBrowser();
  readonly #directory: Directory;

  constructor(tool: Tool) {
    this.#tool = tool;
    this.#directory = createDirectory({
      ...{ store: tool.storage.directory, clock: systemClock, newId: createNewId(systemClock) },
    });
  }

  /** A one-time registration link. */
  async registrationLink(): Promise<string> {
    const academy = await this.#directory.chooseAcademy("northgate");
    const { token } = await this.#directory.invites.make(academy, {
      purpose: "registration",
      label: "an LMS",
    });
    return `${this.#tool.origin}/lti/register/${token}`;
  }

  /** A one-time link to the academy's connection page. */
  async ownerLink(): Promise<string> {
    const academy = await this.#directory.chooseAcademy("northgate");
    const { token } = await this.#directory.invites.make(academy, { purpose: "owner", label: "the journey" });
    return `${this.#tool.origin}/invites/${token}`;
  }

  /** The academy's connection page, opened by a link of its own. */
  async desk(): Promise<Page> {
    const invite = await this.#browser.get(await this.ownerLink());
    return this.#browser.submit(invite, invite.forms[0]!);
  }

  /** Registers the tool, switches it on in the LMS and approves it here; its client id. */
  async register(flavour: Flavour): Promise<string> {
    const known = await this.#clientIds();
    const query = new URLSearchParams({ as: "administrator", flavour, url: await this.registrationLink() });
    const shown = await this.#open(`/admin/register?${query.toString()}`);
    const question = await this.#browser.get(firstOf(shown, /<iframe[^>]*src="([^"]+)"/));
    await this.#browser.submit(question, question.forms[0]!, { names: "yes" });
    const clientId = (await this.#clientIds()).find((one) => !known.includes(one));
    if (clientId === undefined) throw new Error("nothing was registered");
    await this.#send(`/admin/tools/${clientId}/activate`);
    await this.#approve();
    return clientId;
  }

  /** Both flavours, each with two deployments, a link by each, and a copy of the course. */
  async lms(flavour: Flavour): Promise<Lms> {
    const course = courseOf[flavour];
    const clientId = await this.register(flavour);
    let places: readonly [Place, Place];
    if (flavour === "moodle") {
      const first = { clientId: "sandbox-client", deployment: "1", link: "rl-m01" };
      places = [first, await this.#place(clientId, course)];
    } else {
      const first = await this.#place(clientId, course);
      await this.#send(`/admin/tools/${clientId}/install`, { course });
      places = [first, await this.#place(clientId, course)];
    }
    const copied = await this.#browser.submit(
      { url: this.#tool.sandboxOrigin, status: 200, headers: new Headers(), html: "", forms: [] },
      { action: "/course/copy", method: "POST", fields: [], html: "" },
      { as: "instructor", course },
    );
    const copy = new URL(copied.url).searchParams.get("course") ?? "";
    return { course, places, copy: { course: copy, link: (await this.#links(copy))[0]! } };
  }

  /** Sends a form of a page, by the end of its address. */
  async press(page: Page, action: string): Promise<Page> {
    const form = page.forms.find((one) => one.action.endsWith(action));
    if (!form) throw new Error(`${page.url} has no form for ${action}`);
    return this.#browser.submit(page, form);
  }

  /** Lets a trainee begin what a link leads to. */
  async begin(as: string, course: string, link: string): Promise<void> {
    const query = new URLSearchParams({ as, course, link });
    const privacy = await this.#throughTo(await this.#open(`/course/launch?${query.toString()}`));
    const [form] = privacy.forms;
    if (!form) throw new Error(`nothing begins at ${privacy.url}: ${privacy.html}`);
    await this.#browser.submit(privacy, form);
  }

  /** What the tool may do in the LMS: scopes by how their names end. */
  async allow(clientId: string, isAllowed: (scope: string) => boolean): Promise<void> {
    const page = await this.#open(`/admin/tools/${clientId}?as=administrator`);
    const scopes = [...page.html.matchAll(/name="scope" value="([^"]+)"/g)].map(([, scope]) => scope!);
    await this.#send(`/admin/tools/${clientId}/scopes`, {}, scopes.filter(isAllowed));
  }

  /** The newest deployment of a tool: approved if it has to be, and with a link to the first module. */
  async #place(clientId: string, course: string): Promise<Place> {
    const page = await this.#open(`/admin/tools/${clientId}?as=administrator`);
    const deployment = [...page.html.matchAll(/<code class="deployment">([^<]+)</g)].at(-1)![1]!;
    const query = new URLSearchParams({ as: "instructor", course, tool: clientId, deployment }).toString();
    const opened = await this.#throughTo(await this.#open(`/course/pick?${query}`));
    if (opened.status === 403) await this.#approve();
    const picker =
      opened.status === 403 ? await this.#throughTo(await this.#open(`/course/pick?${query}`)) : opened;
    const answer = await this.#browser.submit(picker, picker.forms[0]!, { do: "add", pick: "M01" });
    await this.#browser.submit(answer, answer.forms[0]!);
    return { clientId, deployment, link: (await this.#links(course)).at(-1)! };
  }

  /** Through the forms between platform and tool, which send themselves in a browser. */
  async #throughTo(page: Page): Promise<Page> {
    let at = page;
    while (at.status === 200 && !at.url.includes("/visits/"))
      at = await this.#browser.submit(at, at.forms[0]!);
    return at;
  }

  /** Ids of the course's links, in the order in which they were made. */
  async #links(course: string): Promise<string[]> {
    const { html } = await this.#open(`/course?as=instructor&course=${course}`);
    const ids = [...unescapeHtml(html).matchAll(/link=(rl-[\w-]+)/g)].map(([, id]) => id!);
    return [...new Set(ids)].sort((one, other) => numberIn(one) - numberIn(other));
  }

  /** Whatever waits on the academy's page. */
  async #approve(): Promise<void> {
    for (;;) {
      const desk = await this.desk();
      const form = desk.forms.find(
        ({ action, html }) => action.endsWith("/on") || html.includes('value="approved"'),
      );
      if (!form) return;
      await this.#browser.submit(desk, form, form.action.endsWith("/on") ? {} : { decision: "approved" });
    }
  }

  async #clientIds(): Promise<string[]> {
    return (await this.#tool.storage.lti.platforms()).map((platform) => platform.clientId);
  }

  #open(path: string): Promise<Page> {
    return this.#browser.get(new URL(path, this.#tool.sandboxOrigin).href);
  }

  async #send(
    path: string,
    values: Record<string, string> = {},
    scope: readonly string[] = [],
  ): Promise<void> {
    const body = new URLSearchParams({ as: "administrator", ...values });
    for (const one of scope) body.append("scope", one);
    const answer = await fetch(new URL(path, this.#tool.sandboxOrigin), {
      method: "POST",
      body,
      redirect: "manual",
    });
    if (answer.status !== 303) throw new Error(`${path}: ${answer.status}`);
  }
}

const numberIn = (id: string): number => Number(/\d+$/.exec(id)?.[0] ?? 0);
