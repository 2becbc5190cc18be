import { field, queryParameter } from "../../../foundation/web/index.js";
import type { QuizActivity } from "../../../standards/curriculum/index.js";
import { endRun, saveAnswers, startRun } from "../quiz-steps.js";
import { recordOf, runGate } from "../rules.js";
import { sendNotice } from "./home.js";
import { sendQuiz, sendQuizStart, type QuizNote } from "./quiz.js";
import { sendResult } from "./result.js";
import { activityPath, answersOf, formOf, momentOf, runPath } from "./scene.js";
import { make, runOf, type Turn } from "./under-way.js";

type QuizTurn = Turn<QuizActivity>;

export function showQuiz({ req, res, deps, scene, activity }: QuizTurn): void {
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

export async function beginRun({ req, res, deps, scene, activity }: QuizTurn): Promise<void> {
  const form = formOf(req);
  await make(deps, scene.attempt, (current) =>
    startRun(current, scene.module, activity, { ...momentOf(res, deps), form }),
  );
  res.redirect(303, scene.href(activityPath(activity)));
}

export async function takeAnswers({ req, res, deps, scene, activity }: QuizTurn): Promise<void> {
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

export function showRun({ req, res, scene, activity }: QuizTurn): void {
  const run = recordOf(scene.attempt, activity.id).runs?.find(({ id }) => id === runOf(req));
  if (!run) sendNotice(res, scene, "runGone");
  else if (run.endedAt === undefined) res.redirect(303, scene.href(activityPath(activity)));
  else sendResult(res, scene, { activity, run, late: queryParameter(req, "after") === "ended" });
}
