import type { Tenant } from "../kernel/index.js";

/** What every event about a trainee's way through a module says. */
export interface ModuleContext {
  readonly attemptId: string;
  readonly personId: string;
  readonly moduleId: string;
  /** The xAPI registration (a UUID of our own) of this trainee's cycle through the module. */
  readonly registration: string;
  readonly curriculum: { readonly core: string; readonly overlay?: string };
  /** Which time through the module it is; absent: the first. */
  readonly cycle?: number;
  /** The module is the refresher of this programme. */
  readonly refresherOf?: string;
}

/** What every event about a trainee's standing in one competency says. */
export interface CompetencyContext {
  readonly personId: string;
  readonly competencyId: string;
  /** The xAPI registration of this trainee's cycle of the competency. */
  readonly registration: string;
  readonly curriculum: ModuleContext["curriculum"];
  /** The ids of the statements that it rests on. */
  readonly evidence: readonly string[];
}

/** What every event about one certificate says. */
export interface CertificateContext {
  readonly personId: string;
  readonly certificateId: string;
  /** The credential's id: its public URL. */
  readonly credential: string;
  readonly programmeId: string;
  /** The xAPI registration of the credential's cycle. */
  readonly registration: string;
}

/** The catalogue of domain events: type → what it says. Nothing in it names a person but by `personId`. */
export interface EventData {
  /** The trainee read who sees what, and began. */
  "module.begun": ModuleContext;
  "question.answered": ModuleContext & {
    readonly activityId: string;
    readonly runId: string;
    readonly itemId: string;
    readonly response: readonly string[];
    readonly correct: boolean;
  };
  "quiz.passed": QuizEnd;
  "quiz.failed": QuizEnd;
  /** A choice at a decision point of a scenario; `ratings` are the chosen option's, -2 to 2 per rights test. */
  "decision.made": ModuleContext & {
    readonly activityId: string;
    readonly runId: string;
    readonly nodeId: string;
    readonly optionId: string;
    readonly ratings: Readonly<Record<string, number>>;
  };
  "scenario.passed": ScenarioEnd;
  "scenario.failed": ScenarioEnd;
  /** The debrief of a passed run was held: with it the scenario is done. */
  "debrief.completed": Debrief;
  /** The debrief of a run that was not passed was held: a retake is open. */
  "failed-run.debriefed": Debrief;
  /** The module's grade rose; `score` is 0 to 100, `completed` when every required activity is done. */
  "module.progressed": ModuleContext & {
    readonly score: number;
    readonly completed: boolean;
    /** Its graded activities that are passed, each with its own score, 0 to 100. */
    readonly passed?: readonly { readonly activityId: string; readonly score: number }[];
  };
  /**
   * A link was launched whose gradebook has not heard of this person yet, or could not be told the last time. It stands
   * in the attempt's lane, behind what is told there already, so that no older grade follows a later one.
   */
  "grade.wanted": { readonly personId: string; readonly moduleId: string; readonly gradeTargetId: string };
  "module.completed": ModuleContext & { readonly durationMs: number };
  /** New evidence for a competency, or less; `confidence` is the share of its outcomes that are reached, 0 to 1. */
  "competency.asserted": CompetencyContext & {
    readonly confidence: number;
    /** What it rests on was attested: seen by someone who answers for it, and not done in the tool. */
    readonly attested?: Pick<Attested, "kind" | "digest">;
  };
  /** All that a programme asks for a competency is met. */
  "competency.achieved": CompetencyContext & {
    readonly level: 1 | 2 | 3;
    /** UTC milliseconds. */
    readonly expiresAt: number;
    /** The id of the statement that is the strongest piece of evidence; it is one of `evidence`. */
    readonly strongest: string;
  };
  /** Nothing renewed it before its programme's late window closed. Its cycle has ended. */
  "competency.expired": {
    readonly personId: string;
    readonly competencyId: string;
    readonly registration: string;
    readonly curriculum: ModuleContext["curriculum"];
    /** The id of its last competency-achieved statement. */
    readonly achieved: string;
  };
  /** Somebody who answers for it said that a trainee did something that no room of the tool records. */
  "attestation.made": Attested;
  /** It counts no more. What followed from it while it counted is for people to decide about. */
  "attestation.withdrawn": Attested;
  /** Every rule of a programme is met: a certificate is due. Its lane and `entitlementId` are the entitlement's id. */
  "programme.entitled": {
    readonly personId: string;
    readonly programmeId: string;
    readonly entitlementId: string;
    /** The xAPI registration of the credential's cycle. */
    readonly registration: string;
    readonly curriculum: ModuleContext["curriculum"];
    /** UTC milliseconds. */
    readonly validUntil: number;
    /** Every statement that the certificate commits to, oldest first, those of `achieved` included. */
    readonly evidence: readonly string[];
    readonly competencies: readonly {
      readonly competencyId: string;
      readonly level: 1 | 2 | 3;
      /** The id of its competency-achieved statement. */
      readonly achieved: string;
    }[];
  };
  /**
   * A refresher, or the modules to repeat after the late window, were done: a new certificate is due. Its lane is
   * `renewalId`. The certificate before it stays valid until its own end.
   */
  "programme.renewed": {
    readonly personId: string;
    readonly programmeId: string;
    /** Of the first entitlement. */
    readonly entitlementId: string;
    readonly renewalId: string;
    /** Of the credential's cycle: the same as before, or a new one after that had ended. */
    readonly registration: string;
    readonly curriculum: ModuleContext["curriculum"];
    /** UTC milliseconds. */
    readonly validUntil: number;
    /** Every statement that the certificate commits to, oldest first, those of `achieved` included. */
    readonly evidence: readonly string[];
    readonly competencies: EventData["programme.entitled"]["competencies"];
    /** What renewed it; absent after modules were repeated. */
    readonly refresher?: { readonly moduleId: string; readonly registration: string };
  };
  /** The late window closed, and nothing had renewed it. Its lane is `entitlementId`. */
  "programme.expired": {
    readonly personId: string;
    readonly programmeId: string;
    readonly entitlementId: string;
    /** Of the credential's cycle that has ended. */
    readonly registration: string;
    /** When the window closed, UTC milliseconds. */
    readonly at: number;
  };
  /**
   * Something is to be done for a certificate. Its lane is `renewalId`, else `entitlementId`. All times in UTC
   * milliseconds.
   */
  "programme.reminded": {
    readonly personId: string;
    readonly programmeId: string;
    /** Of the first entitlement. */
    readonly entitlementId: string;
    /** Absent where the certificate was not renewed yet. */
    readonly renewalId?: string;
    /** Before or at its end; `lapsed` and `closing`: the refresher still renews it until `closesAt`. */
    readonly kind: "refresher-open" | "ending" | "lapsed" | "closing";
    /** From when on. */
    readonly at: number;
    readonly endsAt: number;
    readonly closesAt: number;
  };
  /** A person gave an address for reminders: it is to be asked whether it is theirs. Its lane is `contactId`. */
  "contact.given": { readonly personId: string; readonly contactId: string };
  "certificate.issued": CertificateContext & {
    readonly expiresAt: number;
    /** The ids of the competency-achieved statements. */
    readonly evidence: readonly string[];
    /** Of the signed text, as its URL serves it. */
    readonly sha256: string;
    readonly bytes: number;
    /** It goes on with a cycle that is open. */
    readonly renewal?: {
      /** The module of the refresher that renewed it. */
      readonly moduleId: string;
      /** The id of the statement that the certificate before it gave. */
      readonly before: string;
    };
  };
  "certificate.revoked": CertificateContext & {
    readonly reason: RevocationReason;
    /** The id of the `certificate.issued` event. */
    readonly issuedEventId: string;
    /** That event said that it was a renewal. */
    readonly renewal?: true;
  };
  /** Nothing renewed it before its programme's late window closed. Its cycle has ended. */
  "certificate.expired": CertificateContext & {
    /** The id of the `certificate.issued` event. */
    readonly issuedEventId: string;
    /** That event said that it was a renewal. */
    readonly renewal?: true;
  };
  /** Statements of the record store are due at another one. Its lane is the forwarding's id. */
  "statements.due": {
    readonly forwardingId: string;
    /** In the order in which they were stored. */
    readonly statementIds: readonly string[];
    /** When the last of them was stored, UTC milliseconds. */
    readonly storedAt: number;
  };
}

