import { errorFamily } from "../../foundation/kernel/index.js";

/** Why there is nothing to answer about: what was given is no certificate that can be read. */
export class VerificationError extends errorFamily({
  verification_nothing_given: 400,
  /** More than one of file, address and text. */
  verification_several_given: 400,
  verification_form_malformed: 400,
  verification_too_large: 413,
  verification_address_malformed: 400,
  /** `why` is a `Failure` of the resolver. */
  verification_not_reached: 422,
  /** A picture, a PDF or a token: `format` says which. */
  verification_other_format: 415,
  verification_not_json: 422,
  verification_too_deep: 422,
  verification_repeated_name: 422,
  verification_no_certificate: 422,
  verification_busy: 503,
}) {}
