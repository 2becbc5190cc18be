import type { Response } from "express";
import { translatorOf, WebError } from "../../../foundation/web/index.js";
import type { Activity } from "../../../standards/curriculum/index.js";
import { classState, type ClassState } from "../class.js";
import { gradeOf, passedActivities, type Done } from "../rules.js";
import { sendLearningPage } from "./page.js";
import { sceneOf, type Deps } from "./scene.js";
import { titleOf } from "./strip.js";

interface ReviewModel {
  readonly name: string;
  readonly activities: readonly {
    readonly title: string;
    readonly kind: Activity["kind"];
    readonly state: ClassState;
    readonly sign: string;
    /** Of a graded activity that is passed, 0 to 100. */
    readonly score?: number;
  }[];
  /** Absent before anything graded is passed. */
  readonly grade?: number;
  readonly certificates: readonly {
    readonly href: string;
    readonly title: string;
    readonly inForce: boolean;
  }[];
}

/**
 * What one trainee has done in this module, for the teacher whom the platform's gradebook led here (Submission Review 1.0).
 * Nothing of it is formative.
 */
export async function sendReview(res: Response, deps: Deps): Promise<void> {
  const scene = await sceneOf(res, deps);
  const { visit, module } = scene;
  if (visit.errand?.kind !== "review") {
    res.redirect(303, scene.href("/"));
    return;
  }
  if (visit.role === "trainee") throw new WebError("role_not_allowed");
  const { personId } = visit.errand;
  const attempt: Done = (await deps.attempts.findAttempt(visit, personId, module.id)) ?? { activities: {} };
  const passed = passedActivities(attempt, module);
  const activities = module.activities.map((activity) => {
    const state = classState(attempt, activity);
    const score = passed.find(({ activityId }) => activityId === activity.id)?.score;
    return {
      ...{ title: titleOf(scene, activity), kind: activity.kind, state },
      sign: state === "done" ? "✓" : "",
      ...(score === undefined ? {} : { score }),
    };
  });
  const name = (await deps.nameOf(personId)) ?? translatorOf(res).t("learning.review.unnamed");
  const done = activities.filter(({ state }) => state === "done").length;
  sendLearningPage<ReviewModel>(res, scene, {
    view: "review",
    title: [`learning.review.found.${foundIn(activities, done)}`, { name, done, total: activities.length }],
    model: {
      ...{ name, activities },
      ...(passed.length > 0 ? { grade: gradeOf(attempt, module) } : {}),
      certificates: await certificatesFor(personId, deps, { ...scene }),
    },
  });
}

function foundIn(activities: ReviewModel["activities"], done: number): string {
  if (done === activities.length) return "complete";
  return activities.every(({ state }) => state === "new") ? "nothing" : "underWay";
}

type SceneParts = Awaited<ReturnType<typeof sceneOf>>;

/** Of the programmes that this module belongs to. */
async function certificatesFor(
  personId: string,
  { certificatesOf, clock }: Deps,
  { visit, module, curriculum }: SceneParts,
): Promise<ReviewModel["certificates"]> {
  const own = await certificatesOf(visit, personId);
  return own.flatMap(({ programmeId, href, state, validUntil }) => {
    const programme = curriculum.programmes.find(({ id }) => id === programmeId);
    if (!programme?.modules.includes(module.id)) return [];
    return [{ href, title: programme.title, inForce: state === "valid" && validUntil > clock.now() }];
  });
}