/** Why a certificate may be revoked: the profile's codes, and no narrative. */
export const revocationReasons = [
  "assessment-fraud",
  "issued-in-error",
  "disciplinary-finding",
  "rights-violation-finding",
  "holder-request",
  "issuer-accreditation-lost",
] as const;
export type RevocationReason = (typeof revocationReasons)[number];

/** What may be attested: service done, hours of immersion, an evaluator's mark, and what was learnt elsewhere. */
export type AttestationKind = "service" | "immersion" | "external-mark" | "prior-learning";

/** What every event about one attestation says. */
export interface Attested {
  readonly attestationId: string;
  readonly personId: string;
  readonly kind: AttestationKind;
  /** Of a mark, of prior learning, and of an immersion. */
  readonly outcomeId?: string;
  /** Months of service, hours of immersion. */
  readonly amount?: number;
  /** SHA-256 (hex) of the paper or file that shows it, which stays with whoever attests. */
  readonly digest: string;
}

type ScenarioEnd = ModuleContext & {
  readonly activityId: string;
  readonly runId: string;
  /** 0 to 1. */
  readonly scaled: number;
  /** The ids of the nodes visited, in order, the ending last. */
  readonly path: readonly string[];
  readonly durationMs: number;
};

type Debrief = ModuleContext & {
  readonly activityId: string;
  readonly runId: string;
  /** The id of the run's `scenario.passed` or `scenario.failed` event. */
  readonly endEventId: string;
};

