import express, { type Router } from "express";
import type { Translator } from "../../foundation/i18n/index.js";
import { queryParameter, sendPage, translatorOf } from "../../foundation/web/index.js";
import { builtIn } from "../addresses.js";
import type { Courses } from "../courses.js";
import type { Gradebook, GradebookView } from "../gradebook.js";
import type { Course, Grade, LineItem, ScorePost } from "../state-schema.js";
import { fullName, isTrainee, type User } from "../users.js";
import { courseTitleOf, roleOf } from "./titles.js";

export interface GradebookDeps {
  readonly gradebook: Gradebook;
  readonly courses: Courses;
}

/** `/gradebook`: what a course's line items hold, and every score post that came. Nothing can be changed here. */
export function gradebookRoutes({ gradebook, courses }: GradebookDeps): Router {
  const router = express.Router();
  router.get("/gradebook", (req, res) => {
    res.setHeader("Cache-Control", "no-store");
    const words = translatorOf(res);
    const course = courses.of(queryParameter(req, "course") ?? builtIn.courseId);
    const others = courses.all().filter((one) => one !== course);
    sendPage(res, "sandbox/gradebook", {
      ...gradebookPage(gradebook.view(), course, words),
      label: course.label,
      href: `/gradebook?course=${course.id}`,
      others: others.map((one) => ({
        title: `${courseTitleOf(one, words)} (${one.label})`,
        href: `/gradebook?course=${one.id}`,
      })),
    });
  });
  return router;
}

function gradebookPage(view: GradebookView, course: Course, words: Translator) {
  const labels = new Map(view.lineItems.map(({ id, label }) => [id, label]));
  const lineItems = view.lineItems.filter(({ courseId }) => courseId === course.id);
  const grades = view.grades.filter(({ lineItemId }) => lineItems.some(({ id }) => id === lineItemId));
  return {
    pageTitle: words.t("sandbox.gradebook.pageTitle", { count: grades.length }),
    lineItems,
    users: view.users.filter(isTrainee).map((user) => ({
      role: roleOf(user, words),
      name: fullName(user),
      cells: lineItems.map((item) => {
        const grade = grades.find((one) => one.userKey === user.key && one.lineItemId === item.id);
        return { label: item.label, ...(grade ? cellOf(grade, { item, user, words }) : {}) };
      }),
    })),
    posts: view.scorePosts.map((post) => {
      const user = view.users.find(({ key }) => key === post.userKey);
      return postRow(post, user, { label: labels.get(post.lineItemId), words });
    }),
  };
}

function cellOf(
  grade: Grade,
  { item, user, words }: { readonly item: LineItem; readonly user: User; readonly words: Translator },
) {
  const { courseId, resourceLinkId: link } = item;
  return {
    score: scoreText(grade.score, item.scoreMaximum, words),
    comment: grade.comment,
    time: timeOf(grade.second, words),
    reviewHref:
      link === undefined
        ? undefined
        : `/course?as=instructor&course=${courseId}&link=${link}&review=${user.key}`,
  };
}

function postRow(
  post: ScorePost,
  user: User | undefined,
  { label, words }: { readonly label: string | undefined; readonly words: Translator },
) {
  return {
    time: timeOf(post.at, words),
    user: user ? roleOf(user, words) : words.t("sandbox.users.unknown"),
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
