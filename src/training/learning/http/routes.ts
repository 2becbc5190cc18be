import express, { type Request, type Response, type Router } from "express";
import { field, onlyRoles, queryParameter, readForm, visitOf } from "../../../foundation/web/index.js";
import type { Activity, QuizActivity } from "../../../standards/curriculum/index.js";
import { beginAttempt, completeLesson, openActivity } from "../attempt.js";
import type { Attempt } from "../attempt-store.js";
import { change } from "../changes.js";
import { LearningError } from "../errors.js";
import { endRun, saveAnswers, startRun } from "../quiz-steps.js";
import { isOpen, nextActivity, recordOf, runGate } from "../rules.js";
import type { Step } from "../steps.js";
import { sendHome, sendNotice, sendPrivacy } from "./home.js";
import { sendLesson, sendLessonPreview } from "./lesson.js";
import { sendOverview } from "./overview.js";
import { sendQuiz, sendQuizStart, type QuizNote } from "./quiz.js";
import { sendQuizPreview, sendResult } from "./result.js";
import {
  activityOf,
  activityPath,
  answersOf,
  formOf,
  momentOf,
  runPath,
  sceneOf,
  type Deps,
  type TraineeScene,
} from "./scene.js";
import { titleOf } from "./strip.js";

/** The pages of a visit. Each post answers 303, so that a reload posts nothing; a draft saved quietly answers 204. */
export function learningRoutes(deps: Deps): Router {
  const router = express.Router({ mergeParams: true });
  const form = [onlyRoles("trainee"), readForm(), deps.visits.checkForm];
  router.get("/", (_req, res) => showHome(res, deps));
  router.get("/privacy", async (_req, res) => sendPrivacy(res, await sceneOf(res, deps), deps));
  router.post("/begin", form, (_req: Request, res: Response) => begin(res, deps));
  router.get("/activities/:activity", (req, res) => showActivity(req, res, deps));
  router.post("/activities/:activity/continue", form, (req: Request, res: Response) =>
    finishLesson(req, res, deps),
  );
  router.post("/activities/:activity/runs", form, (req: Request, res: Response) => beginRun(req, res, deps));
  router.get("/activities/:activity/runs/:run", onlyRoles("trainee"), (req: Request, res: Response) =>
    showRun(req, res, deps),
  );
  router.post("/activities/:activity/runs/:run", form, (req: Request, res: Response) =>
    takeAnswers(req, res, deps),
  );
  return router;
}

async function showHome(res: Response, deps: Deps): Promise<void> {
  const scene = await sceneOf(res, deps);
  if (scene.visit.role !== "trainee") sendOverview(res, scene);
  else if (hasBegun(scene)) sendHome(res, scene);
  else res.redirect(303, scene.href("/privacy"));
}

async function begin(res: Response, deps: Deps): Promise<void> {
  const scene = await sceneOf(res, deps);
  const { visit, module, curriculum } = scene;
  if (!scene.attempt) {
    const overlay = curriculum.overlays.find(
      ({ jurisdiction }) => jurisdiction === visit.jurisdictionId,
    )?.version;
    const registration = deps.newRegistration();
    const from = {
      ...{
        academyId: visit.academyId,
        jurisdictionId: visit.jurisdictionId,
        personId: visit.personId,
        registration,
      },
      curriculum: { core: curriculum.version, ...(overlay === undefined ? {} : { overlay }) },
    };
    const { attempt, events } = beginAttempt(module, from, momentOf(res, deps));
    // `taken`: a second press of the button came first, and there is one attempt as there should be.
    if ((await deps.attempts.addAttempt(attempt, events)) === "saved") deps.outbox.nudge();
  }
  const next = nextActivity(scene.attempt ?? { activities: {} }, module);
  res.redirect(303, scene.href(next ? activityPath(next) : "/"));
}

async function showActivity(req: Request, res: Response, deps: Deps): Promise<void> {
  if (visitOf(res).role !== "trainee") return preview(req, res, deps);
  const found = await underWay(req, res, deps);
  if (!found) return;
  const { scene, activity } = found;
  if (!isOpen(scene.attempt, scene.module, activity.id)) {
    sendNotice(res, scene, "later", titleOf(scene, activity));
  } else if (activity.kind === "lesson") {
    const { attempt } = await make(deps, scene.attempt, (current) =>
      openActivity(current, scene.module, activity, momentOf(res, deps)),
    );
    sendLesson(res, { ...scene, attempt }, activity, deps);
  } else {
    showQuiz(req, res, { scene, activity }, deps);
  }
}

