import { errorFamily } from "../../foundation/kernel/index.js";

export class CertificatesError extends errorFamily({
  certificate_unknown: 404,
  /** It has its id, and is not signed yet. */
  certificate_being_made: 404,
  achievement_unknown: 404,
  /** No key for tokens is published under this address. */
  token_key_unknown: 404,
  /** No offer to a wallet has this code, or it was used, has too many wrong tries, or is too old. */
  wallet_offer_unknown: 404,
  /** It is given in the `forms` alone. */
  certificate_form_unknown: 404,
  /** Pictures and paper: more are asked for than can be made, or one can't be made. */
  certificate_rendering_busy: 503,
  /** The name to be printed: none, longer than 100 characters, or with control characters. */
  holder_name_malformed: 400,
  /** What was asked needs another state than its `state`. */
  certificate_not_valid: 409,
  /** A successor (`successor`, its id) took its place. */
  certificate_superseded: 409,
  /** Another revocation of it was announced, for this `reason`. */
  notice_pending: 409,
  /** No whole number of days from 1 to `most`. */
  appeal_days_malformed: 400,
  /** `why`: "nothing" was announced or revoked; its window is "closed"; it was "decided"; "none" is open. */
  appeal_impossible: 409,
  /** `reasons` are those that there are. */
  reason_unknown: 400,
  /** Absent, longer than 200 characters, or with control characters. */
  decision_maker_malformed: 400,
}) {}

/** Why no certificate is made of an entitlement: trying again can't help until someone acts. */
export class EntitlementError extends errorFamily({
  /** Something in the programme was not reviewed by people, and this is production. */
  entitlement_unreviewed: 500,
  /** Its programme, or one of its competencies, is not in the curriculum that is loaded. */
  entitlement_not_in_curriculum: 500,
  /** The certificate that a renewal would go on from (`id`) is suspended, revoked, or about to be (`state`). */
  renewal_out_of_force: 500,
}) {
  readonly permanent = true;
}
