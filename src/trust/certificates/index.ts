export { type HolderCode, type HolderCodeStore } from "./holder-code-store.js";
