export { type SandboxRegistration, type SandboxTool } from "./addresses.js";
export { SandboxError } from "./errors.js";
export { type GradebookView } from "./gradebook.js";
export { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox.js";
export { type Grade, type LineItem, type ScorePost } from "./state.js";
export { type User as SandboxUser } from "./users.js";
