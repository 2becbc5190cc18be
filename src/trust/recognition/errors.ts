import { errorFamily } from "../../foundation/kernel/index.js";

export class RecognitionError extends errorFamily({
  /** `slug` is what was asked for. */
  authority_unknown: 404,
  authority_slug_malformed: 400,
  /** By an authority of another jurisdiction, or of another kind. */
  authority_slug_taken: 409,
  /** It says nothing of this authority and jurisdiction, or its signatures do not hold. */
  mandate_refused: 400,
  recognition_unknown: 404,
  /** `field` is what is missing, too long or not of its form. */
  recognition_malformed: 400,
  /** What was asked needs a recognition in force. */
  recognition_not_in_force: 409,
  /** Others change it all the time. */
  recognition_busy: 409,
  partner_malformed: 400,
  /** The file of trust roots is no JSON list of DIDs, or can't be read. */
  trust_roots_malformed: 500,
  /** `field` of a trust registry query is missing or not of its form. */
  trqp_malformed: 400,
  /** This registry does not speak for that authority. */
  trqp_authority_unknown: 404,
}) {}
