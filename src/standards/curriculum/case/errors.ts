import { errorFamily } from "../../../foundation/kernel/index.js";

/** Refusals of the CASE service; each is answered as an `imsx_StatusInfo` (REST binding §2.4). */
export class CaseError extends errorFamily({
  case_record_unknown: 404,
  /** The id in the path is no UUID. The binding wants 404 for it. */
  case_id_malformed: 404,
  /** `limit`, `offset`, `filter` or `fields` is not of its form, or `filter` names a field that documents have not. */
  case_selection_malformed: 400,
  /** `orderBy` is neither `asc` nor `desc`. */
  case_order_malformed: 400,
}) {}
