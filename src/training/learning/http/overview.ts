import type { Response } from "express";
import { textIn } from "../../../standards/curriculum/index.js";
import { gradedActivities } from "../rules.js";
import { outcomesIn } from "./home.js";
import { sendLearningPage } from "./page.js";
import { rightAnswersNeeded } from "./quiz.js";
import type { Scene } from "./scene.js";
import { tilesOf, titleOf, type Tile } from "./strip.js";

interface OverviewModel {
  readonly tiles: readonly Tile[];
  /** Minutes of the activities that are there; `planned` counts those still to be written too. */
  readonly minutes: number;
  readonly planned: number;
  readonly outcomes: readonly {
    readonly id: string;
    readonly text: string;
    readonly activities: number;
  }[];
  readonly quizzes: readonly {
    readonly title: string;
    readonly items: number;
    readonly needed: number;
  }[];
  readonly scenarios: readonly string[];
  /** How many activities the grade is made of. */
  readonly graded: number;
  readonly privacy: string;
  /** How far the class is. */
  readonly classPage: string;
}

/** For instructors and administrators: what this module is, how its grade comes about, and who sees what. */
export function sendOverview(res: Response, scene: Scene): void {
  const { activities, minutes } = scene.module;
  sendLearningPage<OverviewModel>(res, scene, {
    view: "overview",
    title: scene.module.title,
    model: {
      tiles: tilesOf(scene),
      minutes: activities.reduce((sum, activity) => sum + activity.minutes, 0),
      planned: minutes,
      outcomes: outcomesIn(scene).map(({ id, text }) => ({
        ...{ id, text },
        activities: activities.filter(({ outcome }) => outcome === id).length,
      })),
      quizzes: activities.flatMap((activity) => {
        if (activity.kind !== "quiz") return [];
        const quiz = textIn(activity.texts, scene.language);
        const items = Math.min(quiz.draw, quiz.items.length);
        return [{ title: quiz.title, items, needed: rightAnswersNeeded(quiz, items) }];
      }),
      scenarios: activities.filter(({ kind }) => kind === "scenario").map((one) => titleOf(scene, one)),
      graded: gradedActivities(scene.module).length,
      privacy: scene.href("/privacy"),
      classPage: scene.href("/class"),
    },
  });
}
