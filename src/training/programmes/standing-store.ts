import type { AnyEvent, ModuleContext } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";

/** What one trainee has reached, over all modules and programmes: derived from events, one document a person. */
export interface Standing extends Tenant {
  readonly id: string;
  /** Rises by one with each change (optimistic locking). */
  readonly version: number;
  readonly personId: string;
  /** Module id → the ids of its begun and completed statements, oldest first, and when it was completed. */
  readonly modules: Readonly<
    Record<string, { readonly evidence: readonly Piece[]; readonly completedAt?: number }>
  >;
  /** Activity within its module, `M01/border-check`, → how it went, with its statements. */
  readonly passes: Readonly<Record<string, Pass>>;
  /** Outcome id → when it was reached, with the ids of its statements, oldest first. */
  readonly outcomes: Readonly<
    Record<string, { readonly reachedAt: number; readonly evidence: readonly string[] }>
  >;
  readonly competencies: Readonly<Record<string, CompetencyStanding>>;
  readonly entitlements: Readonly<Record<string, Entitlement>>;
}

/** One piece of evidence. */
export interface Piece {
  /** The statement's id. */
  readonly statement: string;
  /** When what it tells of happened, UTC milliseconds. */
  readonly at: number;
}

/** How an activity went; it is there from the first evidence on. */
export interface Pass {
  /** Of the first passed run. */
  readonly passedAt?: number;
  /** Of a scenario: when the debrief of a passed run was held. With it the scenario is done. */
  readonly debriefedAt?: number;
  /** Oldest first. */
  readonly evidence: readonly Piece[];
  /** Of the best passed run, 0 to 1. */
  readonly scaled: number;
}

export interface CompetencyStanding {
  /** The xAPI registration of its cycle. */
  readonly registration: string;
  /** All its statements so far (asserted, achieved), oldest first. */
  readonly statements: readonly Piece[];
  readonly achieved?: {
    readonly at: number;
    readonly level: 1 | 2 | 3;
    readonly expiresAt: number;
    /** The id of its competency-achieved statement. */
    readonly statement: string;
  };
}

/** That a programme's rules are met. Key: the programme's id. */
export interface Entitlement {
  readonly id: string;
  readonly at: number;
  readonly validUntil: number;
  readonly curriculum: ModuleContext["curriculum"];
}

export interface StandingStore {
  /** `taken` when this person has a standing already. */
  addStanding(standing: Standing, events: readonly AnyEvent[]): Promise<"saved" | "taken">;
  standingOf(tenant: Tenant, personId: string): Promise<Standing | undefined>;
  /** Saves it with its events in one atomic write; `stale` when someone else changed it meanwhile. */
  saveStanding(
    standing: Standing,
    expectedVersion: number,
    events: readonly AnyEvent[],
  ): Promise<"saved" | "stale">;
}
