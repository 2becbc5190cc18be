import { Worker } from "node:worker_threads";
import {
  VcError,
  verifyProofs,
  type Json,
  type JsonObject,
  type ProofExpectation,
  type ProofVerdict,
} from "../../standards/vc/index.js";

/** What came of a document's proofs, or the code of why they can't be looked at. */
export type Checked = readonly ProofVerdict[] | { readonly code: string; readonly reason?: string };

/** Looks at the proofs of a document by the keys of its issuer. Never rejects for what stands in the document. */
export type ProofCheck = (
  document: JsonObject,
  keys: ReadonlyMap<string, Uint8Array>,
  /** Of a presentation: what its proof was made for. */
  expected?: ProofExpectation,
) => Promise<Checked>;

/** In this thread: for documents of our own making, whose cost is known. */
export const checkHere: ProofCheck = async (document, keys, expected) => {
  try {
    return await verifyProofs(document, (method) => Promise.resolve(keys.get(method)), expected);
  } catch (error) {
    if (error instanceof VcError) {
      const { reason } = error.data;
      return { code: error.code, ...(typeof reason === "string" ? { reason } : {}) };
    }
    throw error;
  }
};

/** What the worker is asked. */
export interface CheckRequest {
  readonly id: number;
  readonly document: JsonObject;
  readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly expected: ProofExpectation | undefined;
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
  /** How long one document may take, in milliseconds; 2.5 s when left out. */
  readonly workMs?: number;
  /** How long a document may wait for those before it, in milliseconds; 3 s when left out. */
  readonly waitMs?: number;
  /** The most memory for JavaScript's objects, MiB; 96 when left out. */
  readonly memoryMb?: number;
  /** Documents of so many JSON values at most are looked at in the caller's own thread; 400 when left out. */
  readonly smallValues?: number;
}

/** The reply when a document took too long or too much memory. */
const tooMuch: Checked = { code: "verification_too_much_work" };

interface Job {
  readonly request: Omit<CheckRequest, "id">;
  readonly reply: (checked: Checked) => void;
  readonly waiting: NodeJS.Timeout;
}

/**
 * Looks at strangers' documents. Small ones, as certificates are, at once: the hardest of them takes about a tenth of a
 * second (measured: cliques, stars and rings of blank nodes). Larger ones in a thread of its own, one after another,
 * since they could stop every other request. The thread begins with the first of them; one that does not answer in time,
 * or runs out of memory, is ended, and the next document gets a new one.
 */
export function createProofWorker(options: ProofWorkerOptions = {}): ProofWorker {
  const { workMs = 2500, waitMs = 3000, memoryMb = 96, smallValues = 400 } = options;
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
  const inThread = (request: Job["request"]): Promise<Checked> =>
    new Promise((reply) => {
      const giveUp = (): void => {
        queue.splice(queue.indexOf(job), 1);
        reply(tooMuch);
      };
      const job: Job = { request, reply, waiting: setTimeout(giveUp, waitMs) };
      queue.push(job);
      void work();
    });
  return {
    check: (document, keys, expected) =>
      isSmall(document, smallValues)
        ? checkHere(document, keys, expected)
        : inThread({ document, keys, expected }),
    close: async () => bench?.end(),
  };
}

/** Whether it has at most so many values, itself and all within. */
function isSmall(document: JsonObject, most: number): boolean {
  let left = most;
  const walk = (value: Json): boolean => {
    left -= 1;
    if (left < 0) return false;
    return typeof value !== "object" || value === null || Object.values(value).every(walk);
  };
  return walk(document);
}

interface Bench {
  readonly ended: boolean;
  ask(request: Job["request"], workMs: number): Promise<Checked>;
  end(): Promise<void>;
}

const longestStart = 15_000;

/** Sources are begun through a file that knows their loader; what was made plain JavaScript is begun as it is. */
const threadFile = import.meta.url.endsWith(".ts") ? "./proof-thread.cjs" : "./proof-worker.js";

function openBench(memoryMb: number): Bench {
  const worker = new Worker(new URL(threadFile, import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
  });
  // It must not keep a command alive that has nothing left to do.
  worker.unref();
  let ended = false;
  let asked = 0;
  let reply: ((checked: Checked) => void) | undefined;
  const giveUp = (): void => {
    ended = true;
    reply?.(tooMuch);
  };
  const end = async (): Promise<void> => {
    giveUp();
    await worker.terminate();
  };
  // Its loader has to compile the sources first, which says nothing about the document.
  const begun = new Promise<void>((resolve) => {
    const late = setTimeout(() => void end(), longestStart);
    const done = (): void => {
      clearTimeout(late);
      resolve();
    };
    worker.once("message", done);
    worker.once("exit", done);
  });
  worker.on("message", (message: CheckReply | "ready") => {
    if (message !== "ready" && message.id === asked) reply?.(message.checked);
  });
  worker.on("error", giveUp);
  worker.on("exit", giveUp);
  return {
    get ended() {
      return ended;
    },
    ask: async (request, workMs) => {
      await begun;
      if (ended) return tooMuch;
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
