/** By what people mark a performance: criteria, each on the same levels. */
export interface Rubric {
  readonly id: string;
  /** Another one is another rubric: marks name it. */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  /** What each level means, beginning with 0. */
  readonly levels: readonly string[];
  readonly criteria: readonly RubricCriterion[];
  /** False: it is a draft, which production does not show. */
  readonly reviewed: boolean;
}

export interface RubricCriterion {
  readonly id: string;
  readonly title: string;
  /** The least level that passes. */
  readonly passes: number;
  /** The competency that it is about, where it is one. */
  readonly competency?: string | undefined;
}
