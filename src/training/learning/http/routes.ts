import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import { mountDoors, onlyRoles, readForm, visitOf, type Door } from "../../../foundation/web/index.js";
import { beginAttempt, completeLesson, openActivity } from "../attempt.js";
import { LearningError } from "../errors.js";
import { isOpen, nextActivity } from "../rules.js";
import { isCourseVisit } from "../course.js";
import { sendClass, sendGradesAgain } from "./class.js";
import { openLink, sendCourse, withinLink } from "./course.js";
import { dueAt } from "./due.js";
import { sendHome, sendNotice, sendPrivacy } from "./home.js";
import { sendShut } from "./shut.js";
import { sendLesson, sendLessonPreview } from "./lesson.js";
import { sendOverview } from "./overview.js";
import { beginRun, showQuiz, showRun, takeAnswers } from "./quiz-routes.js";
import { sendQuizPreview } from "./result.js";
import { sendReview } from "./review.js";
import { sendScenarioPreview } from "./scenario-preview.js";
import { beginWay, showScenario, showWay, takeChoice, takeDebrief } from "./scenario-routes.js";
import { activityOf, activityPath, formOf, momentOf, privacyPath, sceneOf, type Deps } from "./scene.js";
import { titleOf } from "./strip.js";
import { byKind, hasBegun, make, underWay } from "./under-way.js";

/** The pages on which a visit begins. */
export function learningDoors(deps: Deps): Door[] {
  const whenOpen = onlyWhenOpen(deps);
  const privacy: RequestHandler = async (_req, res) => {
    const [scene, due] = await Promise.all([sceneOf(res, deps), dueAt(res, deps)]);
    sendPrivacy(res, scene, { ...deps, ...(due ? { due } : {}) });
  };
  return [
    { method: "GET", path: "/", handlers: [whenOpen, (_req, res) => showHome(res, deps)] },
    { method: "GET", path: privacyPath, handlers: [whenOpen, privacy] },
  ];
}

/**
 * The pages of a visit; of one that came to a course, those of each of its links stand under `/in/<link>`. Each post answers
 * 303, so that a reload posts nothing; a draft saved quietly answers 204.
 */
export function learningRoutes(deps: Deps, doors: readonly Door[]): Router {
  const router = express.Router({ mergeParams: true });
  const pages = modulePages(deps, doors);
  router.get("/open/:link", (req, res) => openLink(req, res, deps));
  router.use("/in/:link", withinLink(deps), pages);
  router.use(pages);
  return router;
}

function modulePages(deps: Deps, doors: readonly Door[]): Router {
  const router = express.Router({ mergeParams: true });
  const teachers = onlyRoles("instructor", "administrator");
  const form = [onlyRoles("trainee"), readForm(), deps.visits.checkForm];
  // Four texts of 4,000 characters, each of up to twelve bytes as a form sends it.
  const longForm = [onlyRoles("trainee"), readForm({ limit: "256kb" }), deps.visits.checkForm];
  const run = "/activities/:activity/runs/:run";
  mountDoors(router, doors);
  router.use(onlyWhenOpen(deps));
  router.get("/class", teachers, (req, res) => sendClass(req, res, deps));
  router.post("/class/again", teachers, readForm(), deps.visits.checkForm, (_req: Request, res: Response) =>
    sendGradesAgain(res, deps),
  );
  router.get("/review", (_req, res) => sendReview(res, deps));
  router.post("/begin", form, (_req: Request, res: Response) => begin(res, deps));
  router.get("/activities/:activity", (req, res) => showActivity(req, res, deps));
  router.post("/activities/:activity/continue", form, (req: Request, res: Response) =>
    finishLesson(req, res, deps),
  );
  router.post("/activities/:activity/runs", form, byKind(deps, { quiz: beginRun, scenario: beginWay }));
  router.get(run, onlyRoles("trainee"), byKind(deps, { quiz: showRun, scenario: showWay }));
  router.post(run, form, byKind(deps, { quiz: takeAnswers, scenario: takeChoice }));
  router.post(`${run}/debrief`, longForm, byKind(deps, { scenario: takeDebrief }));
  return router;
}

/** A refresher is open to whoever's certificate it renews now; everyone else reads why it is not. */
function onlyWhenOpen(deps: Deps): RequestHandler {
  return async (_req, res, next) => {
    const { moduleId, role } = visitOf(res);
    const module = deps.curriculum.modules.find(({ id }) => id === moduleId);
    const scene =
      module?.refresherOf !== undefined && role === "trainee" ? await sceneOf(res, deps) : undefined;
    if (scene?.shut) sendShut(res, scene, scene.shut);
    else next();
  };
}

async function showHome(res: Response, deps: Deps): Promise<void> {
  if (isCourseVisit(visitOf(res))) return sendCourse(res, deps);
  const [scene, due] = await Promise.all([sceneOf(res, deps), dueAt(res, deps)]);
  if (scene.visit.errand) res.redirect(303, deps.visits.home(scene.visit));
  else if (scene.visit.role !== "trainee") sendOverview(res, scene);
  else if (hasBegun(scene)) sendHome(res, scene, due);
  else res.redirect(303, scene.href(privacyPath));
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
      ...scene.next,
    };
    const { attempt, events } = beginAttempt(module, from, momentOf(res, deps));
    // `taken`: a second press of the button came first, and there is one attempt as there should be.
    if ((await deps.attempts.addAttempt(attempt, events)) === "saved") deps.outbox.nudge();
  }
  const wanted = module.activities.find(({ id }) => id === visit.activityId);
  const next = wanted ?? nextActivity(scene.attempt ?? { activities: {} }, module);
  res.redirect(303, scene.href(next ? activityPath(next) : "/"));
}

async function showActivity(req: Request, res: Response, deps: Deps): Promise<void> {
  if (visitOf(res).role !== "trainee") return preview(req, res, deps);
  const turn = await underWay(req, res, deps);
  if (!turn) return;
  const { scene, activity } = turn;
  if (!isOpen(scene.attempt, scene.module, activity.id)) {
    sendNotice(res, scene, "later", titleOf(scene, activity));
    return;
  }
  switch (activity.kind) {
    case "lesson": {
      const { attempt } = await make(deps, scene.attempt, (current) =>
        openActivity(current, scene.module, activity, momentOf(res, deps)),
      );
      sendLesson(res, { ...scene, attempt }, activity, deps);
      break;
    }
    case "quiz":
      showQuiz({ ...turn, activity });
      break;
    case "scenario":
      showScenario({ ...turn, activity });
  }
}

async function preview(req: Request, res: Response, deps: Deps): Promise<void> {
  const scene = await sceneOf(res, deps);
  const activity = activityOf(req, scene);
  switch (activity.kind) {
    case "lesson":
      sendLessonPreview(res, scene, activity);
      break;
    case "quiz":
      sendQuizPreview(res, scene, activity);
      break;
    case "scenario":
      sendScenarioPreview(res, scene, activity);
  }
}

async function finishLesson(req: Request, res: Response, deps: Deps): Promise<void> {
  const turn = await underWay(req, res, deps);
  if (!turn) return;
  const { scene, activity } = turn;
  if (activity.kind !== "lesson") throw new LearningError("activity_unknown");
  const form = formOf(req);
  const { attempt, said } = await make(deps, scene.attempt, (current) =>
    completeLesson(current, scene.module, activity, { ...momentOf(res, deps), form }),
  );
  const next = said === "not-open" ? activity : nextActivity(attempt, scene.module);
  res.redirect(303, scene.href(next ? activityPath(next) : "/"));
}
