import { errorFamily } from "../../foundation/kernel/index.js";

export class VcError extends errorFamily({
  vc_json_malformed: 400,
  vc_json_too_large: 413,
  vc_json_too_deep: 400,
  vc_json_repeated_key: 400,
  /** A context that is not bundled, or one written into the document; `path` says where. */
  vc_context_unknown: 400,
  /** It can't be canonicalised within the limits and without loss; `reason` says why. */
  vc_document_refused: 400,
  /** What stands in `proof` is no proof and no list of proofs. */
  vc_proof_malformed: 400,
  vc_key_malformed: 400,
  vc_did_malformed: 400,
  vc_status_list_malformed: 400,
  vc_status_index_out_of_range: 400,
}) {}
