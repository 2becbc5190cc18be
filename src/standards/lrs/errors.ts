import { errorFamily } from "../../foundation/kernel/index.js";

/** What an LRS refuses, with the status that xAPI 1.0.3 Communication 3.2 gives it. */
export class LrsError extends errorFamily({
  lrs_version_missing: 400,
  lrs_version_unsupported: 400,
  lrs_credentials_refused: 401,
  lrs_scope_missing: 403,
  lrs_content_type_unsupported: 400,
  lrs_not_utf8: 400,
  lrs_json_malformed: 400,
  lrs_json_too_deep: 400,
  /** More than `data.names` names in one object, or more than `data.parts` values and names in all. */
  lrs_json_too_large: 413,
  lrs_json_repeated_key: 400,
  /** `data.path` and `data.rule` say what is wrong, `data.index` in which statement of a batch. */
  lrs_statement_malformed: 400,
  /** More than `data.most` statements in one request (Communication 3.2: 413 for what is larger than the LRS takes). */
  lrs_batch_too_large: 413,
  lrs_attachment_missing: 400,
  lrs_attachment_unexpected: 400,
  lrs_attachment_differs: 400,
  /** `data.rule` says what is wrong with it; so it is with the next two. */
  lrs_signature_refused: 400,
  lrs_multipart_malformed: 400,
  lrs_form_malformed: 400,
  lrs_statement_id_missing: 400,
  lrs_statement_id_differs: 400,
  lrs_statement_id_repeated: 400,
  lrs_statement_conflict: 409,
  lrs_statement_unknown: 404,
  lrs_parameter_unknown: 400,
  lrs_parameter_malformed: 400,
  lrs_parameters_conflict: 400,
  lrs_parameter_missing: 400,
  lrs_document_unknown: 404,
  /** What these credentials may not know of they may not change either: a condition would tell what is there. */
  lrs_documents_hidden: 403,
  /** A merge takes a JSON object only, and only into one (Communication 2.2). */
  lrs_document_not_json: 400,
  lrs_document_not_an_object: 400,
  lrs_document_too_large: 413,
  /** Communication 3.1: a PUT without If-Match or If-None-Match, where one is needed. */
  lrs_condition_missing: 400,
  lrs_document_there: 409,
  lrs_condition_failed: 412,
  lrs_cursor_refused: 400,
}) {}
