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
  /** A file that nothing is looked for in: `format` says which. */
  verification_other_format: 415,
  /** A picture or a PDF (`format`) without a certificate in it. */
  verification_nothing_inside: 422,
  /** Cut off or altered where the certificate stands in it. */
  verification_file_damaged: 422,
  /** A picture with a DOCTYPE, or with entities of its own. */
  verification_file_unsafe: 422,
  verification_not_json: 422,
  verification_too_deep: 422,
  verification_repeated_name: 422,
  verification_no_certificate: 422,
  verification_date_malformed: 400,
  verification_date_future: 400,
  /** The file that says whom a verifier trusts. */
  verification_roots_malformed: 400,
  verification_busy: 503,
}) {}
