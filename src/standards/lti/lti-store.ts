import type { AnyEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";

/** One LMS registration: an issuer and the client_id that it gave us. */
export interface Platform extends Tenant {
  readonly id: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly name: string;
  readonly flavour: "moodle" | "canvas" | "other";
  /** OIDC authorisation endpoint. */
  readonly authorizationUrl: string;
  /** OAuth 2.0 token endpoint, and the audience its assertions must have. */
  readonly tokenUrl: string;
  readonly tokenAudience: string;
  readonly jwksUrl: string;
  /** The origin whose pages frame us. */
  readonly frameOrigin: string;
  /** Origins that its service URLs (line items, scores) may be on. */
  readonly serviceOrigins: readonly string[];
  /** `inactive` until the academy's owner approves it; its logins are refused, and it is sent nothing. */
  readonly status: "active" | "inactive";
  /** Whether a module's grade goes into one column, or each graded activity's into its own. `module` where absent. */
  readonly gradeColumns?: "module" | "activity";
  /**
   * How it came here, where it registered itself (LTI Dynamic Registration 1.0) or its academy's owner wrote it down;
   * absent where the operator did, in `lti-config`.
   */
  readonly registered?: {
    readonly at: number;
    readonly inviteId: string;
    /** As it calls itself. */
    readonly product?: string;
    readonly scopes: readonly string[];
    /** Canvas: where the registration can be read and changed. */
    readonly configUrl?: string;
  };
}

/** What its academy's owner decides about a platform. */
export type PlatformChange = Partial<Pick<Platform, "status" | "gradeColumns">>;

export interface Deployment extends Tenant {
  readonly id: string;
  readonly platformId: string;
  /** As the platform calls it. */
  readonly deploymentId: string;
  readonly status: "approved" | "pending" | "refused";
  readonly firstSeenAt: number;
}

/** What one login remembers until its launch, which may take it once. `id` is the SHA-256 of the state parameter. */
export interface LoginState extends Tenant {
  readonly id: string;
  readonly platformId: string;
  readonly nonce: string;
  /** Of the browser's cookie, or of the secret that waits in the platform's storage. */
  readonly browserHash: string;
  readonly targetLinkUri: string;
  /** Of a login whose browser keeps no cookie: what the platform sent, for asking again in a new window. */
  readonly parameters?: readonly { readonly name: string; readonly value: string }[];
  readonly expiresAt: number;
}

/** A resource link of a platform, and what stands behind it. */
export interface Placement extends Tenant {
  readonly id: string;
  readonly platformId: string;
  readonly deploymentId: string;
  readonly resourceLinkId: string;
  /** The LTI context, absent when the link is in none. */
  readonly contextId?: string;
  /** Empty: it opens the course's own page. */
  readonly moduleId: string;
  /** Of the module the one activity that the link is about. */
  readonly activityId?: string;
  /** Where grades of this link go, as its last launch said: for who comes to it by the course's page. */
  readonly grades?: GradeService;
}

/** The grade service of a launch (AGS 2.0 §3.1): without the score scope, or without an address, it has none. */
export interface GradeService {
  readonly scopes: readonly string[];
  readonly lineItemsUrl?: string;
  readonly lineItemUrl?: string;
}

/** A course (LTI context) of a platform, as its launches told of it. */
export interface Course extends Tenant {
  readonly id: string;
  readonly platformId: string;
  readonly contextId: string;
  readonly title?: string;
  /** Names and Role Provisioning Services 2.0 §2.1: where its members are listed. */
  readonly rosterUrl?: string;
  /** The contexts that it was copied from, the nearest first. */
  readonly copiedFrom: readonly string[];
  /** When its members were last asked for, and answered: UTC milliseconds. */
  readonly rosterReadAt?: number;
  /** The store's own: rises with each change. */
  readonly version?: number;
}

/** Who was in a course at a moment. Rosters are kept; the names in them are not. */
export interface Roster extends Tenant {
  readonly id: string;
  readonly courseId: string;
  readonly takenAt: number;
  readonly members: readonly {
    readonly personId: string;
    readonly role: "trainee" | "instructor" | "administrator";
    readonly active: boolean;
  }[];
}

/** How it goes with a platform: what happened last, and what does not work. */
export interface Connection extends Tenant {
  readonly platformId: string;
  /** 1, 2, 3, …: a change is made to the version that it was read at. */
  readonly version: number;
  readonly lastLaunchAt?: number;
  readonly lastGradeAt?: number;
  readonly lastRosterAt?: number;
  /** Newest first; one a code. */
  readonly faults: readonly {
    readonly code: string;
    readonly at: number;
    readonly count: number;
    /** Nothing of a person, no token: a deployment id, an HTTP status. */
    readonly detail?: string;
  }[];
}

/** A column of a platform's gradebook: one for each (placement, module or activity) whose grades go there. */
export interface GradeColumn extends Tenant {
  /** `<placement id> <module id> <activity id>`, the last one empty for the module's. */
  readonly id: string;
  readonly lineItemUrl?: string;
  /** Who looks for it, or makes it, has it to themselves until then: UTC milliseconds. */
  readonly leasedUntil: number;
}

/**
 * Where one person's grade of one placement goes, as the platform said at the last launch. A launch that brings no
 * grade service leaves one without scopes: it tells who learns by this link.
 */
export interface GradeTarget extends Tenant, GradeService {
  readonly id: string;
  readonly personId: string;
  readonly placementId: string;
  readonly platformId: string;
  readonly moduleId: string;
  /** Of the module the one activity whose grade it is; empty for the module's. */
  readonly activityId: string;
  /** The whole second (UTC, in milliseconds) of the last score that was sent or is being sent. */
  readonly lastScoreAt: number;
  readonly lastScore?: number;
  /**
   * The last score could not be sent, and since when: a stable code where trying again does not help, `grade_waits`
   * while we try, and `grade_sent_again` once somebody asked for that.
   */
  readonly failureCode?: string;
  readonly failureAt?: number;
  /** What the score was last told by, and could not be: its job is waiting or dead. */
  readonly failureEventId?: string;
}

export interface LtiStore {
  /**
   * Adds the platform, or replaces the one with the same issuer and client_id, keeping its id, which is returned, and
   * its `gradeColumns`.
   */
  savePlatform(platform: Platform): Promise<Platform>;
  /** `taken` when a platform has this issuer and client_id, of whichever academy: it stays as it is. */
  addPlatform(platform: Platform): Promise<"added" | "taken">;
  /** `false` when there is no such platform. */
  changePlatform(id: string, change: PlatformChange): Promise<boolean>;
  platform(id: string): Promise<Platform | undefined>;
  /** All with this issuer; narrowed to one where the login names a client_id. */
  findPlatforms(issuer: string, clientId?: string): Promise<Platform[]>;
  platforms(): Promise<Platform[]>;
  /** The deployment, adding `candidate` if it was never seen. Concurrent calls agree on one. */
  findOrAddDeployment(candidate: Deployment): Promise<Deployment>;
  approveDeployment(platformId: string, deploymentId: string): Promise<boolean>;
  refuseDeployment(platformId: string, deploymentId: string): Promise<boolean>;
  deployments(platformId: string): Promise<Deployment[]>;

  addLoginState(state: LoginState): Promise<void>;
  /** Removes and returns it: of any number of concurrent calls exactly one gets it. */
  takeLoginState(id: string): Promise<LoginState | undefined>;
  purgeLoginStates(expiredBefore: number): Promise<number>;

  /** The placement of (platform, deployment, resource link): added, or all that it says brought up to date. */
  savePlacement(candidate: Placement): Promise<Placement>;
  placement(id: string): Promise<Placement | undefined>;
  /** All of one course, the oldest first: a context's id means something within its deployment (LTI 1.3 Core §5.4.1). */
  placementsIn(course: {
    readonly platformId: string;
    readonly deploymentId: string;
    readonly contextId: string;
  }): Promise<Placement[]>;

  /**
   * The course of (platform, context): added, or brought up to date. What the candidate leaves out stays as it was, and
   * so does where it was copied from, if the candidate knows of nothing.
   */
  saveCourse(candidate: Course): Promise<Course>;
  course(platformId: string, contextId: string): Promise<Course | undefined>;
  setRosterRead(courseId: string, at: number): Promise<void>;
  /** Adds it, or replaces the one of the same id. */
  addRoster(roster: Roster): Promise<void>;
  /** A course's, newest first. */
  rosters(courseId: string, limit: number): Promise<Roster[]>;

  connection(platformId: string): Promise<Connection | undefined>;
  /** Adds version 1, or replaces the version before this one; `false` when another was quicker: read it again. */
  saveConnection(connection: Connection): Promise<boolean>;

  /**
   * The target of (person, placement, activity): added with these events, or its URLs and scopes brought up to date,
   * never its last score. Of another module than before it forgets its line item, score and failure, and these events
   * are saved too; as they are when its last score could not be sent, for the launch may have mended that.
   */
  saveGradeTarget(candidate: GradeTarget, events?: readonly AnyEvent[]): Promise<GradeTarget>;
  /** All of one link: for the instructor's page. */
  gradeTargetsOf(placementId: string): Promise<GradeTarget[]>;
  /** Remembers that the score could not be sent, or (without a failure) that it could. */
  setGradeFailure(
    gradeTargetId: string,
    failure?: { readonly code: string; readonly at: number; readonly eventId?: string },
  ): Promise<void>;
  gradeTargets(personId: string, moduleId: string): Promise<GradeTarget[]>;
  setLineItem(gradeTargetId: string, lineItemUrl: string): Promise<void>;
  /**
   * The column, where it is known. Else `leased` says whether the caller has it to themselves until `until`, to look for
   * it or to make it: of any number of concurrent calls one does.
   */
  leaseColumn(
    column: Pick<GradeColumn, "id" | keyof Tenant>,
    now: number,
    until: number,
  ): Promise<{ readonly lineItemUrl?: string; readonly leased: boolean }>;
  /** Ends the lease: the column is this one, or (without a URL) none was found or made. */
  settleColumn(id: string, lineItemUrl?: string): Promise<void>;
  /** Forgets the column if it is still this one: the platform has it no more. */
  forgetColumn(id: string, lineItemUrl: string): Promise<void>;
  /**
   * Takes the second `at` (a multiple of 1000) for a score, if it is later than every one taken before. Returns the
   * second to use: `at`, or one second after the last one taken.
   */
  reserveScoreSecond(gradeTargetId: string, at: number): Promise<number>;
  recordScore(gradeTargetId: string, score: number): Promise<void>;
}
