import { seconds, type Clock, type NewId } from "../foundation/kernel/index.js";
import type { KeyRing } from "../foundation/keys/index.js";
import { isOnLoopback, originsOf, platformOf } from "./addresses.js";
import { contextClaim } from "./claims.js";
import { SandboxError } from "./errors.js";
import { signJwt } from "./id-token.js";
import type { StateFile } from "./state.js";
import type { Course, Notice, Tool } from "./state-schema.js";

/** Platform Notification Service 1.0, as Canvas does it: each notice is sent once, and never again. */
export interface Notices {
  /** Newest first. */
  sentTo(clientId: string): Notice[];
  /**
   * Remembers where a tool wants notices of a type; an empty address ends it.
   * @throws SandboxError `sandbox_notice_handler_refused` for another type, or an address that is not the tool's
   */
  handle(tool: Tool, type: string, handler: string): Promise<void>;
  /** Tells every tool of Canvas's flavour that asked for it that a course was copied from another. */
  copied(course: Course, title: string, tools: readonly Tool[]): Promise<void>;
}

export interface NoticeDeps {
  readonly origin: string;
  readonly state: StateFile;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly newId: NewId;
}

const lti = "https://purl.imsglobal.org/spec/lti/claim";
const copyNotice = "LtiContextCopyNotice";
const kept = 20;

export function createNotices(deps: NoticeDeps): Notices {
  const { state, clock } = deps;
  const send = async (tool: Tool, course: Course, title: string): Promise<void> => {
    const handler = tool.noticeHandlers[copyNotice];
    if (handler === undefined) return;
    for (const { id, courseId } of tool.deployments) {
      if (courseId !== undefined && courseId !== course.history[0]) continue;
      const jwt = await signNotice(tool, { deploymentId: id, course, title }, deps);
      const status = await post(handler, { notices: [{ jwt }] });
      const notice = { at: clock.now(), clientId: tool.clientId, type: copyNotice, status };
      state.data.notices = [notice, ...state.data.notices].slice(0, kept);
    }
    await state.save();
  };
  return {
    sentTo: (clientId) => state.data.notices.filter((notice) => notice.clientId === clientId),
    handle: async (tool, type, handler) => {
      const isToolsOwn = isOnLoopback(handler) && originsOf(tool).includes(new URL(handler).origin);
      if (type !== copyNotice || (handler !== "" && !isToolsOwn))
        throw new SandboxError("sandbox_notice_handler_refused");
      tool.noticeHandlers = handler === "" ? {} : { [copyNotice]: handler };
      await state.save();
    },
    copied: async (course, title, tools) => {
      if (course.flavour !== "canvas") return;
      for (const tool of tools) await send(tool, course, title);
    },
  };
}

/** LTI Platform Notification Service 1.0 §5, LTI Context Copy Notice. */
function signNotice(
  tool: Tool,
  notice: { readonly deploymentId: string; readonly course: Course; readonly title: string },
  { origin, keys, clock, newId }: NoticeDeps,
): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  const { course, title } = notice;
  return signJwt(
    {
      iss: platformOf(origin, tool.flavour).issuer,
      aud: tool.clientId,
      azp: tool.clientId,
      iat: now,
      exp: now + 3600,
      nonce: newId(),
      [`${lti}/version`]: "1.3.0",
      [`${lti}/deployment_id`]: notice.deploymentId,
      [`${lti}/notice`]: { id: newId(), timestamp: new Date(now * 1000).toISOString(), type: copyNotice },
      [`${lti}/context`]: contextClaim(course, title),
      [`${lti}/origin_contexts`]: course.history.slice(0, 1),
    },
    keys,
  );
}

/** The status of the answer; 0 when there was none. */
async function post(url: string, body: object): Promise<number> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(seconds(5)),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}
