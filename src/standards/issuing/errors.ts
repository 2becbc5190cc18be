import { errorFamily } from "../../foundation/kernel/index.js";

export class IssuingError extends errorFamily({
  credential_unknown: 404,
  /** Others change it all the time. */
  credential_busy: 409,
  /** Only an issued credential can be withdrawn, and a revoked one is revoked for good; `state` says what it is. */
  credential_step_impossible: 409,
  status_list_unknown: 404,
  /** A `timestamp` that is no time, or one that has not come yet. */
  status_time_refused: 400,
  /** The list was not there then. */
  status_list_not_yet: 404,
  issuer_unknown: 404,
  /** Of the test doors alone: `path` into the document, and the `clause` that it breaks. */
  vc_api_document_refused: 400,
  /** Of the test doors alone; `reason` says why. */
  vc_api_not_verified: 400,
}) {}
