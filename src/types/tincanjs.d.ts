/** What we use of TinCanJS 0.50, which has no types of its own. */
declare module "tincanjs" {
  interface LrsConfig {
    readonly endpoint: string;
    /** The Authorization header, in place of name and password. */
    readonly auth?: string;
    readonly username?: string;
    readonly password?: string;
    readonly version?: string;
    readonly allowFail?: boolean;
  }
  interface RequestConfig {
    readonly url: string;
    readonly method: string;
    readonly params?: Readonly<Record<string, string>>;
    readonly data?: string | Uint8Array;
    readonly headers?: Readonly<Record<string, string>>;
    readonly callback?: (
      err: unknown,
      response: { readonly status: number; readonly responseText: string },
    ) => void;
  }
  class Statement {
    constructor(properties?: Readonly<Record<string, unknown>>);
    readonly id: string | null;
    readonly verb: { readonly id: string } | null;
  }
  interface StatementsResult {
    readonly statements: readonly Statement[] | null;
    readonly more: string | null;
  }
  type Answer<T> = (err: unknown, result: T) => void;
  class LRS {
    constructor(config: LrsConfig);
    saveStatement(statement: Statement, config: { readonly callback: Answer<unknown> }): unknown;
    saveStatements(statements: readonly Statement[], config: { readonly callback: Answer<unknown> }): unknown;
    retrieveStatement(id: string, config: { readonly callback: Answer<Statement> }): unknown;
    queryStatements(config: {
      readonly params?: Readonly<Record<string, unknown>>;
      readonly callback: Answer<StatementsResult>;
    }): unknown;
    moreStatements(config: { readonly url: string; readonly callback: Answer<StatementsResult> }): unknown;
    /** What `_makeRequest` returns: on Node.js it is xhr2's, unless it is replaced. */
    sendRequest(config: RequestConfig): unknown;
    _makeRequest(url: string, headers: Readonly<Record<string, string>>, config: RequestConfig): unknown;
    about(config: { readonly callback: Answer<{ readonly version: readonly string[] | null }> }): unknown;
  }
  const TinCan: { readonly LRS: typeof LRS; readonly Statement: typeof Statement };
  export { LRS, Statement };
  // The module is CommonJS: its exports are this object.
  // eslint-disable-next-line no-restricted-syntax
  export default TinCan;
}
