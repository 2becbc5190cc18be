import { Worker } from "node:worker_threads";
import { CertificatesError } from "../errors.js";
import type { DrawnForm } from "./drawing.js";
import type { Sheet } from "./sheet.js";

export interface PressOrder {
  readonly form: DrawnForm;
  readonly sheet: Sheet;
}

/** What the thread says: that it is ready, or what became of the order it had last. */
export type PressReply = "ready" | "failed" | Uint8Array;

/** Draws certificates in a thread of its own, one after the other: shaping text would stop every other request. */
export interface Press {
  /** @throws CertificatesError `certificate_rendering_busy` when it takes too long, or can't be done */
  draw(form: DrawnForm, sheet: Sheet): Promise<Buffer>;
}

/** The loader has to compile the sources first, and fonts are opened at their first use. */
const longestMs = 30_000;
const memoryMb = 256;

/** Sources are begun through a file that knows their loader; what was made plain JavaScript is begun as it is. */
const threadFile = import.meta.url.endsWith(".ts") ? "./press-thread.cjs" : "./press-worker.js";

export function createPress(): Press {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const begin = async (): Promise<Worker> => {
    const begun = new Worker(new URL(threadFile, import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    // It must not keep a command alive that has nothing left to do.
    begun.unref();
    begun.once("exit", () => {
      if (thread === begun) thread = undefined;
    });
    thread = begun;
    await answerOf(begun);
    return begun;
  };
  const work = async (order: PressOrder): Promise<Buffer> => {
    const worker = thread ?? (await begin());
    const answer = answerOf(worker);
    worker.postMessage(order);
    const made = await answer;
    if (typeof made === "string") throw new CertificatesError("certificate_rendering_busy");
    return Buffer.from(made.buffer, made.byteOffset, made.byteLength);
  };
  return {
    draw: async (form, sheet) => {
      const mine = last.then(() => work({ form, sheet }));
      // Whatever becomes of this one, the next has its turn.
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** The thread's next word; one that is late or fails is ended, and the next order gets a new one. */
function answerOf(worker: Worker): Promise<PressReply> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(late);
      worker.off("message", heard).off("error", gone).off("exit", gone);
    };
    const heard = (reply: PressReply): void => {
      settle();
      resolve(reply);
    };
    const gone = (cause?: unknown): void => {
      settle();
      void worker.terminate();
      reject(new CertificatesError("certificate_rendering_busy", {}, { cause }));
    };
    const late = setTimeout(gone, longestMs);
    worker.on("message", heard).on("error", gone).on("exit", gone);
  });
}
