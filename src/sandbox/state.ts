import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { SandboxError } from "./errors.js";
import { createUsers, userSchema } from "./users.js";

const keySchema = z.object({
  academyId: z.string(),
  jurisdictionId: z.string(),
  kid: z.string(),
  keySet: z.string(),
  generation: z.number(),
  alg: z.string(),
  publicJwk: z.record(z.string(), z.unknown()),
  sealedPrivateJwk: z.string(),
  createdAt: z.number(),
  retiredAt: z.number().exactOptional(),
});

const lineItemSchema = z.object({
  id: z.string(),
  label: z.string(),
  scoreMaximum: z.number(),
  resourceLinkId: z.string().exactOptional(),
  resourceId: z.string().exactOptional(),
  tag: z.string().exactOptional(),
});

const gradeSchema = z.object({
  userKey: z.string(),
  lineItemId: z.string(),
  /** On the line item's scale; null when there is no grade, or no longer one. */
  score: z.number().nullable(),
  comment: z.string().exactOptional(),
  /** The whole second of the score's own timestamp, in milliseconds: the next one must be later. */
  second: z.number(),
  receivedAt: z.number(),
});

const scorePostSchema = z.object({
  at: z.number(),
  lineItemId: z.string(),
  /** Absent when the post did not name a user of ours. */
  userKey: z.string().exactOptional(),
  /** What it ended at on the line item's scale; absent when it was refused. */
  score: z.number().nullable().exactOptional(),
  /** The error's code, when it was refused. */
  refused: z.string().exactOptional(),
});

const stateSchema = z.object({
  version: z.literal(1),
  keys: z.array(keySchema),
  users: z.array(userSchema),
  nextLineItem: z.number(),
  lineItems: z.array(lineItemSchema),
  grades: z.array(gradeSchema),
  /** Newest first. */
  scorePosts: z.array(scorePostSchema),
  tokens: z.array(z.object({ hash: z.string(), scopes: z.array(z.string()), expiresAt: z.number() })),
});

type State = z.infer<typeof stateSchema>;
export type LineItem = z.infer<typeof lineItemSchema>;
export type Grade = z.infer<typeof gradeSchema>;
export type ScorePost = z.infer<typeof scorePostSchema>;

/** The sandbox's whole memory. Change `data`, then `save`: an answer that says "done" waits for it. */
export interface StateFile {
  readonly data: State;
  save(): Promise<void>;
}

/**
 * Opens the state at `path`, or begins a new one there; without a path it lives as long as the process.
 * @throws SandboxError `sandbox_state_unreadable`
 */
export async function openState(path: string | undefined): Promise<StateFile> {
  if (path === undefined) return { data: newState(), save: () => Promise.resolve() };
  const data = (await readState(path)) ?? newState();
  await mkdir(dirname(path), { recursive: true });
  let last = Promise.resolve();
  const save = (): Promise<void> => {
    // One after the other, and a write that failed does not stop the next.
    last = last.catch(() => undefined).then(() => writeState(path, data));
    return last;
  };
  await save();
  return { data, save };
}

function newState(): State {
  return {
    version: 1,
    keys: [],
    users: createUsers(),
    nextLineItem: 1,
    lineItems: [],
    grades: [],
    scorePosts: [],
    tokens: [],
  };
}

async function readState(path: string): Promise<State | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new SandboxError("sandbox_state_unreadable", { file: path }, { cause });
  }
}

/** A kill at any moment leaves the old file or the new one, whole. */
async function writeState(path: string, state: State): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(JSON.stringify(state, undefined, 1));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}
