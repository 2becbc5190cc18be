import type { EventData, ModuleContext } from "../../foundation/events/index.js";
import type { Level } from "../../standards/curriculum/index.js";
import type { CredentialRecord } from "../../standards/issuing/index.js";
import type { Seal } from "../../training/evidence/index.js";
import type { Decision } from "./decisions.js";
import type { Marks } from "./marks.js";

/** What this room keeps with a credential: what it attests, and of what. Nothing of it but the manifest is published. */
export interface CertificateAbout {
  readonly kind: "certificate";
  readonly programmeId: string;
  /** The programme's title when it was awarded. */
  readonly title: string;
  /** The xAPI registration of the credential's cycle. */
  readonly registration: string;
  /** The credential's cycle as the programme counts it; absent: it is `registration`. */
  readonly cycle?: string;
  /** The id of the certificate that it renews. */
  readonly renews?: string;
  /** It goes on under the registration of the one that it renews. */
  readonly renewal?: EventData["certificate.issued"]["renewal"];
  readonly curriculum: ModuleContext["curriculum"];
  /** When the programme's rules were met, UTC milliseconds. */
  readonly awardedAt: number;
  /** UTC milliseconds. */
  readonly validUntil: number;
  readonly competencies: readonly AttestedCompetency[];
  /** The ids of the statements that it commits to, oldest first. */
  readonly evidence: readonly string[];
  /** Of a successor: the certificate that it takes the place of, and what was decided then. */
  readonly lifted?: { readonly id: string } & Decision;
  /** The rest is there once it is signed. */
  readonly signed?: SignedParts;
}

export interface AttestedCompetency {
  readonly competencyId: string;
  readonly title: string;
  readonly level: Level;
  /** The id of its competency-achieved statement. */
  readonly achieved: string;
}

export interface SignedParts {
  readonly marks: Marks;
  readonly seal: Seal;
  /** The sealed manifest, byte for byte as it is served. */
  readonly manifest: string;
  /** The id of the `certificate.issued` event, which its revocation refers to. */
  readonly issuedEventId: string;
}

/** `undefined` when the credential is no certificate. */
export function aboutOf({ about }: CredentialRecord): CertificateAbout | undefined {
  return about.kind === "certificate" ? (about as unknown as CertificateAbout) : undefined;
}
