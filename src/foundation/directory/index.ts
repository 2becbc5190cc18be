export { type ApiClients, type NewApiClient, type Scope, scopes } from "./api-clients.js";
export { oauthRoutes } from "./http/token.js";
export { createOAuth, type OAuth } from "./oauth.js";
export { readPublicKey } from "./public-keys.js";
export { type Contact, type ContactStore } from "./contact-store.js";
export { type ContactOf, type Contacts, createContacts, type OpenContact } from "./contacts.js";
export { createDesks, deskOf, type Desks } from "./desks.js";
export { createDirectory, type Directory, type NewAcademy } from "./directory.js";
export {
  type Academy,
  type ApiClient,
  type Desk,
  type DirectoryStore,
  type Invite,
  type Jurisdiction,
  type OAuthToken,
  type Person,
  type PersonName,
  type UsedAssertion,
} from "./directory-store.js";
export { DirectoryError } from "./errors.js";
export { type Invites, type NewInvite } from "./invites.js";
