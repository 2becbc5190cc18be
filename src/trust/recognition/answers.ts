/** What is asked about an achievement's recognition. All times are UTC milliseconds. */
export interface RecognitionQuery {
  /** The URL of one achievement version. */
  readonly achievementId: string;
  readonly issuerDid: string;
  /** The moment asked about: was it recognised then? */
  readonly on: number;
  /** What was known then; default: now. */
  readonly asKnownAt?: number;
  /** The URL of a certificate, for recognitions of this one alone. */
  readonly certificateId?: string;
}

/**
 * Why it is answered so. "no": `refused`, `withdrawn`, `expired`, `not-yet`, `none` (the jurisdiction's list is fresh,
 * and it is not in it). "unknown": `mandate-missing` (nobody whom we trust says that this authority may recognise),
 * `stale`, `unreachable`, `unverified` (what it published does not hold).
 */
export type RecognitionReason =
  | "recognised"
  | "partial"
  | "refused"
  | "withdrawn"
  | "expired"
  | "not-yet"
  | "none"
  | "mandate-missing"
  | "stale"
  | "unreachable"
  | "unverified";

/** What one jurisdiction says, with the age of what is known of it. */
export interface JurisdictionAnswer {
  /** ISO 3166 code. */
  readonly jurisdiction: string;
  readonly name: string;
  readonly authority?: { readonly did: string; readonly name: string };
  readonly answer: "yes" | "no" | "unknown";
  readonly reason: RecognitionReason;
  readonly recognisedAs?: string;
  readonly equivalence?: "full" | "partial";
  readonly localLevel?: string;
  readonly compensationMeasure?: string;
  readonly legalBasis?: string;
  /** From when to when it is recognised; UTC milliseconds. */
  readonly from?: number;
  readonly until?: number;
  /** The signed PoliceRecognitionCredential. */
  readonly credential?: { readonly url: string; readonly text: string };
  /** How old the data is: when it was last known to be so, UTC milliseconds. */
  readonly asOf: number;
}

export interface RecognitionSource {
  /** One answer for each jurisdiction that is known. */
  about(query: RecognitionQuery): Promise<JurisdictionAnswer[]>;
}
