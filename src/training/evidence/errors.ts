import { errorFamily } from "../../foundation/kernel/index.js";

export class EvidenceError extends errorFamily({
  /** A statement of ours breaks the profile: a fault of this program, so trying again is useless. */
  statement_breaks_profile: 500,
  event_without_setting: 500,
  /** The record store does not take the statement; `reason` is its error's code. */
  statement_refused: 500,
}) {
  readonly permanent = true;
}
