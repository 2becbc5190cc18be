import type { Tenant } from "../../foundation/kernel/index.js";
import type { AnyEvent } from "../../foundation/events/index.js";

export interface QuizRun {
  readonly id: string;
  readonly startedAt: number;
  /** The items drawn for this run, in the order shown, each with its options in the order shown. */
  readonly items: readonly { readonly itemId: string; readonly options: readonly string[] }[];
  /** item id → chosen option ids; saved as drafts until the run ends. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly endedAt?: number;
  /** Right answers over all, 0 to 1, once ended. */
  readonly scaled?: number;
  readonly passed?: boolean;
}

/** A way through a scenario. Where it stands follows from the choices alone. */
export interface ScenarioRun {
  readonly id: string;
  readonly startedAt: number;
  readonly choices: readonly {
    readonly nodeId: string;
    readonly optionId: string;
    readonly at: number;
  }[];
  readonly endedAt?: number;
  /** The id of the event of its end, once ended. */
  readonly endEventId?: string;
  /** 0 to 1, once ended. */
  readonly scaled?: number;
  readonly passed?: boolean;
  /** What the trainee wrote in the debrief, question id → text: theirs alone, and saved as a draft until it is held. */
  readonly notes?: Readonly<Record<string, string>>;
  readonly debriefedAt?: number;
}

export interface ActivityRecord {
  readonly openedAt?: number;
  /** When it was last opened: a quiz may ask that its lesson was opened again after a failed run. */
  readonly lastOpenedAt?: number;
  readonly doneAt?: number;
  /** Of a quiz. */
  readonly runs?: readonly QuizRun[];
  /** Of a scenario. */
  readonly ways?: readonly ScenarioRun[];
}

/** One trainee's way through one module: pinned to the curriculum version it began with. */
export interface Attempt extends Tenant {
  readonly id: string;
  /** Rises by one with each change (optimistic locking). */
  readonly version: number;
  readonly personId: string;
  readonly moduleId: string;
  /** 1 for the first time through the module. */
  readonly cycle: number;
  /** The module is the refresher of this programme. */
  readonly refresherOf?: string;
  /** The rest of the module is not done again. */
  readonly only?: "scenarios";
  /** The xAPI registration of this cycle: a random UUID, never an LMS id. */
  readonly registration: string;
  readonly curriculum: { readonly core: string; readonly overlay?: string };
  readonly begunAt: number;
  readonly completedAt?: number;
  /**
   * When what was learning and is no evidence is to be deleted, UTC milliseconds: set when the module is completed,
   * and absent again once it is deleted.
   */
  readonly formativeUntil?: number;
  /** activity id → what the trainee did in it. */
  readonly activities: Readonly<Record<string, ActivityRecord>>;
  /** The ids of the last forms that were taken in, newest last: a form posted twice counts once. */
  readonly forms: readonly string[];
}

export interface AttemptStore {
  /** `taken` when this person has an attempt of this module and cycle already. */
  addAttempt(attempt: Attempt, events: readonly AnyEvent[]): Promise<"saved" | "taken">;
  /** The latest cycle's. */
  findAttempt(tenant: Tenant, personId: string, moduleId: string): Promise<Attempt | undefined>;
  /** Of these persons, in no order: the latest cycle's of each who has one. */
  findAttempts(tenant: Tenant, personIds: readonly string[], moduleId: string): Promise<Attempt[]>;
  /**
   * Saves the attempt (whose `version` is `expectedVersion` + 1) with its events in one atomic write, or answers
   * `stale` and saves nothing when someone else changed it meanwhile.
   */
  saveAttempt(
    attempt: Attempt,
    expectedVersion: number,
    events: readonly AnyEvent[],
  ): Promise<"saved" | "stale">;
  /** Attempts whose `formativeUntil` is at or before `now`, the earliest first; of those, the ones behind `after`. */
  attemptsToTrim(
    now: number,
    limit: number,
    after?: Pick<Attempt, "id" | "formativeUntil">,
  ): Promise<Attempt[]>;
}
