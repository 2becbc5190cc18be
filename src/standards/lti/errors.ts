import { errorFamily, type ErrorData } from "../../foundation/kernel/index.js";

/** What can be wrong with a login, a launch, a registration or a grade's way. Words: `views/locales/<locale>/lti.json`. */
export class LtiError extends errorFamily({
  request_malformed: 400,
  login_incomplete: 400,
  platform_unknown: 403,
  platform_ambiguous: 400,
  platform_inactive: 403,
  target_link_foreign: 400,
  browser_keeps_no_cookie: 403,

  platform_refused: 403,
  state_missing: 400,
  state_malformed: 400,
  id_token_missing: 400,
  id_token_too_large: 413,
  state_unknown: 403,
  state_expired: 403,
  browser_mismatch: 403,
  id_token_malformed: 400,
  algorithm_refused: 403,
  kid_missing: 403,
  issuer_mismatch: 403,
  audience_mismatch: 403,
  platform_keys_unavailable: 502,
  key_unknown: 403,
  signature_invalid: 403,
  exp_missing: 400,
  iat_missing: 400,
  nonce_missing: 400,
  id_token_expired: 403,
  id_token_from_future: 403,
  id_token_too_old: 403,
  azp_missing: 403,
  azp_mismatch: 403,
  nonce_mismatch: 403,
  lti_version_missing: 400,
  lti_version_unsupported: 400,
  message_type_missing: 400,
  message_type_unsupported: 400,
  target_link_missing: 400,
  target_link_mismatch: 403,
  roles_missing: 400,
  resource_link_missing: 400,
  sub_missing: 400,
  deployment_id_missing: 400,
  deployment_not_approved: 403,
  placement_without_module: 400,

  token_refused: 502,
  service_url_refused: 502,
  service_answer_unusable: 502,
  service_refused: 502,
  platform_file_invalid: 500,
  platform_url_refused: 400,
}) {}

export type LtiErrorCode = keyof typeof LtiError.statuses;

/** A call of a platform's service that failed. `permanent`: trying it again unchanged can't help. */
export class LtiServiceError extends LtiError {
  constructor(
    code: LtiErrorCode,
    readonly permanent: boolean,
    data: ErrorData = {},
    options?: ErrorOptions,
  ) {
    super(code, data, options);
  }
}

/** The error for a service's HTTP status: what was asked was wrong, or the service was not up to it. */
export function refusedBy(status: number, service: "token" | "line item" | "score"): LtiServiceError {
  const permanent = [400, 403, 404].includes(status) && service !== "token";
  return new LtiServiceError(service === "token" ? "token_refused" : "service_refused", permanent, {
    service,
    status,
  });
}
