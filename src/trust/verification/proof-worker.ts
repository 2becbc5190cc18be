import { parentPort } from "node:worker_threads";
import { checkHere, type CheckReply, type CheckRequest } from "./proof-check.js";

// The thread of `createProofWorker`: looks at one document after another.
parentPort?.on("message", ({ id, document, keys, expected }: CheckRequest) => {
  void checkHere(document, keys, expected).then((checked) => {
    parentPort?.postMessage({ id, checked } satisfies CheckReply);
  });
});
parentPort?.postMessage("ready");
