import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { newState, upgraded } from "./beginnings.js";
import { SandboxError } from "./errors.js";
import { stateSchema, type State } from "./state-schema.js";

/** The sandbox's whole memory. Change `data`, then `save`: an answer that says "done" waits for it. */
export interface StateFile {
  readonly data: State;
  save(): Promise<void>;
}

/**
 * Opens the state at `path`, or begins a new one there; without a path it lives as long as the process. A file of the
 * version before is brought up to this one.
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

async function readState(path: string): Promise<State | undefined> {
  try {
    return stateSchema.parse(upgraded(JSON.parse(await readFile(path, "utf8"))));
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
