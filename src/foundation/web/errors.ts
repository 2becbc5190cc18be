import { errorFamily } from "../kernel/index.js";

export class WebError extends errorFamily({
  not_found: 404,
  method_not_allowed: 405,
  body_malformed: 400,
  body_too_large: 413,
  path_malformed: 400,
  /** `If-Match` and the like name another version of a file than there is. */
  condition_failed: 412,
  range_unavailable: 416,
  form_expired: 403,
  visit_unknown: 404,
  visit_expired: 410,
  visit_of_another_browser: 403,
  role_not_allowed: 403,
  too_many_requests: 429,
  service_stopping: 503,
  unexpected: 500,
}) {}
