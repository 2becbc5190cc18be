export { type ApiClients, type NewApiClient, type Scope, scopes } from "./api-clients.js";
export { createDirectory, type Directory, type NewAcademy } from "./directory.js";
export {
  type Academy,
  type ApiClient,
  type DirectoryStore,
  type Jurisdiction,
  type Person,
} from "./directory-store.js";
export { DirectoryError } from "./errors.js";
