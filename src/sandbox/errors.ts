import { errorFamily } from "../foundation/kernel/index.js";

export class SandboxError extends errorFamily({
  sandbox_in_production: 500,
  sandbox_state_unreadable: 500,
  sandbox_user_unknown: 404,
  sandbox_scope_refused: 404,
  sandbox_nonce_missing: 404,
  sandbox_hint_unknown: 404,
  sandbox_redirect_refused: 404,
  sandbox_media_type_refused: 400,
  sandbox_service_unknown: 400,
  sandbox_token_missing: 401,
  sandbox_token_scope: 403,
  sandbox_page_out_of_range: 400,
  sandbox_line_item_unknown: 404,
  sandbox_line_item_malformed: 400,
  sandbox_score_malformed: 400,
  sandbox_score_user_unknown: 400,
  sandbox_score_not_newer: 409,
}) {}
