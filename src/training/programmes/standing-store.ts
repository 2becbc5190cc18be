import type { AnyEvent, AttestationKind, EventData, ModuleContext } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { EvaluatorPlace } from "../../standards/curriculum/index.js";

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
    Record<
      string,
      {
        readonly reachedAt: number;
        readonly evidence: readonly string[];
        /** The ids of the attestations that it rests on. */
        readonly attested?: readonly string[];
      }
    >
  >;
  readonly competencies: Readonly<Record<string, CompetencyStanding>>;
  readonly entitlements: Readonly<Record<string, Entitlement>>;
  /** xAPI registration → what was done in a refresher, or in a later time through a module. */
  readonly rounds?: Readonly<Record<string, Round>>;
  /** Attestation id → what somebody answered for. */
  readonly attestations?: Readonly<Record<string, Attestation>>;
  /** When the next thing is to be told, a reminder or that a late window closed: the sweep looks then, UTC milliseconds. */
  readonly dueAt?: number;
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
  /** When its cycle ended; new evidence begins another one. */
  readonly expiredAt?: number;
}

/** A refresher, or a later time through a module. */
export interface Round {
  readonly moduleId: string;
  /** The programme that it refreshes. */
  readonly refresherOf?: string;
  readonly begunAt?: number;
  readonly completedAt?: number;
  /** Oldest first. */
  readonly evidence: readonly Piece[];
  /** What shows most: a scenario before a quiz, then the better score, then the later one. */
  readonly strongest?: Piece & { readonly kind: "quiz" | "scenario"; readonly scaled: number };
}

/** What somebody who answers for it said that a person did. */
export interface Attestation {
  readonly id: string;
  readonly kind: AttestationKind;
  readonly outcomeId?: string;
  /** Months of service, hours of immersion. */
  readonly amount?: number;
  /** Of a calibration: how many marks were within one level, 0 to 1. */
  readonly share?: number;
  /** Where the evaluator belongs. */
  readonly from?: EvaluatorPlace;
  /** SHA-256 (hex) of the paper or file that shows it. */
  readonly digest: string;
  /** An office or a role, never a name. */
  readonly by: string;
  /** When it was so, UTC milliseconds. */
  readonly at: number;
  readonly withdrawn?: { readonly at: number; readonly by: string };
}

/** A time for which a programme's certificate stands. */
export interface Period {
  readonly id: string;
  readonly at: number;
  readonly validUntil: number;
  readonly curriculum: ModuleContext["curriculum"];
}

/** That a programme's rules are met. Key: the programme's id. */
export interface Entitlement extends Period {
  /** The xAPI registration of the credential's cycle; absent in what was entitled before renewals were there. */
  readonly registration?: string;
  /** Oldest first. */
  readonly renewals?: readonly Period[];
  /** The id of the last period whose end was told as `programme.expired`. */
  readonly endTold?: string;
  /** The newest reminder that was told as `programme.reminded`: of which period, and for when. */
  readonly reminded?: {
    readonly period: string;
    readonly kind: EventData["programme.reminded"]["kind"];
    readonly at: number;
  };
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
  /** Of all tenants: those whose `dueAt` is `until` or before, the earliest first; of those, the ones behind `after`. */
  standingsDue(until: number, limit: number, after?: Pick<Standing, "id" | "dueAt">): Promise<Standing[]>;
}
