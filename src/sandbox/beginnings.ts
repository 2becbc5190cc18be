import { builtIn } from "./addresses.js";
import type { State } from "./state-schema.js";
import { createUsers, withAllUsers } from "./users.js";

/** What a sandbox has before anybody did anything. The tool itself is put in when it starts: its addresses may change. */
export function newState(): State {
  return {
    version: 2,
    keys: [],
    users: createUsers(),
    ...inventory(),
    nextLineItem: 1,
    lineItems: [],
    grades: [],
    scorePosts: [],
    notices: [],
    tokens: [],
  };
}

function inventory(): Pick<State, "next" | "tools" | "courses" | "links"> {
  return {
    next: { course: 3, link: 2, tool: 2, deployment: 1 },
    tools: [],
    courses: [
      { id: builtIn.courseId, flavour: "moodle", label: "EHR-1", history: [] },
      { id: "canvas-1", flavour: "canvas", label: "EHR-2", history: [] },
    ],
    links: [
      {
        ...{ id: builtIn.linkId, courseId: builtIn.courseId },
        ...{ clientId: builtIn.clientId, deploymentId: builtIn.deploymentId },
        custom: { module: "M01" },
        history: [],
      },
    ],
  };
}

/** A file of version 1, which knew one tool and one course, as it would be now; anything else as it is. */
export function upgraded(read: unknown): unknown {
  const old = read as { version?: unknown; users?: unknown; lineItems?: unknown; tokens?: unknown } | null;
  if (typeof old !== "object" || old?.version !== 1) return read;
  const { clientId, courseId } = builtIn;
  return {
    ...old,
    ...inventory(),
    version: 2,
    users: withAllUsers(old.users),
    lineItems: each(old.lineItems, { clientId, courseId }),
    tokens: each(old.tokens, { clientId }),
    notices: [],
  };
}

/** What is no list is left to the schema to refuse. */
const each = (list: unknown, more: object): unknown =>
  Array.isArray(list) ? list.map((one: unknown) => ({ ...(one as object), ...more })) : list;
