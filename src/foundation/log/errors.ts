import { errorFamily } from "../kernel/index.js";

export class LogError extends errorFamily({
  log_entry_unknown: 404,
  /** From, to, index or size are no whole numbers within the log, or ask for too much at once. */
  log_range_refused: 400,
  log_method_refused: 405,
  /** Not a signed checkpoint (C2SP tlog-checkpoint). */
  log_head_malformed: 400,
  /** Not a verifier key as C2SP signed-note writes them. */
  log_key_malformed: 400,
  /** Others append all the time. */
  log_busy: 503,
  /** An entry that the log counts is not there: `index` says which. */
  log_entry_missing: 500,
  /** No partner is kept by this address. */
  log_partner_unknown: 404,
  /** The partner's answer is not one of a log. */
  log_partner_unreadable: 502,
  /** A partner signed another head of ours than the one that is kept. */
  log_head_disputed: 409,
  /** Its key is another one than the one that was kept when it was added. */
  log_partner_key_changed: 502,
  /** The partner's log does not go on from what it was when it was last seen; `index` names the first entry that differs. */
  log_partner_rewritten: 502,
}) {}
