import type { AnyEvent } from "../../../src/foundation/events/index.js";
import type {
  CurriculumModule,
  LessonActivity,
  QuizActivity,
  ScenarioActivity,
  ScenarioChoice,
} from "../../../src/standards/curriculum/index.js";
import type { Attempt } from "../../../src/training/learning/index.js";
import { beginAttempt, completeLesson, openActivity } from "../../../src/training/learning/attempt.js";
import { endRun, startRun } from "../../../src/training/learning/quiz-steps.js";
import type { Step } from "../../../src/training/learning/steps.js";
import { recordOf, wayGate } from "../../../src/training/learning/rules.js";
import {
  decide,
  holdDebrief,
  saveNotes,
  startWay,
  type Notes,
} from "../../../src/training/learning/scenario-steps.js";
import { tenant } from "./a-classroom.js";
import { scenarioId } from "./a-scenario.js";

export const start = Date.parse("2026-03-02T08:00:00Z");

/** A trainee at work on the pure rules: each act is saved, with a clock and ids that can be foretold. */
export class Work {
  attempt: Attempt;
  readonly events: AnyEvent[] = [];
  now = start;
  #ids = 0;

  constructor(
    readonly module: CurriculumModule,
    from?: Work,
  ) {
    if (from) {
      this.now = from.now;
      this.#ids = from.#ids;
      // As a store gives it back.
      this.attempt = JSON.parse(JSON.stringify(from.attempt)) as Attempt;
      return;
    }
    const curriculum = { core: "1.0.0", overlay: "1.0.0" };
    const from_ = { ...tenant, personId: "person-1", registration: "registration-1", curriculum };
    const step = beginAttempt(module, from_, this.moment());
    this.attempt = step.attempt;
    this.events.push(...step.events);
  }

  moment() {
    return { now: this.now, newId: () => `id-${String((this.#ids += 1))}` };
  }

  take(step: Step): Step["said"] {
    this.attempt = step.attempt;
    this.events.push(...step.events);
    return step.said;
  }

  lesson(id: string): LessonActivity {
    return this.module.activities.find(
      (one): one is LessonActivity => one.id === id && one.kind === "lesson",
    )!;
  }

  quiz(id: string): QuizActivity {
    return this.module.activities.find((one): one is QuizActivity => one.id === id && one.kind === "quiz")!;
  }

  open(id: string) {
    const activity = this.module.activities.find((one) => one.id === id)!;
    return this.take(openActivity(this.attempt, this.module, activity, this.moment()));
  }

  read(id: string, form = `read-${id}`) {
    return this.take(completeLesson(this.attempt, this.module, this.lesson(id), { ...this.moment(), form }));
  }

  begin(id: string, form: string) {
    return this.take(startRun(this.attempt, this.module, this.quiz(id), { ...this.moment(), form }));
  }

  run(id: string) {
    return recordOf(this.attempt, id).runs!.at(-1)!;
  }

  answers(id: string, wrong: number, runId = this.run(id).id) {
    const run = recordOf(this.attempt, id).runs!.find((one) => one.id === runId)!;
    const [quiz] = this.quiz(id).texts;
    return Object.fromEntries(
      run.items.map(({ itemId }, index) => {
        const { options } = quiz.items.find((item) => item.id === itemId)!;
        const chosen = options.filter(({ right }) => right === index >= wrong).map((option) => option.id);
        return [itemId, index < wrong ? chosen.slice(0, 1) : chosen];
      }),
    );
  }

  handIn(id: string, wrong: number, form: string, runId = this.run(id).id) {
    const what = { activity: this.quiz(id), runId, answers: this.answers(id, wrong, runId) };
    return this.take(endRun(this.attempt, this.module, what, { ...this.moment(), form }));
  }

  scenario(id = scenarioId): ScenarioActivity {
    return this.module.activities.find(
      (one): one is ScenarioActivity => one.id === id && one.kind === "scenario",
    )!;
  }

  gate() {
    return wayGate(this.attempt, this.scenario());
  }

  ways() {
    return recordOf(this.attempt, this.scenario().id).ways ?? [];
  }

  way() {
    return this.ways().at(-1)!;
  }

  startWay(form: string) {
    return this.take(startWay(this.attempt, this.module, this.scenario(), { ...this.moment(), form }));
  }

  decide(choice: { nodeId: string; optionId?: string }, form: string, runId = this.way().id) {
    const what = { activity: this.scenario(), choice: { ...choice, runId } };
    return this.take(decide(this.attempt, this.module, what, { ...this.moment(), form }));
  }

  write(notes: Notes, runId = this.way().id) {
    return this.take(saveNotes(this.attempt, this.scenario(), runId, notes));
  }

  hold(notes: Notes, form: string, runId = this.way().id) {
    const what = { activity: this.scenario(), runId, notes };
    return this.take(holdDebrief(this.attempt, this.module, what, { ...this.moment(), form }));
  }

  /** Begins a run and makes these choices, a minute each. */
  play(choices: readonly ScenarioChoice[], name: string) {
    this.startWay(`${name}-begin`);
    choices.forEach((choice, index) => {
      this.now += 60_000;
      this.decide(choice, `${name}-${String(index)}`);
    });
  }

  types() {
    return this.events.map(({ type }) => type);
  }

  scores() {
    return this.events.flatMap((event) => (event.type === "module.progressed" ? [event.data.score] : []));
  }
}
