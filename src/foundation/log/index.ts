export { merkleRoot } from "./merkle.js";
