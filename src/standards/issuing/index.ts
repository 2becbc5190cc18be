export {
  type CredentialRecord,
  type CredentialState,
  type CredentialStore,
  type LifeStep,
} from "./credential-store.js";
export { IssuingError } from "./errors.js";
export {
  createIssuing,
  type Draft,
  type IssuedPlace,
  type Issuing,
  type IssuingDeps,
  type Wanted,
  type Withdrawal,
} from "./issuing.js";