type QuizEnd = ModuleContext & {
  readonly activityId: string;
  readonly runId: string;
  /** Right answers over all, 0 to 1. */
  readonly scaled: number;
  readonly durationMs: number;
};

export type EventType = keyof EventData;

/**
 * **evidence** may be seen through a Lens by academies and bodies and is committed to by certificates; **formative** is
 * learning: the trainee alone sees it, and it never leaves the tool; **internal** is never a statement.
 */
export type EventClass = "evidence" | "formative" | "internal";

export const eventClass: Readonly<Record<EventType, EventClass>> = {
  "module.begun": "evidence",
  "question.answered": "formative",
  "quiz.passed": "evidence",
  "quiz.failed": "formative",
  "decision.made": "formative",
  "scenario.passed": "evidence",
  "scenario.failed": "formative",
  "debrief.completed": "evidence",
  "failed-run.debriefed": "formative",
  "module.progressed": "internal",
  "grade.wanted": "internal",
  "module.completed": "evidence",
  "competency.asserted": "evidence",
  "competency.achieved": "evidence",
  "competency.expired": "evidence",
  "attestation.made": "internal",
  "attestation.withdrawn": "internal",
  "programme.entitled": "internal",
  "programme.renewed": "internal",
  "programme.expired": "internal",
  "programme.reminded": "internal",
  "contact.given": "internal",
  "certificate.issued": "evidence",
  "certificate.revoked": "evidence",
  "certificate.expired": "evidence",
  "statements.due": "internal",
};

/** Something that happened. It is saved in the same atomic write as the change that it tells of. */
export interface DomainEvent<T extends EventType = EventType> extends Tenant {
  /** UUIDv7. */
  readonly id: string;
  readonly type: T;
  /** When it happened, UTC milliseconds. */
  readonly at: number;
  /** Events of one lane reach each subscriber in the order of `sequence`; lanes do not wait for each other. */
  readonly lane: string;
  readonly sequence: number;
  /** The request that caused it, for the logs of the jobs that follow. */
  readonly requestId?: string;
  readonly data: EventData[T];
}

/** Any event, as a union that narrows by `type`. */
export type AnyEvent = { [T in EventType]: DomainEvent<T> }[EventType];

/** An event about one person. */
export type PersonalEvent = Extract<AnyEvent, { readonly data: { readonly personId: string } }>;

export function isPersonal(event: AnyEvent): event is PersonalEvent {
  return "personId" in event.data;
}
