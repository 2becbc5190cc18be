import type { Clock } from "../foundation/kernel/index.js";
import { SandboxError } from "./errors.js";
import { gradeOf, parseScore } from "./score.js";
import { parseLineItem } from "./line-item.js";
import type { StateFile } from "./state.js";
import type { Grade, LineItem, ScorePost } from "./state-schema.js";
import { isTrainee, type User } from "./users.js";

/** What the gradebook holds, as data. */
export interface GradebookView {
  readonly users: readonly User[];
  readonly lineItems: readonly LineItem[];
  readonly grades: readonly Grade[];
  /** Accepted and refused score posts, newest first. */
  readonly scorePosts: readonly ScorePost[];
}

interface LineItemFilter {
  readonly resourceLinkId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly tag?: string | undefined;
}

/** A tool in a course: it sees its own line items there, and no others. */
export interface LineItemOwner {
  readonly courseId: string;
  readonly clientId: string;
}

/**
 * Line items and grades. Nothing but the AGS routes changes it, and content that comes with a line item of its own.
 * Bodies are JSON text, as they came.
 */
export interface Gradebook {
  view(): GradebookView;
  lineItems(owner: LineItemOwner, filter?: LineItemFilter): LineItem[];
  /** @throws SandboxError `sandbox_line_item_unknown` */
  lineItem(owner: LineItemOwner, id: string): LineItem;
  /** @throws SandboxError `sandbox_line_item_malformed` */
  addLineItem(owner: LineItemOwner, body: string): Promise<LineItem>;
  /** @throws SandboxError `sandbox_line_item_unknown`, `sandbox_line_item_malformed` */
  replaceLineItem(owner: LineItemOwner, id: string, body: string): Promise<LineItem>;
  /** Removes its grades too. @throws SandboxError `sandbox_line_item_unknown` */
  removeLineItem(owner: LineItemOwner, id: string): Promise<void>;
  /**
   * Takes a score (AGS 2.0 §3.4) and leaves a line in the history. As in Moodle: only trainees have grades; the timestamp
   * must be a later whole second than the last one of that user and line item.
   * @throws SandboxError `sandbox_line_item_unknown`, `sandbox_score_malformed`, `sandbox_score_user_unknown`,
   * `sandbox_score_not_newer`
   */
  takeScore(owner: LineItemOwner, lineItemId: string, body: string): Promise<void>;
  /** Leaves a line in the history for a score post that was refused; `refused` is the error's code. */
  noteRefusal(lineItemId: string, body: string, refused: string): Promise<void>;
}

const historyLength = 500;

export function createGradebook(state: StateFile, clock: Clock): Gradebook {
  const { data } = state;
  const lineItem = (owner: LineItemOwner, id: string): LineItem => {
    const found = data.lineItems.find((one) => one.id === id && isOwn(one, owner));
    if (!found) throw new SandboxError("sandbox_line_item_unknown");
    return found;
  };
  const note = async (post: ScorePost): Promise<void> => {
    data.scorePosts = [post, ...data.scorePosts].slice(0, historyLength);
    await state.save();
  };
  return {
    view: () => structuredClone(viewOf(state)),
    lineItems: (owner, filter = {}) =>
      data.lineItems.filter((item) => isOwn(item, owner) && matches(item, filter)),
    lineItem,
    addLineItem: async (owner, body) => {
      const item = { id: String(data.nextLineItem), ...owner, ...parseLineItem(body, linksOf(state, owner)) };
      data.nextLineItem += 1;
      data.lineItems.push(item);
      await state.save();
      return item;
    },
    replaceLineItem: async (owner, id, body) => {
      const place = data.lineItems.indexOf(lineItem(owner, id));
      const item = { id, ...owner, ...parseLineItem(body, linksOf(state, owner)) };
      data.lineItems[place] = item;
      await state.save();
      return item;
    },
    removeLineItem: async (owner, id) => {
      const removed = lineItem(owner, id);
      data.lineItems = data.lineItems.filter((item) => item !== removed);
      data.grades = data.grades.filter(({ lineItemId }) => lineItemId !== id);
      await state.save();
    },
    takeScore: async (owner, lineItemId, body) => {
      const item = lineItem(owner, lineItemId);
      const at = clock.now();
      const score = parseScore(body);
      const user = data.users.find(({ id }) => id === score.userId);
      if (!user || !isTrainee(user)) throw new SandboxError("sandbox_score_user_unknown");
      const grade: Grade = { ...gradeOf(score, item), userKey: user.key, lineItemId, receivedAt: at };
      const last = data.grades.find((one) => sameCell(one, grade));
      if (last && grade.second <= last.second) throw new SandboxError("sandbox_score_not_newer");
      data.grades = [...data.grades.filter((one) => one !== last), grade];
      await note({ at, lineItemId, userKey: user.key, score: grade.score });
    },
    noteRefusal: (lineItemId, body, refused) => {
      const user = data.users.find(({ id }) => id === userIdIn(body));
      return note({ at: clock.now(), lineItemId, refused, ...(user ? { userKey: user.key } : {}) });
    },
  };
}

const isOwn = (item: LineItem, { courseId, clientId }: LineItemOwner): boolean =>
  item.courseId === courseId && item.clientId === clientId;

const linksOf = ({ data }: StateFile, { courseId, clientId }: LineItemOwner): string[] =>
  data.links.filter((link) => link.courseId === courseId && link.clientId === clientId).map(({ id }) => id);

function viewOf({ data }: StateFile): GradebookView {
  const { users, lineItems, grades, scorePosts } = data;
  return { users, lineItems, grades, scorePosts };
}

function matches(item: LineItem, filter: LineItemFilter): boolean {
  return (["resourceLinkId", "resourceId", "tag"] as const).every(
    (name) => filter[name] === undefined || filter[name] === item[name],
  );
}

const sameCell = (a: Pick<Grade, "userKey" | "lineItemId">, b: typeof a): boolean =>
  a.userKey === b.userKey && a.lineItemId === b.lineItemId;

/** Whom a score post speaks of, even when the rest of it is unreadable. */
function userIdIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { userId?: unknown } | null)?.userId;
  } catch {
    return undefined;
  }
}
