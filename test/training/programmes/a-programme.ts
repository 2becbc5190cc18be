import { fileURLToPath } from "node:url";
import type { AnyEvent, EventOf, EventType } from "../../../src/foundation/events/index.js";
import { createNewId, type Tenant } from "../../../src/foundation/kernel/index.js";
import { createVisits } from "../../../src/foundation/web/index.js";
import {
  requireCurriculum,
  type Curriculum,
  type CurriculumModule,
  type Programme,
} from "../../../src/standards/curriculum/index.js";
import {
  createProgrammes,
  type CertificateLink,
  type Standing,
} from "../../../src/training/programmes/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

export const pathOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
export const tenant: Tenant = { academyId: "academy-1", jurisdictionId: "XA" };
export const start = Date.parse("2026-11-21T09:00:00Z");
const minute = 60_000;

export const induction: Programme = {
  id: "hcp-induction",
  title: "Induction Certificate",
  modules: ["M01"],
  validMonths: 24,
};

/** The shipped content, with only these programmes. */
export async function curriculumWith(...programmes: readonly Programme[]): Promise<Curriculum> {
  const options = { overlays: ["XA", "XB", "XC"], production: false };
  return { ...(await requireCurriculum(pathOf("curriculum"), options)), programmes };
}

/** The same curriculum with a second module like its first, whose outcomes go on with the same competencies. */
export function withTwin(curriculum: Curriculum, twin = "M02"): Curriculum {
  const first = curriculum.modules.find(({ id }) => id === "M01")!;
  const renamed = (id: string): string => id.replace("M01", twin);
  const copy: CurriculumModule = {
    ...first,
    id: twin,
    outcomes: first.outcomes.map((outcome) => ({ ...outcome, id: renamed(outcome.id), level: 3 })),
    activities: first.activities.map((one) => ({ ...one, outcome: renamed(one.outcome) })),
  };
  return {
    ...curriculum,
    modules: [first, copy, ...curriculum.modules.filter(({ id }) => id !== twin && id !== "M01")],
  };
}

/** What one person does in one module, as the player tells it: each event a minute after the one before. */
export class Doing {
  readonly events: AnyEvent[] = [];
  readonly #newId: () => string;

  constructor(
    readonly personId: string,
    readonly module: CurriculumModule,
    public at = start,
  ) {
    this.#newId = createNewId({ now: () => this.at });
  }

  tell<T extends EventType>(type: T, data: object = {}): EventOf<T> {
    this.at += minute;
    const event = {
      ...tenant,
      ...{ id: this.#newId(), type, at: this.at, lane: `${this.personId}-${this.module.id}` },
      sequence: this.events.length,
      data: {
        ...{ attemptId: `attempt-of-${this.personId}`, personId: this.personId, moduleId: this.module.id },
        ...{ registration: "0f8fad5b-d9cb-469f-a165-70867728950e", curriculum: { core: "0.2.0" } },
        ...data,
      },
    } as unknown as EventOf<T>;
    this.events.push(event);
    return event;
  }

  /** Passes an assessed activity; a scenario's debrief as well. */
  pass(activityId: string, scaled = 0.9): this {
    const { kind } = this.module.activities.find(({ id }) => id === activityId)!;
    const run = { activityId, runId: "run", scaled, durationMs: minute, path: ["a", "b"] };
    if (kind === "quiz") this.tell("quiz.passed", run);
    else {
      const end = this.tell("scenario.passed", run);
      this.tell("debrief.completed", { activityId, runId: "run", endEventId: end.id });
    }
    return this;
  }

  /** Does the whole module, its assessed activities in this order. */
  all(order: readonly string[] = assessed(this.module), again: readonly string[] = []): this {
    this.tell("module.begun");
    for (const id of order) this.pass(id);
    for (const id of again) this.pass(id, 1);
    this.tell("module.completed", { durationMs: 90 * minute });
    return this;
  }
}

export function assessed({ activities }: CurriculumModule): string[] {
  return activities.filter(({ kind }) => kind !== "lesson").map(({ id }) => id);
}

/** The room on a real store; its certificates are whatever the test puts among `certificates`. */
export async function aProgrammeRoom(curriculum: Curriculum) {
  const clock = fixedAt("2026-11-21T12:00:00Z");
  const storage = await aStore(clock);
  const newId = createNewId(clock);
  const visits = createVisits({ store: storage.visits, clock, csrfKey: Buffer.alloc(32, 7) });
  const certificates: CertificateLink[] = [];
  const { subscriber, routes, ...rest } = createProgrammes({
    ...{ standings: storage.standings, curriculum, visits, clock, newId },
    certificatesOf: () => Promise.resolve(certificates),
  });
  const signal = new AbortController().signal;
  return {
    ...{ storage, routes, visits, clock, newId, certificates, ...rest },
    take: async (...events: readonly AnyEvent[]) => {
      for (const event of events)
        await subscriber.handle(event, { requestId: undefined, attempt: 1, signal });
    },
    /** What was raised, in the order of the lanes. */
    raised: async <T extends EventType>(...types: readonly T[]): Promise<EventOf<T>[]> => {
      const all = await storage.outbox.undispatched(10_000);
      return all.filter((event): event is EventOf<T> => (types as readonly EventType[]).includes(event.type));
    },
    standingOf: (personId: string): Promise<Standing | undefined> =>
      storage.standings.standingOf(tenant, personId),
  };
}

export type Room = Awaited<ReturnType<typeof aProgrammeRoom>>;
