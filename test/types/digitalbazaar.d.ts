/** What the tests use of Digital Bazaar's packages, which have no types of their own. */
declare module "@digitalbazaar/vc" {
  interface Suite {
    readonly type: string;
  }
  interface Loaded {
    readonly documentUrl: string;
    readonly document: unknown;
    readonly tag?: string;
  }
  type DocumentLoader = (url: string) => Promise<Loaded>;
  interface Verification {
    readonly verified: boolean;
    readonly error?: unknown;
  }
  function issue(options: {
    credential: object;
    suite: Suite;
    documentLoader: DocumentLoader;
    now?: Date;
  }): Promise<Record<string, unknown>>;
  function verifyCredential(options: {
    credential: object;
    suite: Suite | readonly Suite[];
    documentLoader: DocumentLoader;
    checkStatus?: () => Promise<{ verified: boolean }>;
    now?: Date;
  }): Promise<Verification>;
}
declare module "@digitalbazaar/data-integrity" {
  export class DataIntegrityProof {
    constructor(options: { cryptosuite: object; signer?: object; date?: Date });
    readonly type: string;
  }
}
declare module "@digitalbazaar/eddsa-rdfc-2022-cryptosuite" {
  export const cryptosuite: object;
}
declare module "@digitalbazaar/eddsa-jcs-2022-cryptosuite" {
  export function createSignCryptosuite(): object;
  export function createVerifyCryptosuite(): object;
}
declare module "@digitalbazaar/ed25519-multikey" {
  export function from(key: object): Promise<{ signer(): object }>;
}
