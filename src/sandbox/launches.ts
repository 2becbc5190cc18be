import { minutes, randomToken, type Clock } from "../foundation/kernel/index.js";
import type { User, UserKey } from "./users.js";

export type LaunchTarget = "iframe" | "window";

interface PendingLaunch {
  readonly userKey: UserKey;
  readonly target: LaunchTarget;
  readonly expiresAt: number;
}

/** Launches between the course page and `/auth`. They are lost with the process, as a session of an LMS is. */
export interface Launches {
  /** Begins one; returns its lti_message_hint: JSON text, as Moodle's. */
  begin(user: User, target: LaunchTarget): string;
  /** The launch of a hint, once: a replayed, old or invented hint has none. */
  take(hint: string | undefined): PendingLaunch | undefined;
}

const lifetime = minutes(10);
const atMost = 1000;

export function createLaunches(clock: Clock): Launches {
  const pending = new Map<string, PendingLaunch>();
  return {
    begin: (user, target) => {
      const [oldest] = pending.keys();
      if (oldest !== undefined && pending.size >= atMost) pending.delete(oldest);
      const id = `ltilaunch_${randomToken(16)}`;
      pending.set(id, { userKey: user.key, target, expiresAt: clock.now() + lifetime });
      return JSON.stringify({ cmid: 1, launchid: id });
    },
    take: (hint) => {
      const id = launchIdIn(hint);
      const launch = id === undefined ? undefined : pending.get(id);
      if (id !== undefined) pending.delete(id);
      return launch && launch.expiresAt > clock.now() ? launch : undefined;
    },
  };
}

function launchIdIn(hint: string | undefined): string | undefined {
  try {
    const parsed: unknown = JSON.parse(hint ?? "");
    const id = (parsed as { launchid?: unknown } | null)?.launchid;
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
