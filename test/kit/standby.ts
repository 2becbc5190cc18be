/**
 * The tool's process, with its modules read already: waits for one line of JSON, the environment to start with, and
 * then is `src/main.ts`. So a test that starts the tool hundreds of times waits for its start alone.
 */
import { once } from "node:events";
import "../../src/app.js";
import "../../src/storage/index.js";

process.stdout.write("standing by\n");
const [line] = (await once(process.stdin.setEncoding("utf8"), "data")) as [string];
process.stdin.destroy();
Object.assign(process.env, JSON.parse(line));
await import("../../src/main.js");
