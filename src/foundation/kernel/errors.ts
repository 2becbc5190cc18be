/** What an error may tell a page or an API client: plain values, never a secret, never a person's name. */
export type ErrorData = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * An error that we foresaw: a stable code, an HTTP status and data. It holds no words: the catalogues under
 * `views/locales` have a title, a text and a next step for every code.
 */
export class KnownError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly data: ErrorData = {},
    options?: ErrorOptions,
  ) {
    super(code, options);
    this.name = "KnownError";
  }
}

/**
 * Makes the base class of one room's errors from its codes and their HTTP statuses:
 * `class LtiError extends errorFamily({ nonce_missing: 400 }) {}`, then `throw new LtiError("nonce_missing")`.
 * `statuses` stays readable on the class, so that a test can ask the catalogues for words on every code.
 */
export function errorFamily<const Statuses extends Readonly<Record<string, number>>>(statuses: Statuses) {
  type Code = keyof Statuses & string;
  return class FamilyError extends KnownError {
    declare readonly code: Code;
    static readonly statuses: Statuses = statuses;
    constructor(code: Code, data: ErrorData = {}, options?: ErrorOptions) {
      super(code, statuses[code] ?? 500, data, options);
    }
  };
}
