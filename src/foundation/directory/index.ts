export {
  type Academy,
  type ApiClient,
  type DirectoryStore,
  type Jurisdiction,
  type Person,
} from "./directory-store.js";
