import type { AttestationKind } from "../../../foundation/events/index.js";
import { textIn, type CurriculumModule, type Outcome } from "../../../standards/curriculum/index.js";
import { attestedFor } from "../attestations.js";
import {
  assessedActivities,
  doneAt,
  entryOf,
  passKey,
  type AssessedActivity,
  type ProgrammePlan,
} from "../rules.js";
import { longDate, type Scene } from "./scene.js";

/** How far an activity is, as its tile shows it: `half` is a scenario that was passed and waits for its debrief. */
type TileState = "done" | "half" | "new";

export interface ActivityModel {
  readonly title: string;
  readonly kind: AssessedActivity["kind"];
  readonly state: TileState;
  /** What stands on the tile: a sign, else the activity's number in its module. */
  readonly sign: string;
  /** Absent where another module has to be opened in the course first. */
  readonly href?: string;
}

export interface OutcomeModel {
  readonly text: string;
  readonly competency: string;
  readonly module: string;
  readonly activities: readonly ActivityModel[];
  /** The day on which it was reached. */
  readonly reached?: string;
  /** Nothing assesses it yet. */
  readonly unwritten: boolean;
  /** An external evaluator has to mark it, and has not. */
  readonly external: boolean;
  /** What it rests on beside what was done here. */
  readonly attested?: "mark" | "hours" | "prior";
}

export function outcomeModels(plan: ProgrammePlan, scene: Scene): OutcomeModel[] {
  return plan.modules.flatMap((module) =>
    module.outcomes.map((outcome) => outcomeModel(outcome, module, scene)),
  );
}

function outcomeModel(outcome: Outcome, module: CurriculumModule, scene: Scene): OutcomeModel {
  const { curriculum, own, words } = scene;
  const activities = assessedActivities(module, outcome);
  const reached = own && entryOf(own.standing.outcomes, outcome.id);
  return {
    text: outcome.text,
    competency: curriculum.competencies.find(({ id }) => id === outcome.competency)?.title ?? "",
    module: module.title,
    activities: activities.map((activity) => activityModel(activity, module, scene)),
    unwritten: activities.length === 0 && !reached,
    ...attestedModel(outcome, scene),
    ...(reached ? { reached: longDate(reached.reachedAt, words) } : {}),
  };
}

const attestedAs: Readonly<Record<AttestationKind, NonNullable<OutcomeModel["attested"]>>> = {
  ...{ "external-mark": "mark", immersion: "hours", "prior-learning": "prior", service: "mark" },
};

function attestedModel(
  { id, externalEvaluator }: Outcome,
  { own }: Scene,
): Pick<OutcomeModel, "external" | "attested"> {
  if (!own) return { external: externalEvaluator };
  const { outcomes, attestations = {} } = own.standing;
  const reached = entryOf(outcomes, id);
  const [attestation = ""] = reached?.attested ?? [];
  const kind = entryOf(attestations, attestation)?.kind;
  const marked = attestedFor(own.standing, "external-mark", id).length > 0;
  return {
    external: externalEvaluator && !marked && !reached,
    ...(kind ? { attested: attestedAs[kind] } : {}),
  };
}

function activityModel(activity: AssessedActivity, module: CurriculumModule, scene: Scene): ActivityModel {
  const { own, visit, words, href } = scene;
  const state = own ? tileState(own.standing, module.id, activity) : "new";
  return {
    title: titleOf(activity, words.locale),
    kind: activity.kind,
    state,
    sign: state === "done" ? "✓" : String(module.activities.indexOf(activity) + 1),
    ...(visit.moduleId === module.id ? { href: href(`/activities/${activity.id}`) } : {}),
  };
}

function tileState(
  standing: NonNullable<Scene["own"]>["standing"],
  moduleId: string,
  activity: AssessedActivity,
): TileState {
  if (doneAt(standing, moduleId, activity) !== undefined) return "done";
  return entryOf(standing.passes, passKey(moduleId, activity.id)) ? "half" : "new";
}

function titleOf(activity: AssessedActivity, language: string): string {
  // Narrowed so that each kind's own texts are looked through.
  return activity.kind === "quiz"
    ? textIn(activity.texts, language).title
    : textIn(activity.texts, language).title;
}
