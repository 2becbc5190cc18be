import express, { type Router } from "express";
import type { Translator } from "../../foundation/i18n/index.js";
import { sendPage, translatorOf } from "../../foundation/web/index.js";
import type { Gradebook, GradebookView } from "../gradebook.js";
import type { Grade, ScorePost } from "../state.js";
import { fullName, isTrainee } from "../users.js";

/** `/gradebook`: what the line items hold, and every score post that came. Nothing can be changed here. */
export function gradebookRoutes(gradebook: Gradebook): Router {
  const router = express.Router();
  router.get("/gradebook", (_req, res) => {
    res.setHeader("Cache-Control", "no-store");
    sendPage(res, "sandbox/gradebook", gradebookPage(gradebook.view(), translatorOf(res)));
  });
  return router;
}

function gradebookPage(view: GradebookView, words: Translator) {
  const labels = new Map(view.lineItems.map(({ id, label }) => [id, label]));
  return {
    pageTitle: words.t("sandbox.gradebook.pageTitle", { count: view.grades.length }),
    lineItems: view.lineItems,
    users: view.users.filter(isTrainee).map((user) => ({
      role: words.t(`sandbox.users.${user.key}`),
      name: fullName(user),
      cells: view.lineItems.map(({ id, label, scoreMaximum }) => {
        const grade = view.grades.find((one) => one.userKey === user.key && one.lineItemId === id);
        return { label, ...(grade ? cellOf(grade, scoreMaximum, words) : {}) };
      }),
    })),
    posts: view.scorePosts.map((post) => postRow(post, labels.get(post.lineItemId), words)),
  };
}

function cellOf(grade: Grade, maximum: number, words: Translator) {
  return {
    score: scoreText(grade.score, maximum, words),
    comment: grade.comment,
    time: timeOf(grade.second, words),
  };
}

function postRow(post: ScorePost, label: string | undefined, words: Translator) {
  return {
    time: timeOf(post.at, words),
    user: words.t(`sandbox.users.${post.userKey ?? "unknown"}`),
    lineItem: label ?? words.t("sandbox.gradebook.lineItemGone"),
    accepted: post.refused === undefined,
    score: post.refused === undefined ? scoreText(post.score ?? null, undefined, words) : undefined,
    reason: post.refused === undefined ? undefined : words.t(`errors.${post.refused}.title`),
  };
}

function scoreText(score: number | null, maximum: number | undefined, words: Translator): string {
  if (score === null) return words.t("sandbox.gradebook.noGrade");
  if (maximum === undefined) return words.t("sandbox.gradebook.scoreAlone", { score });
  return words.t("sandbox.gradebook.score", { score, maximum });
}

function timeOf(at: number, words: Translator) {
  const format = new Intl.DateTimeFormat(words.locale, {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: "UTC",
  });
  return {
    iso: new Date(at).toISOString(),
    text: words.t("sandbox.gradebook.time", { time: format.format(at) }),
  };
}
