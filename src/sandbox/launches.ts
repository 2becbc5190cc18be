import { minutes, randomToken, type Clock } from "../foundation/kernel/index.js";
import type { Flavour } from "./flavour.js";
import type { UserKey } from "./users.js";

export type LaunchTarget = "iframe" | "window";

/** What a launch is about. */
export type LaunchSubject =
  | { readonly kind: "link"; readonly linkId: string }
  /** Canvas: a tool that is opened from the course's menu. */
  | { readonly kind: "navigation" }
  | { readonly kind: "pick"; readonly multiple: boolean; readonly lineItem: boolean }
  | { readonly kind: "review"; readonly linkId: string; readonly of: UserKey };

export interface Launch {
  readonly userKey: UserKey;
  readonly target: LaunchTarget;
  readonly clientId: string;
  readonly deploymentId: string;
  readonly courseId: string;
  readonly subject: LaunchSubject;
  /** No name and no mail address, whatever the tool may see. */
  readonly anonymous: boolean;
}

/** What `/auth` was asked for a pick, which its answer must fit. */
export interface Pick {
  readonly launch: Launch;
  readonly nonce: string;
}

/** Launches between the course page and `/auth`. They are lost with the process, as a session of an LMS is. */
export interface Launches {
  /** Begins one; returns its lti_message_hint: JSON text, as Moodle's, or a word. */
  begin(launch: Launch, flavour: Flavour): string;
  /** The launch of a hint, once: a replayed, old or invented hint has none. */
  take(hint: string | undefined): Launch | undefined;
  /** Keeps a deep-linking launch until its answer comes; returns its id. */
  beginPick(pick: Pick): string;
  /** The deep-linking launch of an id, as often as asked: somebody may go back and pick again. */
  pick(id: string | undefined): Pick | undefined;
}

const lifetime = minutes(10);
const pickLifetime = minutes(60);
const atMost = 1000;

export function createLaunches(clock: Clock): Launches {
  const pending = createBriefly<Launch>(clock, lifetime);
  const picks = createBriefly<Pick>(clock, pickLifetime);
  return {
    begin: (launch, flavour) => {
      const id = pending.keep(launch);
      return flavour === "moodle" ? JSON.stringify({ cmid: 1, launchid: id }) : id;
    },
    take: (hint) => pending.take(launchIdIn(hint)),
    beginPick: (pick) => picks.keep(pick),
    pick: (id) => picks.look(id),
  };
}

interface Briefly<T> {
  keep(what: T): string;
  look(id: string | undefined): T | undefined;
  take(id: string | undefined): T | undefined;
}

function createBriefly<T>(clock: Clock, lives: number): Briefly<T> {
  const kept = new Map<string, { readonly what: T; readonly expiresAt: number }>();
  const look = (id: string | undefined): T | undefined => {
    const found = id === undefined ? undefined : kept.get(id);
    return found && found.expiresAt > clock.now() ? found.what : undefined;
  };
  return {
    keep: (what) => {
      const [oldest] = kept.keys();
      if (oldest !== undefined && kept.size >= atMost) kept.delete(oldest);
      const id = `ltilaunch_${randomToken(16)}`;
      kept.set(id, { what, expiresAt: clock.now() + lives });
      return id;
    },
    look,
    take: (id) => {
      const found = look(id);
      if (id !== undefined) kept.delete(id);
      return found;
    },
  };
}

function launchIdIn(hint: string | undefined): string | undefined {
  if (hint !== undefined && /^ltilaunch_[\w-]+$/.test(hint)) return hint;
  try {
    const parsed: unknown = JSON.parse(hint ?? "");
    const id = (parsed as { launchid?: unknown } | null)?.launchid;
    return typeof id === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}
