export {
  type CredentialRecord,
  type CredentialState,
  type CredentialStore,
  type LifeStep,
} from "./credential-store.js";
