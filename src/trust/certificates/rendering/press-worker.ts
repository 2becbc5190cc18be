import { parentPort } from "node:worker_threads";
import { draw } from "./drawing.js";
import type { PressOrder, PressReply } from "./press.js";

const say = (reply: PressReply): void => parentPort?.postMessage(reply);

// The thread of `createPress`: one order after another.
parentPort?.on("message", ({ form, sheet }: PressOrder) => {
  void draw(form, sheet).then(say, () => {
    say("failed");
  });
});
say("ready");
