import type { Translator } from "../../foundation/i18n/index.js";
import type { Course, Link } from "../state-schema.js";
import { isPlayed, numberOf, type User } from "../users.js";

export function courseTitleOf({ id, flavour, history }: Course, words: Translator): string {
  const title = words.t(flavour === "moodle" ? "sandbox.course.title" : "sandbox.course.canvasTitle");
  return history.length === 0 ? title : words.t("sandbox.course.copyTitle", { title, id });
}

/** A link that came with no title of its own has the one of the link that is there from the beginning. */
export const linkTitleOf = (link: Link, words: Translator): string =>
  link.title ?? words.t("sandbox.course.activity");

/** Who somebody is in the course, as a page says it. */
export const roleOf = (user: User, words: Translator): string =>
  isPlayed(user)
    ? words.t(`sandbox.users.${user.key}`)
    : words.t("sandbox.users.further", { number: numberOf(user) });
