import { Worker } from "node:worker_threads";
import { VcError, verifyProofs, type JsonObject, type ProofVerdict } from "../../standards/vc/index.js";

/** What came of a document's proofs, or the code of why they can't be looked at. */
export type Checked = readonly ProofVerdict[] | { readonly code: string };

/** Looks at the proofs of a document by the keys of its issuer. Never rejects for what stands in the document. */
export type ProofCheck = (document: JsonObject, keys: ReadonlyMap<string, Uint8Array>) => Promise<Checked>;

/** In this thread: for documents of our own making, whose cost is known. */
export const checkHere: ProofCheck = async (document, keys) => {
  try {
    return await verifyProofs(document, (method) => Promise.resolve(keys.get(method)));
  } catch (error) {
    if (error instanceof VcError) return { code: error.code };
    throw error;
  }
};

/** What the worker is asked. */
export interface CheckRequest {
  readonly id: number;
  readonly document: JsonObject;
  readonly keys: ReadonlyMap<string, Uint8Array>;
}
export interface CheckReply {
  readonly id: number;
  readonly checked: Checked;
}

export interface ProofWorker {
  readonly check: ProofCheck;
  close(): Promise<void>;
}

export interface ProofWorkerOptions {
  /** How long one document may take, in milliseconds, the beginning of the thread included; 2.5 s when left out. */
  readonly workMs?: number;
  /** How long a document may wait for those before it, in milliseconds; 3 s when left out. */
  readonly waitMs?: number;
  /** The most memory for JavaScript's objects, MiB; 96 when left out. */
  readonly memoryMb?: number;
}

/** The reply when a document took too long or too much memory. */
const tooMuch: Checked = { code: "verification_too_much_work" };

interface Job {
  readonly request: Omit<CheckRequest, "id">;
  readonly reply: (checked: Checked) => void;
  readonly waiting: NodeJS.Timeout;
}

/**
 * Looks at strangers' documents in a thread of its own, one after another: canonicalising what was made to be hard would
 * stop every other request. The thread begins with the first document. One that does not answer in time, or runs out
 * of memory, is ended, and the next document gets a new one.
 */
export function createProofWorker(options: ProofWorkerOptions = {}): ProofWorker {
  const { workMs = 2500, waitMs = 3000, memoryMb = 96 } = options;
  const queue: Job[] = [];
  let bench: Bench | undefined;
  let busy = false;

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let job = queue.shift(); job; job = queue.shift()) {
      clearTimeout(job.waiting);
      if (bench?.ended !== false) bench = openBench(memoryMb);
      job.reply(await bench.ask(job.request, workMs));
    }
    busy = false;
  };
  return {
    check: (document, keys) =>
      new Promise((reply) => {
        const giveUp = (): void => {
          queue.splice(queue.indexOf(job), 1);
          reply(tooMuch);
        };
        const job: Job = { request: { document, keys }, reply, waiting: setTimeout(giveUp, waitMs) };
        queue.push(job);
        void work();
      }),
    close: async () => bench?.end(),
  };
}

interface Bench {
  readonly ended: boolean;
  ask(request: Job["request"], workMs: number): Promise<Checked>;
  end(): Promise<void>;
}

// Where the sources run as they are, the thread needs the same loader as its parent.
const ownEnding = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const loader = ownEnding.startsWith(".ts") ? ["--import=tsx"] : [];

function openBench(memoryMb: number): Bench {
  const worker = new Worker(new URL(`./proof-worker${ownEnding}`, import.meta.url), {
    execArgv: loader,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
  });
  // It must not keep a command or a test alive that has nothing left to do.
  worker.unref();
  let ended = false;
  let asked = 0;
  let reply: ((checked: Checked) => void) | undefined;
  const giveUp = (): void => {
    ended = true;
    reply?.(tooMuch);
  };
  worker.on("message", ({ id, checked }: CheckReply) => {
    if (id === asked) reply?.(checked);
  });
  worker.on("error", giveUp);
  worker.on("exit", giveUp);
  const end = async (): Promise<void> => {
    giveUp();
    await worker.terminate();
  };
  return {
    get ended() {
      return ended;
    },
    ask: async (request, workMs) => {
      const checked = new Promise<Checked>((resolve) => (reply = resolve));
      const late = setTimeout(() => void end(), workMs);
      asked += 1;
      worker.postMessage({ id: asked, ...request } satisfies CheckRequest);
      try {
        return await checked;
      } finally {
        clearTimeout(late);
      }
    },
    end,
  };
}
