import { errorFamily } from "../kernel/index.js";

export class DirectoryError extends errorFamily({
  academy_unknown: 404,
  academy_not_named: 400,
  /** `slug` is not made of a–z, 0–9 and single hyphens between them, or is longer than 63. */
  academy_slug_malformed: 400,
  academy_slug_taken: 409,
  scope_unknown: 400,
  client_unknown: 404,
  /** No public JWK of a kind that is taken, or a private one. */
  client_key_refused: 400,
  person_unknown: 404,
  invite_unknown: 404,
  invite_used: 410,
  /** It ran out, or was taken back. */
  invite_expired: 410,
  /** Empty, longer than 120 characters, or not one line of plain text. */
  invite_label_refused: 400,
  /** No address that a mail could go to. */
  mail_address_malformed: 400,
  /** It ran out, or what it stood for was stopped. */
  reminder_link_unknown: 404,
  desk_unknown: 404,
  desk_of_another_browser: 403,
  desk_expired: 410,
}) {}
