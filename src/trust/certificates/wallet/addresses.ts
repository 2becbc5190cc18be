/** The public addresses of the issuance protocol. They stand in no signed document. */

/**
 * An academy's Credential Issuer Identifier (OpenID4VCI 1.0 §12.2.1), which is its authorisation server's identifier too
 * (RFC 8414 §2).
 */
export const issuerIdentifier = (origin: string, slug: string): string => `${origin}/academies/${slug}`;
export const tokenEndpoint = (origin: string): string => `${origin}/wallet/token`;
export const nonceEndpoint = (origin: string): string => `${origin}/wallet/nonce`;
export const credentialEndpoint = (origin: string): string => `${origin}/wallet/credential`;
export const offerUrl = (origin: string, code: string): string => `${origin}/wallet/offers/${code}`;
