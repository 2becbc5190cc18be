import type { RecognitionDeps } from "../deps.js";
import type { Lists } from "../lists.js";

/** What the public routes and their pages need. */
export type RouteDeps = Pick<RecognitionDeps, "store" | "issuing" | "origin" | "clock"> & {
  readonly lists: Lists;
};
