import type { VisitRole } from "../../foundation/web/index.js";

const vocabulary = "http://purl.imsglobal.org/vocab/lis/v2";
const administrators = new Set([
  `${vocabulary}/system/person#Administrator`,
  `${vocabulary}/system/person#SysAdmin`,
  `${vocabulary}/institution/person#Administrator`,
]);

/**
 * The visit's role, by least privilege, from the roles claim (LTI 1.3 Core §5.3.7, vocabulary: appendix A.2).
 *
 * - A course role decides before a role at the institution or in the system: Canvas tells of everyone who teaches
 *   anywhere that they are an Instructor of the institution, also in the course where they learn; and a Moodle
 *   administrator who switches to the student's role wants the student's page.
 * - Instructor (with all its sub-roles, such as TeachingAssistant) and ContentDeveloper, who builds the course and so
 *   has to see what stands in it, are instructors. A Mentor follows single trainees, which is less than a class: our
 *   pages have no such view, so a Mentor sees no one else's data.
 * - Who has a course's or no course role at all, and administers the system, the institution or the course, is an
 *   administrator. Who only learns in this course is not.
 * - Empty, unknown and all other roles are trainees, who see their own data alone.
 */
export function visitRole(roles: readonly string[]): VisitRole {
  const inCourse = new Set(roles.map(courseRole).filter((role) => role !== undefined));
  const teaches = inCourse.has("Instructor") || inCourse.has("ContentDeveloper");
  const onlyLearns = inCourse.has("Learner") && !teaches && !inCourse.has("Administrator");
  if (onlyLearns) return "trainee";
  if (inCourse.has("Administrator") || roles.some((role) => administrators.has(role))) return "administrator";
  return teaches ? "instructor" : "trainee";
}

/** The principal course role of a full URI, a sub-role's URI or a short name; of other roles nothing. */
function courseRole(role: string): string | undefined {
  const full = /^http:\/\/purl\.imsglobal\.org\/vocab\/lis\/v2\/membership(?:#|\/)([A-Za-z]+)/.exec(
    role,
  )?.[1];
  if (full !== undefined) return full;
  // Short names are allowed for course roles alone (LTI 1.3 Core §A.2.3); Moodle's roster uses them.
  const short = /^([A-Za-z]+)(?:[#/][A-Za-z]+)?$/.exec(role)?.[1];
  return short === "TeachingAssistant" ? "Instructor" : short;
}
