import { errorFamily } from "../../foundation/kernel/index.js";

export class EvidenceError extends errorFamily({
  /** A statement of ours breaks the profile: a fault of this program, so trying again is useless. */
  statement_breaks_profile: 500,
  /** `subject` is the id of a module or competency that the curriculum does not have. */
  event_without_setting: 500,
  /** The record store does not take the statement; `reason` is its error's code. */
  statement_refused: 500,
  /** A statement that is to be committed to is not in the store yet: it is on its way there. */
  evidence_not_written: 503,
}) {
  get permanent(): boolean {
    return this.code !== "evidence_not_written";
  }

  get expected(): boolean {
    return this.code === "evidence_not_written";
  }
}
