import type { Clock, Logger } from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import { subscribe, type Subscriber } from "../../foundation/events/index.js";
import type { Translator } from "../../foundation/i18n/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import type { Curriculum } from "../curriculum/index.js";
import type { Connections } from "./connections.js";
import { createColumns } from "./grade-columns.js";
import type { GradeOf } from "./grade-targets.js";
import { scoreSubscriberName, type DeadLetters } from "./dead-letters.js";
import { commentOn } from "./grades.js";
import { createLineItems } from "./ltijs-adapter.js";
import type { LtiStore } from "./lti-store.js";
import { createScoreHandler } from "./scores.js";
import type { Tokens } from "./tokens.js";

export interface ScoreSubscriberDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly outbound: Outbound;
  readonly curriculum: Curriculum;
  readonly tokens: Tokens;
  readonly connections: Connections;
  readonly gradeOf: GradeOf;
  readonly deadLetters: DeadLetters;
  /** For what stands in the platforms' gradebooks. */
  readonly words: Translator;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The tool's public origin. */
  readonly origin: string;
}

/** Sends grades as modules progress and as gradebooks want them; only the last one of those that wait counts. */
export function createScoreSubscriber(deps: ScoreSubscriberDeps): Subscriber {
  const lineItems = createLineItems(deps.outbound);
  const reviewLabel = deps.words.t("lti.grade.review");
  const columns = createColumns({ ...deps, lineItems, reviewLabel });
  return subscribe({
    name: scoreSubscriberName,
    types: ["module.progressed", "grade.wanted"],
    coalesce: true,
    handle: createScoreHandler({
      ...deps,
      columns,
      comment: (grade, target) => deps.words.t(...commentOn(grade, target, deps.curriculum)),
    }),
  });
}
