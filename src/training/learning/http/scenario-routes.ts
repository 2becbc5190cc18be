import type { Request } from "express";
import { field, queryParameter } from "../../../foundation/web/index.js";
import type { ScenarioActivity } from "../../../standards/curriculum/index.js";
import { recordOf, wayGate } from "../rules.js";
import { debriefQuestions, decide, holdDebrief, saveNotes, startWay, type Notes } from "../scenario-steps.js";
import { sendDebrief, type DebriefNote } from "./debrief.js";
import { sendNotice } from "./home.js";
import { sendDecision, sendScenarioStart, type DecisionNote } from "./scenario.js";
import { activityPath, formOf, momentOf, runPath } from "./scene.js";
import { make, runOf, type Turn } from "./under-way.js";

type ScenarioTurn = Turn<ScenarioActivity>;

export function showScenario({ req, res, deps, scene, activity }: ScenarioTurn): void {
  const gate = wayGate(scene.attempt, activity);
  if (gate.may === "begin") {
    sendScenarioStart(res, scene, activity, deps);
  } else if (gate.may === "go-on") {
    const asked = queryParameter(req, "after");
    const note: DecisionNote = asked === "undecided" || asked === "elsewhere" ? asked : undefined;
    sendDecision(res, scene, { activity, run: gate.run, note }, deps);
  } else {
    res.redirect(303, scene.href(runPath(activity, gate.run.id)));
  }
}

export async function beginWay({ req, res, deps, scene, activity }: ScenarioTurn): Promise<void> {
  const form = formOf(req);
  await make(deps, scene.attempt, (current) =>
    startWay(current, scene.module, activity, { ...momentOf(res, deps), form }),
  );
  res.redirect(303, scene.href(activityPath(activity)));
}

/** Takes a choice. Wherever the form came from, the answer leads to where the run stands. */
export async function takeChoice({ req, res, deps, scene, activity }: ScenarioTurn): Promise<void> {
  const form = formOf(req);
  const [runId, nodeId, optionId] = [runOf(req), field(req, "node") ?? "", field(req, "option")];
  const choice = { runId, nodeId, ...(optionId === undefined ? {} : { optionId }) };
  const { said } = await make(deps, scene.attempt, (current) =>
    decide(current, scene.module, { activity, choice }, { ...momentOf(res, deps), form }),
  );
  const open = scene.href(activityPath(activity));
  if (said === "unanswered") res.redirect(303, `${open}?after=undecided#problems`);
  else if (said === "elsewhere") res.redirect(303, `${open}?after=elsewhere#elsewhere`);
  else if (said === "run-ended" || said === "run-unknown")
    res.redirect(303, scene.href(runPath(activity, runId)));
  else res.redirect(303, open);
}

export function showWay({ req, res, deps, scene, activity }: ScenarioTurn): void {
  const run = recordOf(scene.attempt, activity.id).ways?.find(({ id }) => id === runOf(req));
  if (!run) {
    sendNotice(res, scene, "runGone");
  } else if (run.endedAt === undefined) {
    res.redirect(303, scene.href(activityPath(activity)));
  } else {
    const asked = queryParameter(req, "after");
    const note: DebriefNote = asked === "saved" || asked === "held" || asked === "late" ? asked : undefined;
    sendDebrief(res, scene, { activity, run, note }, deps);
  }
}

/** Keeps what was written in a debrief, and holds it when that was asked. */
export async function takeDebrief({ req, res, deps, scene, activity }: ScenarioTurn): Promise<void> {
  const [form, notes, holds] = [formOf(req), notesOf(req), field(req, "do") === "hold"];
  const runId = runOf(req);
  const { said } = await make(deps, scene.attempt, (current) =>
    holds
      ? holdDebrief(current, scene.module, { activity, runId, notes }, { ...momentOf(res, deps), form })
      : saveNotes(current, activity, runId, notes),
  );
  const run = scene.href(runPath(activity, runId));
  if (said === "done") res.redirect(303, holds ? `${run}?after=held#held` : `${run}?after=saved#saved`);
  else if (said === "run-ended") res.redirect(303, `${run}?after=late#late`);
  else res.redirect(303, run);
}

function notesOf(req: Request): Notes {
  const sent = debriefQuestions.map((question) => [question, field(req, `note.${question}`)] as const);
  return Object.fromEntries(sent.filter(([, text]) => text !== undefined));
}
