import type { Request, RequestHandler, Response } from "express";
import type { Activity, QuizActivity, ScenarioActivity } from "../../../standards/curriculum/index.js";
import type { Attempt } from "../attempt-store.js";
import { change } from "../changes.js";
import { LearningError } from "../errors.js";
import type { Step } from "../steps.js";
import { activityOf, sceneOf, type Deps, type TraineeScene } from "./scene.js";

/** A request of a trainee who has begun, about one activity. */
export interface Turn<A extends Activity = Activity> {
  readonly req: Request;
  readonly res: Response;
  readonly deps: Deps;
  readonly scene: TraineeScene;
  readonly activity: A;
}

/** The request's turn; before the beginning it leads to who sees what instead. */
export async function underWay(req: Request, res: Response, deps: Deps): Promise<Turn | undefined> {
  const scene = await sceneOf(res, deps);
  const activity = activityOf(req, scene);
  if (hasBegun(scene)) return { ...{ req, res, deps }, scene, activity };
  res.redirect(303, scene.href("/privacy"));
  return undefined;
}

/** How the kinds of activity that have runs answer at the same address. */
export interface ByKind {
  readonly quiz?: (turn: Turn<QuizActivity>) => void | Promise<void>;
  readonly scenario?: (turn: Turn<ScenarioActivity>) => void | Promise<void>;
}

/** @throws LearningError `activity_unknown` when an activity of this kind has no such page */
export function byKind(deps: Deps, { quiz, scenario }: ByKind): RequestHandler {
  return async (req, res) => {
    const turn = await underWay(req, res, deps);
    if (!turn) return;
    const { activity } = turn;
    if (activity.kind === "quiz" && quiz) await quiz({ ...turn, activity });
    else if (activity.kind === "scenario" && scenario) await scenario({ ...turn, activity });
    else throw new LearningError("activity_unknown");
  };
}

export function hasBegun(scene: { readonly attempt?: Attempt }): scene is TraineeScene {
  return scene.attempt !== undefined;
}

export function runOf(req: Request): string {
  const { run } = req.params;
  return typeof run === "string" ? run : "";
}

/** Makes a change of the trainee's attempt, and saves it with its events. */
export async function make(
  { attempts, outbox }: Deps,
  attempt: Attempt,
  step: (attempt: Attempt) => Step,
): Promise<Step> {
  const result = await change(attempts, attempt, step);
  if (result.events.length > 0) outbox.nudge();
  return result;
}
