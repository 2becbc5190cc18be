import { contextClaim } from "./claims.js";
import type { Course, Tool } from "./state-schema.js";
import { fullName, isTrainee, rosterRolesOf, type User } from "./users.js";

/** Which role a request of the roster asks for, by its short name or its URI's end. */
export function inRole(users: readonly User[], role: string | undefined): readonly User[] {
  if (role === undefined) return users;
  const short = role.replace(/^.*[#/]/, "");
  return users.filter((user) => short === (isTrainee(user) ? "Learner" : "Instructor"));
}

/** A page of the roster (NRPS 2.0 §2.3): names and mail only as far as the tool may see them. */
export function rosterBody(
  members: readonly User[],
  {
    tool,
    course,
    title,
    id,
  }: { readonly tool: Tool; readonly course: Course; readonly title: string; readonly id: string },
): object {
  return {
    id,
    context: contextClaim(course, title),
    members: members.map((user) => ({
      status: "Active",
      user_id: user.id,
      roles: rosterRolesOf(user, tool.flavour),
      ...(tool.sendsName
        ? { name: fullName(user), given_name: user.givenName, family_name: user.familyName }
        : {}),
      ...(tool.sendsMail ? { email: user.mail } : {}),
    })),
  };
}
