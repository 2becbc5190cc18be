import { errorFamily } from "../../foundation/kernel/index.js";

export class ProgrammesError extends errorFamily({
  /** Others changed the standing again and again while this change was tried. */
  standing_busy: 503,
}) {}
