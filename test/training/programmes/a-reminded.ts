import type { Curriculum, CurriculumModule } from "../../../src/standards/curriculum/index.js";
import { createNewId } from "../../../src/foundation/kernel/index.js";
import { createVisits } from "../../../src/foundation/web/index.js";
import { createProgrammes } from "../../../src/training/programmes/index.js";
import { shippedCurriculum } from "../../kit/chromium.js";
import { fixedAt } from "../../kit/clock.js";
import { HttpBrowser, type Answer, type Page } from "../../kit/http-browser.js";
import { aMailServer } from "../../kit/mail-server.js";
import { aTool, type Tool } from "../../kit/tool.js";
import { launch, Trainee } from "../../kit/trainee.js";

export const start = "2027-03-01T09:00:00.000Z";
export const from = "reminders@tessera.example";

/** A tool with a mail server, a clock of its own, and a trainee who earned the first certificate. */
export async function aScene(startAt = start) {
  const clock = fixedAt(startAt);
  const server = await aMailServer();
  const tool = await aTool({
    clock,
    settings: { TESSERA_SMTP_URL: server.url.replace("://", "://tool:secret@"), TESSERA_MAIL_FROM: from },
  });
  const curriculum = await shippedCurriculum();
  const answers: Answer[] = [];
  const heard = (answer: Answer) => void answers.push(answer);
  /** Works off what is due; a job that waits is tried again a little later. */
  const settle = async (): Promise<void> => {
    for (let tries = 0; tries < 30; tries += 1) {
      await tool.app.outbox.drain();
      if ((await tool.storage.outbox.backlog()).waiting === 0) return;
      clock.advance(5000);
    }
    throw new Error(`jobs wait for ever: ${tool.log().slice(-3000)}`);
  };
  return {
    ...{ clock, server, tool, curriculum, answers, settle },
    to: (moment: number) => clock.advance(moment - clock.now()),
    /** What the running tool does each hour. */
    sweep: () => sweeper(tool, curriculum).sweep(clock.now()),
    earn: async (userKey: string): Promise<void> => {
      const module = moduleOf(curriculum, "M01");
      await new Trainee({ sandboxOrigin: tool.sandboxOrigin, userKey, module, heard }).complete();
      await settle();
    },
    /** The first page of a new visit, or another page of it. */
    visit: async (userKey: string, path = ""): Promise<{ page: Page; browser: HttpBrowser }> => {
      const browser = new HttpBrowser(heard);
      const home = await launch(browser, { sandboxOrigin: tool.sandboxOrigin, userKey });
      return { browser, page: await browser.get(`${home}${path}`) };
    },
    close: async () => {
      await tool.close();
      await server.close();
    },
  };
}

export type Scene = Awaited<ReturnType<typeof aScene>>;

export const moduleOf = ({ modules }: Curriculum, id: string): CurriculumModule =>
  modules.find((one) => one.id === id)!;

export function sweeper({ storage, config }: Tool, curriculum: Curriculum) {
  const clock = { now: () => 0 };
  const visits = createVisits({ store: storage.visits, clock, csrfKey: config.secret.reveal() });
  const newId = createNewId({ now: () => Date.parse(start) });
  return createProgrammes({ standings: storage.standings, curriculum, visits, clock, newId });
}

export const reminderForms = ({ forms }: Page) =>
  forms.filter(({ action }) => action.endsWith("/programmes/reminders"));

export async function give({ visit, settle }: Scene, userKey: string, address: string): Promise<Page> {
  const { page, browser } = await visit(userKey, "/programmes");
  const [form] = reminderForms(page);
  const answer = await browser.submit(page, form!, { address, do: "give" });
  await settle();
  return answer;
}

export const linkIn = (text: string): string => /https?:\/\/\S+\/reminders\/\S+/.exec(text)?.[0] ?? "";

export async function confirm(link: string): Promise<Page> {
  const browser = new HttpBrowser();
  const page = await browser.get(link);
  return browser.submit(page, page.forms[0]!, { do: "confirm" });
}

/** Who earned a certificate, in the order in which they did, and when. */
export async function personOf({ tool }: Scene, place: number): Promise<{ id: string; at: number }> {
  const standings = await tool.storage.standings.standingsDue(Number.MAX_SAFE_INTEGER, 10);
  const all = standings.map(({ personId, entitlements }) => ({
    id: personId,
    at: Object.values(entitlements)[0]!.at,
  }));
  return all.toSorted((a, b) => a.at - b.at)[place]!;
}
