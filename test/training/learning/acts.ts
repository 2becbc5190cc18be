import fc from "fast-check";
import { nextActivity, openRun, recordOf } from "../../../src/training/learning/rules.js";
import { scenarioId } from "./a-scenario.js";
import type { Work } from "./work.js";

/** Something that a browser may post, sensible or not; `form` is the posted form's id. */
export interface Act {
  /** It depends on where the trainee stands, so that posting it twice is not the same post twice. */
  readonly moves: boolean;
  readonly post: (work: Work, form: string) => void;
}

const ids = ["six-tests", "six-tests-quiz", "border-check", scenarioId, "no-excuse", "no-excuse-quiz"];
const quizzes = fc.constantFrom("six-tests-quiz", "no-excuse-quiz");
const options = ["ask", "grave", "listen", "search", "stop", "weak", "write", "leave", undefined];

const fixed = (post: Act["post"]): Act => ({ moves: false, post });

const onLessons = fc.oneof(
  fc.constantFrom(...ids).map((id) => fixed((work) => work.open(id))),
  fc
    .constantFrom("six-tests", "border-check", "no-excuse")
    .map((id) => fixed((work, form) => work.read(id, form))),
);

const onQuizzes = fc.oneof(
  quizzes.map((id) => fixed((work, form) => work.begin(id, form))),
  fc.tuple(quizzes, fc.integer({ min: 0, max: 8 }), fc.boolean()).map(([id, wrong, old]): Act => {
    const post: Act["post"] = (work, form) => {
      const run = recordOf(work.attempt, id).runs?.at(old ? 0 : -1);
      if (run) work.handIn(id, wrong, form, run.id);
    };
    return { moves: old, post };
  }),
);

const onScenario = fc
  .record({
    what: fc.constantFrom("begin", "decide", "decide", "write", "hold"),
    node: fc.constantFrom("papers", "talk", "bags", "report", "nowhere"),
    option: fc.constantFrom(...options),
    old: fc.boolean(),
  })
  .map(({ what, node, option, old }): Act => {
    const post: Act["post"] = (work, form) => {
      const runId = work.ways().at(old ? 0 : -1)?.id;
      if (what === "begin") work.startWay(form);
      else if (runId === undefined) return;
      else if (what === "write") work.write({ saw: form }, runId);
      else if (what === "hold") work.hold({ rule: form }, form, runId);
      else work.decide({ nodeId: node, ...(option === undefined ? {} : { optionId: option }) }, form, runId);
    };
    return { moves: old, post };
  });

/** A step that leads on, so that many of the ways reach the end. */
const onward = fc.integer({ min: 0, max: 2 }).map((place): Act => {
  const post: Act["post"] = (work, form) => {
    const next = nextActivity(work.attempt, work.module);
    if (!next) return;
    work.open(next.id);
    if (next.kind === "scenario") goOnWithScenario(work, place, form);
    else if (next.kind === "lesson") work.read(next.id, form);
    else if (openRun(recordOf(work.attempt, next.id))) work.handIn(next.id, place, form);
    else work.begin(next.id, form);
  };
  return { moves: true, post };
});

/** What the scenario has to come next; of a decision's options the one at this place. */
function goOnWithScenario(work: Work, place: number, form: string): void {
  const gate = work.gate();
  if (gate.may === "begin") work.startWay(form);
  else if (gate.may === "debrief") work.hold({}, form);
  else if (gate.may === "go-on" && gate.walk.at.kind === "decision") {
    const { id, options } = gate.walk.at;
    work.decide({ nodeId: id, optionId: options[Math.min(place, options.length - 1)]!.id }, form);
  }
}

/** Whatever is posted in whatever order. */
export const acts = fc.array(
  fc.oneof(onLessons, onQuizzes, { weight: 2, arbitrary: onScenario }, { weight: 4, arbitrary: onward }),
  { maxLength: 90, size: "max" },
);

/** Posts an act, a second after what was before. */
export function perform(work: Work, { post }: Act, form: string): void {
  work.now += 1000;
  post(work, form);
}