function showQuiz(
  req: Request,
  res: Response,
  { scene, activity }: { scene: TraineeScene; activity: QuizActivity },
  deps: Deps,
): void {
  const gate = runGate(scene.attempt, activity);
  if (gate.may === "begin") {
    sendQuizStart(res, scene, activity, deps);
  } else if (gate.may === "go-on") {
    const asked = queryParameter(req, "after");
    const note: QuizNote = asked === "unanswered" || asked === "saved" ? asked : undefined;
    sendQuiz(res, scene, { activity, run: gate.run, note }, deps);
  } else {
    res.redirect(303, scene.href(runPath(activity, gate.run.id)));
  }
}

async function preview(req: Request, res: Response, deps: Deps): Promise<void> {
  const scene = await sceneOf(res, deps);
  const activity = activityOf(req, scene);
  if (activity.kind === "lesson") sendLessonPreview(res, scene, activity);
  else sendQuizPreview(res, scene, activity);
}

async function finishLesson(req: Request, res: Response, deps: Deps): Promise<void> {
  const found = await underWay(req, res, deps);
  if (!found) return;
  const { scene, activity } = found;
  if (activity.kind !== "lesson") throw new LearningError("activity_unknown");
  const form = formOf(req);
  const { attempt, said } = await make(deps, scene.attempt, (current) =>
    completeLesson(current, scene.module, activity, { ...momentOf(res, deps), form }),
  );
  const next = said === "not-open" ? activity : nextActivity(attempt, scene.module);
  res.redirect(303, scene.href(next ? activityPath(next) : "/"));
}

async function beginRun(req: Request, res: Response, deps: Deps): Promise<void> {
  const found = await quizUnderWay(req, res, deps);
  if (!found) return;
  const { scene, activity } = found;
  const form = formOf(req);
  await make(deps, scene.attempt, (current) =>
    startRun(current, scene.module, activity, { ...momentOf(res, deps), form }),
  );
  res.redirect(303, scene.href(activityPath(activity)));
}

async function takeAnswers(req: Request, res: Response, deps: Deps): Promise<void> {
  const found = await quizUnderWay(req, res, deps);
  if (!found) return;
  const { scene, activity } = found;
  const [form, answers, intent] = [formOf(req), answersOf(req), field(req, "do")];
  const runId = runOf(req);
  const { said } = await make(deps, scene.attempt, (current) =>
    intent === "hand-in"
      ? endRun(current, scene.module, { activity, runId, answers }, { ...momentOf(res, deps), form })
      : saveAnswers(current, activity, runId, answers),
  );
  if (intent === "draft") {
    res.status(said === "done" ? 204 : 409).end();
    return;
  }
  const open = scene.href(activityPath(activity));
  const run = scene.href(runPath(activity, runId));
  if (said === "unanswered") res.redirect(303, `${open}?after=unanswered#problems`);
  else if (said === "run-ended") res.redirect(303, `${run}?after=ended`);
  else res.redirect(303, intent === "save" ? `${open}?after=saved#saved` : run);
}

async function showRun(req: Request, res: Response, deps: Deps): Promise<void> {
  const found = await quizUnderWay(req, res, deps);
  if (!found) return;
  const { scene, activity } = found;
  const run = recordOf(scene.attempt, activity.id).runs?.find(({ id }) => id === runOf(req));
  if (!run) sendNotice(res, scene, "runGone");
  else if (run.endedAt === undefined) res.redirect(303, scene.href(activityPath(activity)));
  else sendResult(res, scene, { activity, run, late: queryParameter(req, "after") === "ended" });
}

/** The trainee's scene and the activity of the address; before the beginning it leads to who sees what instead. */
async function underWay(
  req: Request,
  res: Response,
  deps: Deps,
): Promise<{ scene: TraineeScene; activity: Activity } | undefined> {
  const scene = await sceneOf(res, deps);
  const activity = activityOf(req, scene);
  if (hasBegun(scene)) return { scene, activity };
  res.redirect(303, scene.href("/privacy"));
  return undefined;
}

async function quizUnderWay(
  req: Request,
  res: Response,
  deps: Deps,
): Promise<{ scene: TraineeScene; activity: QuizActivity } | undefined> {
  const found = await underWay(req, res, deps);
  if (found && found.activity.kind !== "quiz") throw new LearningError("activity_unknown");
  return found as { scene: TraineeScene; activity: QuizActivity } | undefined;
}

function hasBegun(scene: { readonly attempt?: Attempt }): scene is TraineeScene {
  return scene.attempt !== undefined;
}

function runOf(req: Request): string {
  const { run } = req.params;
  return typeof run === "string" ? run : "";
}

async function make(
  { attempts, outbox }: Deps,
  attempt: Attempt,
  step: (attempt: Attempt) => Step,
): Promise<Step> {
  const result = await change(attempts, attempt, step);
  if (result.events.length > 0) outbox.nudge();
  return result;
}
