import { errorFamily } from "../../../foundation/kernel/index.js";

/**
 * What can be wrong while a platform is registered, or while its academy's owner decides about it.
 * Words: `views/locales/<locale>/registration.json`; `docs/lti.md` lists them.
 */
export class RegistrationError extends errorFamily({
  /** An invite for another purpose than the address that it was used at. */
  invite_for_another_purpose: 400,
  registration_address_refused: 400,
  registration_unreachable: 502,
  registration_configuration_unusable: 502,
  /** `part` is missing in the platform's configuration, or of another kind than it must be. */
  registration_configuration_incomplete: 400,
  registration_issuer_mismatch: 403,
  registration_endpoint_foreign: 403,
  /** `part` is an address that is not https. */
  registration_url_insecure: 403,
  /** The platform does not offer `part`. */
  registration_unsupported: 400,
  registration_form_expired: 403,
  registration_token_refused: 502,
  registration_refused: 502,
  /** The platform got our registration, and nobody knows what became of it. */
  registration_unanswered: 504,
  registration_answer_unusable: 502,
  /** The platform made the client `clientId`, and we could not save it. */
  registration_not_saved: 500,
  /** As above; a platform of this issuer and client_id is known here already. */
  platform_taken: 409,

  desk_needs_cookie: 403,
  platform_not_here: 404,
  deployment_not_here: 404,
  /** The operator's files say what holds of it. */
  platform_of_operator: 409,
}) {}
