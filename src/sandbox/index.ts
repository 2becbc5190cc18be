export { SandboxError } from "./errors.js";
export { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox.js";
