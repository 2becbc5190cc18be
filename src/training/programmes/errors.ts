import { errorFamily } from "../../foundation/kernel/index.js";

export class ProgrammesError extends errorFamily({
  /** Others changed the standing again and again while this change was tried. */
  standing_busy: 503,
  /** It is not made as its kind asks; `reason` says what is wrong. */
  attestation_refused: 422,
  attestation_unknown: 404,
  attestation_withdrawn_already: 409,
  /** No mail is sent here, or there is no certificate that a reminder could be about. */
  reminders_not_offered: 409,
}) {}
