import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import type { Request } from "express";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import {
  createVisits,
  createWebApp,
  ensureBrowser,
  type Visit,
  type VisitRole,
} from "../../../src/foundation/web/index.js";
import { requireCurriculum, type Curriculum } from "../../../src/standards/curriculum/index.js";
import { createLearning, type LearningDeps } from "../../../src/training/learning/index.js";
import type { Storage } from "../../../src/storage/index.js";
import type { AnyEvent } from "../../../src/foundation/events/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { aStore } from "../../kit/store.js";

const root = new URL("../../../", import.meta.url);
export const pathOf = (path: string): string => fileURLToPath(new URL(path, root));

export const tenant = { academyId: "academy-1", jurisdictionId: "XA" } as const;

/** The shipped content as a demonstration loads it. */
export function demoCurriculum(): Promise<Curriculum> {
  return requireCurriculum(pathOf("curriculum"), { overlays: ["XA", "XB", "XC"], production: false });
}

/** The player alone, on a real store and over real HTTP: what a launch does is done by `/enter`. */
export interface Classroom {
  readonly origin: string;
  readonly clock: FixedClock;
  readonly storage: Storage;
  readonly curriculum: Curriculum;
  /** The address that begins a visit and leads to its first page. */
  readonly door: (role: VisitRole, personId: string) => string;
  readonly nudges: () => number;
  /** All events that were saved, in the order of their lanes. */
  readonly events: () => Promise<AnyEvent[]>;
  readonly close: () => Promise<void>;
}

export async function aClassroom(
  curriculum?: Curriculum,
  more: Partial<LearningDeps> = {},
): Promise<Classroom> {
  const clock = fixedAt("2026-03-02T08:00:00Z");
  const content = curriculum ?? (await demoCurriculum());
  const storage = await aStore(clock);
  const newId = createNewId(clock);
  const visits = createVisits({ store: storage.visits, clock, csrfKey: Buffer.alloc(32, 7) });
  let nudges = 0;
  const outbox = { nudge: () => void (nudges += 1) };
  const learning = createLearning({
    attempts: storage.attempts,
    curriculum: content,
    visits,
    outbox,
    clock,
    newId,
    ...more,
  });
  const app = createWebApp(
    {
      ...{ production: false, proxies: 0, layout: "main", clock, newId },
      viewsDirectory: pathOf("views"),
      catalogues: loadCatalogues(pathOf("views/locales")),
      logger: createLogger("silent"),
    },
    (express) => {
      express.get("/enter/:role/:person", async (req, res) => {
        const visit = await visits.begin({
          ...tenant,
          ...{ platformId: "platform-1", placementId: "placement-1", moduleId: "M01", locale: "en" },
          browserHash: ensureBrowser(req, res).hash,
          personId: req.params.person,
          role: req.params.role as VisitRole,
          ...enteringFor(req.query),
          frameOrigin: "http://127.0.0.1:1",
          returnUrl: "http://127.0.0.1:1/course",
        });
        res.redirect(303, visits.path(visit, "/"));
      });
      express.use("/visits/:visit", visits.gate, learning.routes);
    },
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${String((server.address() as AddressInfo).port)}`;
  return {
    ...{ origin, clock, storage, curriculum: content },
    door: (role, personId) => `${origin}/enter/${role}/${personId}`,
    nudges: () => nudges,
    events: () => storage.outbox.undispatched(10_000),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storage.close();
    },
  };
}

/** `?activity=` for a link to one activity, `?review=` for a teacher who looks at one person's work. */
function enteringFor({ activity, review }: Request["query"]): Partial<Visit> {
  return {
    ...(typeof activity === "string" ? { activityId: activity } : {}),
    ...(typeof review === "string" ? { errand: { kind: "review", personId: review } } : {}),
  };
}

/** A trainee who read who sees what and began: their browser, and the first lesson's page. */
export async function aTrainee(
  classroom: Classroom,
  personId = "person-1",
): Promise<{ browser: HttpBrowser; page: Page; base: string }> {
  const browser = new HttpBrowser();
  const privacy = await browser.get(classroom.door("trainee", personId));
  const page = await browser.submit(privacy, privacy.forms[0]!);
  return { browser, page, base: page.url.replace(/\/activities\/.*$/, "") };
}

/** Answers to the items that a quiz page shows: the key's, or a wrong one for the first `wrong` items. */
export function answersFor({ curriculum }: Classroom, page: Page, wrong = 0): Record<string, string[]> {
  const items = curriculum.modules
    .flatMap(({ activities }) => activities)
    .flatMap((activity) => (activity.kind === "quiz" ? activity.texts[0].items : []));
  const shown = [...page.html.matchAll(/name="shown" value="([^"]+)"/g)].map(([, id]) => id!);
  return Object.fromEntries(
    shown.map((id, index) => {
      const { options } = items.find((item) => item.id === id)!;
      const chosen = options.filter(({ right }) => (index < wrong ? !right : right));
      return [`item.${id}`, (index < wrong ? chosen.slice(0, 1) : chosen).map((option) => option.id)];
    }),
  );
}
