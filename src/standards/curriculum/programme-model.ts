/** What of a module is repeated after the late window: all of it, or its scenarios. */
export interface Repeat {
  readonly module: string;
  readonly only?: "scenarios";
}

/** From which evaluator an external mark has to come: never from the trainee's own academy. */
export const evaluatorPlaces = ["another-academy", "another-jurisdiction"] as const;
export type EvaluatorPlace = (typeof evaluatorPlaces)[number];

/** A new core version, after which whoever was certified under an older one has to take the refresher. */
export interface Compulsory {
  /** The core version from which on nobody has to. */
  readonly core: string;
  /** When the refresher opens for them, UTC milliseconds: the day on which it was announced. */
  readonly from: number;
  /** When their certificate counts no more without it, UTC milliseconds. */
  readonly until: number;
}

/** How a certificate is kept up. */
export interface Refresher {
  /** A module whose `refresherOf` is the programme. */
  readonly module: string;
  readonly opensMonthsBefore: number;
  /** For so many days after the end the refresher still renews. */
  readonly lateDays: number;
  readonly compulsory: readonly Compulsory[];
}

/** The rules of one programme, as data. What is absent is not asked for. */
export interface Programme {
  readonly id: string;
  readonly title: string;
  readonly modules: readonly string[];
  /** The programme whose certificate is needed first, and in force. */
  readonly requires?: string;
  readonly validMonths: number;
  /** The least that a quiz and a scenario of its modules may ask, 0 to 1. */
  readonly passMarks?: { readonly quiz: number; readonly scenario: number };
  /** The outcomes that an external evaluator has to mark. */
  readonly externalMarks?: { readonly outcomes: readonly string[]; readonly from: EvaluatorPlace };
  /** Months of service after the required certificate, and whose word is taken for it. */
  readonly service?: { readonly months: number; readonly attestedBy: string };
  /** Hours in a community, and the outcome that they belong to. */
  readonly immersion?: { readonly outcome: string; readonly hours: number };
  /** An outcome that has to be marked again and again; `agreement` is the share of marks within one level, 0 to 1. */
  readonly calibration?: {
    readonly outcome: string;
    readonly everyMonths: number;
    readonly agreement: number;
  };
  readonly refresher?: Refresher;
  /** What is done again after the late window. */
  readonly repeat?: readonly Repeat[];
  /** Lower programmes that are renewed with it, and so are those which these renew. */
  readonly renews?: readonly string[];
}
