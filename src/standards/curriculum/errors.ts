import { errorFamily } from "../../foundation/kernel/index.js";

export class CurriculumError extends errorFamily({
  /** The directory is not there or can't be read. */
  curriculum_not_found: 500,
  /** `count` findings; the first one's `file`, `line` and `rule`. */
  curriculum_invalid: 500,
  curriculum_version_unknown: 500,
  /** A saved draw names an item that this version of the quiz does not have. */
  curriculum_item_unknown: 409,
  /** What is published has no competency and no outcome of that id. */
  competency_unknown: 404,
  /** A choice is none of the decision that is at hand in this version of the scenario. */
  scenario_choice_unknown: 409,
}) {}
