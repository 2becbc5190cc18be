/** The parts of ltijs 5.9.9 that `src/standards/lti/ltijs-adapter.ts` uses; the package brings no types of its own. */

declare module "ltijs/dist/Utils/Http.js" {
  interface LtijsAnswer {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }
  interface LtijsRequest {
    readonly headers?: Readonly<Record<string, string>>;
    readonly searchParams?: URLSearchParams;
    readonly json?: unknown;
  }
  /** ltijs's HTTP client (a `got` instance of its own); its services look the methods up at each call. */
  const http: {
    get: (url: string, request?: LtijsRequest) => Promise<LtijsAnswer>;
    post: (url: string, request?: LtijsRequest) => { json(): Promise<unknown> };
    put: unknown;
    delete: unknown;
  };
  export type { LtijsAnswer, LtijsRequest };
  // eslint-disable-next-line no-restricted-syntax -- it is what the package gives
  export default http;
}

declare module "ltijs/dist/Provider/Services/Grade.js" {
  interface LtijsIdToken {
    readonly iss: string;
    readonly clientId: string;
    readonly platformContext: {
      readonly resource: { readonly id: string };
      readonly endpoint: { readonly lineitems: string };
    };
  }
  interface LtijsToken {
    readonly token_type: string;
    readonly access_token: string;
  }
  class GradeService {
    constructor(getPlatform: () => Promise<never>, encryptionKey: string, database: unknown);
    getLineItems(
      idtoken: LtijsIdToken,
      options: { resourceLinkId?: boolean; tag?: string; url?: string },
      accessToken: LtijsToken,
    ): Promise<{ lineItems: unknown; next?: string }>;
    createLineItem(
      idtoken: LtijsIdToken,
      lineItem: Record<string, unknown>,
      options: { resourceLinkId: boolean },
      accessToken: LtijsToken,
    ): Promise<unknown>;
  }
  export type { LtijsIdToken, LtijsToken };
  // eslint-disable-next-line no-restricted-syntax -- it is what the package gives
  export default GradeService;
}
