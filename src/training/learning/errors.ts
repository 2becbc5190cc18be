import { errorFamily } from "../../foundation/kernel/index.js";

export class LearningError extends errorFamily({
  /** The launched module is not in the loaded curriculum, or nothing of it is written yet. */
  module_not_here: 404,
  activity_unknown: 404,
  /** The course has no link, or no more, to what the address names. */
  link_not_here: 404,
  /** The attempt is pinned to a curriculum version that is not loaded. */
  version_not_here: 409,
  /** Others changed the attempt again and again while this change was tried. */
  attempt_busy: 503,
}) {}
