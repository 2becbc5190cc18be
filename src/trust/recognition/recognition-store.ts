import type { Tenant } from "../../foundation/kernel/index.js";

/** A mandate as it was handed in: a signed PoliceMandateCredential. */
export interface KeptMandate {
  readonly text: string;
  readonly addedAt: number;
}

/** Who may issue certificates in a jurisdiction, by its authority's word. */
export interface ListedIssuer {
  readonly did: string;
  readonly name: string;
  /** UTC milliseconds. */
  readonly from: number;
  readonly until?: number;
}

/**
 * Who signs recognitions for a jurisdiction, or (a `root`) says who may. Its id is `academyId`: it owns rows and keys as
 * an academy does.
 */
export interface AuthorityRecord extends Tenant {
  readonly kind: "authority" | "root";
  /** It stands in addresses and in its DID, for good. */
  readonly slug: string;
  readonly name: string;
  readonly jurisdictionName: string;
  readonly demonstration: boolean;
  readonly createdAt: number;
  /** Rises by one with each change. */
  readonly version: number;
  readonly mandates: readonly KeptMandate[];
  readonly issuers: readonly ListedIssuer[];
}

/** As what something is recognised, and from when to when. */
export interface Terms {
  /** The national certificate that it counts as. */
  readonly recognisedAs: string;
  readonly localLevel: string;
  readonly equivalence: "full" | "partial";
  /** What is asked beside it; always there where the equivalence is partial. */
  readonly compensationMeasure?: string;
  readonly legalBasis: string;
  /** UTC milliseconds, whole seconds. */
  readonly from: number;
  readonly until?: number;
}

interface Step {
  /** UUID. */
  readonly id: string;
  /** When it was decided, UTC milliseconds: nobody can have known of it before. */
  readonly at: number;
  /** Who decided: an office or a role. */
  readonly decidedBy: string;
}

export interface GrantedStep extends Step {
  readonly decision: "granted";
  readonly terms: Terms;
}
export interface RefusedStep extends Step {
  readonly decision: "refused";
  readonly reason: string;
}
export interface WithdrawnStep extends Step {
  readonly decision: "withdrawn";
  readonly reason: string;
  /** From when on it counts no more, UTC milliseconds. */
  readonly effective: number;
}
/** One decision, kept for ever. */
export type DecisionStep = GrantedStep | RefusedStep | WithdrawnStep;

/** What an authority decided about one achievement version of one issuer, or about one certificate of it. */
export interface AgreementRecord extends Tenant {
  /** UUID. */
  readonly id: string;
  readonly version: number;
  /** What it is about, as one text: unique per authority. */
  readonly subject: string;
  readonly achievementId: string;
  readonly issuerDid: string;
  /** What the achievement is called, for people. */
  readonly title: string;
  /** The URL of the one certificate that it is about; absent where it is about all of the achievement. */
  readonly certificateId?: string;
  /** The oldest first. */
  readonly steps: readonly DecisionStep[];
  /** 1 while something that a decision asks for (a signature, an entry of the log, a status bit) is not done. */
  readonly unfinished: 0 | 1;
}

/** Another installation whose recognitions are pulled. Its jurisdiction is the tenant's. */
export interface RecognitionPartner extends Tenant {
  readonly id: string;
  readonly version: number;
  /** Its public origin, without a slash at its end. */
  readonly url: string;
  readonly jurisdictionName: string;
  readonly addedAt: number;
  /** The last try, and why it failed if it did. */
  readonly triedAt?: number;
  readonly failure?: "unreachable" | "unverified" | "replayed";
}

/** A decision of another installation's authority, as it was pulled and checked. */
export interface PulledDecision {
  readonly decision: DecisionStep["decision"];
  readonly at: number;
  readonly achievementId: string;
  readonly issuerDid: string;
  readonly terms?: Terms;
  readonly effective?: number;
  readonly credential?: { readonly url: string; readonly text: string };
  /** Its signed recognition does not hold. */
  readonly broken?: true;
}

/** That a root which this installation trusts says so: when it was last asked. */
export interface CheckedMandate {
  readonly root: string;
  readonly from: number;
  readonly until?: number;
}

/** One authority's signed list, from when it was pulled until another one came. */
export interface PulledList extends Tenant {
  readonly id: string;
  readonly version: number;
  readonly partnerId: string;
  readonly authority: { readonly did: string; readonly name: string };
  readonly pulledAt: number;
  /** When its authority signed it, and until when it says that it holds. */
  readonly signedAt: number;
  readonly validUntil: number;
  /** Of what it says, without its dates. */
  readonly contentDigest: string;
  /** As it was signed. */
  readonly text: string;
  readonly decisions: readonly PulledDecision[];
  readonly mandates: readonly CheckedMandate[];
  readonly issuers: readonly ListedIssuer[];
}

export interface RecognitionStore {
  /** `taken` when the slug is another's. */
  addAuthority(authority: AuthorityRecord): Promise<"added" | "taken">;
  authority(id: string): Promise<AuthorityRecord | undefined>;
  authorityBySlug(slug: string): Promise<AuthorityRecord | undefined>;
  /** By their slugs. */
  authorities(): Promise<AuthorityRecord[]>;
  /** `stale` when someone else changed it meanwhile. */
  saveAuthority(authority: AuthorityRecord, expectedVersion: number): Promise<"saved" | "stale">;

  /** `taken` when the authority has one about the same subject. */
  addAgreement(agreement: AgreementRecord): Promise<"added" | "taken">;
  agreement(id: string): Promise<AgreementRecord | undefined>;
  agreementOn(authority: Tenant, subject: string): Promise<AgreementRecord | undefined>;
  /** All of an authority, by their ids. */
  agreementsOf(authority: Tenant): Promise<AgreementRecord[]>;
  saveAgreement(agreement: AgreementRecord, expectedVersion: number): Promise<"saved" | "stale">;
  unfinishedAgreements(): Promise<AgreementRecord[]>;

  /** `taken` when its URL is known. */
  addPartner(partner: RecognitionPartner): Promise<"added" | "taken">;
  partners(): Promise<RecognitionPartner[]>;
  savePartner(partner: RecognitionPartner, expectedVersion: number): Promise<"saved" | "stale">;

  addList(list: PulledList): Promise<void>;
  saveList(list: PulledList, expectedVersion: number): Promise<"saved" | "stale">;
  /** The newest of each of a partner's authorities that was pulled at or before `until`. */
  newestLists(partnerId: string, until: number): Promise<PulledList[]>;
}
