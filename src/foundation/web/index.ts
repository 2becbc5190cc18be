export { type Visit, type VisitRole, type VisitStore } from "./visit-store.js";
