export {
  type CredentialRecord,
  type CredentialState,
  type CredentialStore,
  type LifeStep,
} from "./credential-store.js";
export { IssuingError } from "./errors.js";
export { createIssuing, type Issuing } from "./issuing.js";
export {
  type IssuerBook,
  type IssuerKey,
  type NamedIssuer,
  type IssuingDeps,
  type Wanted,
  type IssuedPlace,
  type Draft,
  type Withdrawal,
  type Note,
} from "./deps.js";
export { vcApiRoutes } from "./vc-api/routes.js";
