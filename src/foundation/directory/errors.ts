import { errorFamily } from "../kernel/index.js";

export class DirectoryError extends errorFamily({
  academy_unknown: 404,
  academy_not_named: 400,
  academy_slug_taken: 409,
  scope_unknown: 400,
  client_unknown: 404,
  person_unknown: 404,
}) {}
