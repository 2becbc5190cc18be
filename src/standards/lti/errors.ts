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
  placement_without_activity: 400,
  deep_linking_settings_missing: 400,
  deep_linking_return_refused: 403,
  deep_linking_type_refused: 400,
  for_user_missing: 400,
  review_not_allowed: 403,
  deep_linking_not_allowed: 403,

  notice_repeated: 403,

  token_refused: 502,
  service_url_refused: 502,
  service_answer_unusable: 502,
  service_refused: 502,
  service_scope_refused: 502,
  grade_column_missing: 502,
  grade_column_under_way: 503,
  platform_file_invalid: 500,
  platform_url_refused: 400,
}) {}

export type LtiErrorCode = keyof typeof LtiError.statuses;

/** Whether trying a failed call again unchanged can help, and when. */
export interface Again {
  readonly permanent: boolean;
  /** Another process is at it: it is tried again soon, and no one is alarmed. */
  readonly expected?: boolean;
  /** How long the platform asks us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** A call of a platform's service that failed. `permanent`: trying it again unchanged can't help. */
export class LtiServiceError extends LtiError implements Again {
  readonly permanent: boolean;
  readonly expected: boolean;
  readonly retryAfterMs: number;

  constructor(code: LtiErrorCode, again: boolean | Again, data: ErrorData = {}, options?: ErrorOptions) {
    super(code, data, options);
    const {
      permanent,
      expected = false,
      retryAfterMs = 0,
    } = typeof again === "boolean" ? { permanent: again } : again;
    this.permanent = permanent;
    this.expected = expected;
    this.retryAfterMs = retryAfterMs;
  }
}

export type Service = "token" | "line item" | "score" | "roster" | "notices";

/** The error for a service's answer: what was asked was wrong, or the service was not up to it. */
export function refusedBy(
  { status, headers }: { readonly status: number; readonly headers: Headers },
  service: Service,
): LtiServiceError {
  const permanent = [400, 403, 404].includes(status) && service !== "token";
  const again = { permanent, retryAfterMs: [429, 503].includes(status) ? retryAfter(headers) : 0 };
  return new LtiServiceError(service === "token" ? "token_refused" : "service_refused", again, {
    service,
    status,
  });
}

/** RFC 9110 §10.2.3 in milliseconds: seconds, or a date, which is taken as from the answer's own one. */
function retryAfter(headers: Headers): number {
  const said = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(said)) return Number(said) * 1000;
  const wait = Date.parse(said) - Date.parse(headers.get("date") ?? "");
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}
