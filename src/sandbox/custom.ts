import type { Flavour } from "./flavour.js";
import type { Course, Link } from "./state-schema.js";
import { fullName, type User } from "./users.js";

export interface VariableFacts {
  readonly origin: string;
  readonly flavour: Flavour;
  readonly user: User;
  readonly course: Course;
  readonly courseTitle: string;
  readonly link: Link | undefined;
  readonly sendsName: boolean;
}

/**
 * A launch's custom parameters: later lists win, `$variables` are replaced by what they stand for, and one that the
 * platform does not know, or that has no value here, arrives as it stands (LTI 1.3 Core §5.4.6.1). In Moodle's flavour a
 * key with capitals comes a second time in small letters.
 */
export function customOf(
  lists: readonly Readonly<Record<string, string>>[],
  facts: VariableFacts,
): Record<string, string> {
  const values = variables(facts);
  const custom: Record<string, string> = {};
  for (const [key, value] of lists.flatMap((list) => Object.entries(list))) {
    const text = value.startsWith("$") ? (values[value.slice(1)] ?? value) : value;
    custom[key] = text;
    if (facts.flavour === "moodle") custom[key.toLowerCase()] = text;
  }
  return custom;
}

function variables(facts: VariableFacts): Readonly<Record<string, string | undefined>> {
  const { user, course, courseTitle, link, sendsName } = facts;
  const both = {
    "Context.id": course.id,
    "Context.label": course.label,
    "Context.title": courseTitle,
    "ResourceLink.id": link?.id,
    "ResourceLink.title": link?.title,
    "User.id": user.id,
    "Person.name.full": sendsName ? fullName(user) : undefined,
  };
  return { ...both, ...(facts.flavour === "moodle" ? moodleVariables(facts) : canvasVariables(facts)) };
}

const moodleVariables = ({ course, link }: VariableFacts): Record<string, string> => ({
  "Context.id.history": course.history.join(","),
  "ResourceLink.id.history": (link?.history ?? []).join(","),
});

const canvasVariables = ({ origin, user, course }: VariableFacts): Record<string, string> => ({
  "Canvas.course.id": course.id,
  "Canvas.course.previousContextIds": course.history.join(","),
  "Canvas.user.id": user.id,
  "Canvas.api.domain": new URL(origin).host,
  "Canvas.environment.test": "true",
});
