/** What is known of the past of a key or a document, beside what its owner says today. */
export interface History {
  /** When a key stopped to sign, UTC milliseconds; `undefined` where nothing is known of an end. */
  retiredAt(did: string, verificationMethod: string): Promise<number | undefined>;
  /**
   * When a certificate of this URL and exactly this value was written into a log whose head is trusted, UTC
   * milliseconds.
   */
  loggedAt(url: string, digestMultibase: string): Promise<number | undefined>;
}

export const noHistory: History = {
  retiredAt: () => Promise.resolve(undefined),
  loggedAt: () => Promise.resolve(undefined),
};
