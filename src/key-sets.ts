import { days } from "./foundation/kernel/index.js";
import type { KeyAlgorithm, KeyCare } from "./foundation/keys/index.js";

/** Whose keys they are, by which algorithm, and how they follow each other (docs/keys.md says why). */
interface KeySet {
  readonly of: "installation" | "academy" | "authority";
  readonly alg: KeyAlgorithm;
  /** Absent: they follow each other by command alone, and none is retired but by `--now`. */
  readonly care?: KeyCare;
}

/** A week beside the one that follows it: whoever watches the log every hour, or once a week, has it by then. */
const besideTheNext: KeyCare = { renews: false, staysMs: days(7) };

const keySets = {
  lti: { of: "installation", alg: "RS256", care: { renews: true } },
  certificates: { of: "academy", alg: "EdDSA" },
  "certificates-jwt": { of: "academy", alg: "RS256" },
  recognition: { of: "authority", alg: "EdDSA" },
  log: { of: "installation", alg: "EdDSA", care: besideTheNext },
  "log-witness": { of: "installation", alg: "EdDSA", care: besideTheNext },
} as const satisfies Readonly<Record<string, KeySet>>;

export type KeySetId = keyof typeof keySets;

export const keySetIds = Object.keys(keySets) as KeySetId[];

/** As `keySets` has it. */
export const keySetOf = (id: KeySetId): KeySet => keySets[id];
