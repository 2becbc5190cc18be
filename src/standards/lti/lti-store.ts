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
  readonly status: "active" | "inactive";
}

export interface Deployment extends Tenant {
  readonly id: string;
  readonly platformId: string;
  /** As the platform calls it. */
  readonly deploymentId: string;
  readonly status: "approved" | "pending";
  readonly firstSeenAt: number;
}

/** What one login remembers until its launch, which may take it once. `id` is the SHA-256 of the state parameter. */
export interface LoginState extends Tenant {
  readonly id: string;
  readonly platformId: string;
  readonly nonce: string;
  readonly browserHash: string;
  readonly targetLinkUri: string;
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
  readonly moduleId: string;
}

/** Where one person's grade of one placement goes, as the platform said at the last launch. */
export interface GradeTarget extends Tenant {
  readonly id: string;
  readonly personId: string;
  readonly placementId: string;
  readonly platformId: string;
  readonly moduleId: string;
  readonly lineItemsUrl?: string;
  readonly lineItemUrl?: string;
  readonly scopes: readonly string[];
  /** The whole second (UTC, in milliseconds) of the last score that was sent or is being sent. */
  readonly lastScoreAt: number;
  readonly lastScore?: number;
}

export interface LtiStore {
  /** Adds the platform, or replaces the one with the same issuer and client_id (keeping its id, which is returned). */
  savePlatform(platform: Platform): Promise<Platform>;
  platform(id: string): Promise<Platform | undefined>;
  /** All with this issuer; narrowed to one where the login names a client_id. */
  findPlatforms(issuer: string, clientId?: string): Promise<Platform[]>;
  platforms(): Promise<Platform[]>;
  /** The deployment, adding `candidate` if it was never seen. Concurrent calls agree on one. */
  findOrAddDeployment(candidate: Deployment): Promise<Deployment>;
  approveDeployment(platformId: string, deploymentId: string): Promise<boolean>;
  deployments(platformId: string): Promise<Deployment[]>;

  addLoginState(state: LoginState): Promise<void>;
  /** Removes and returns it: of any number of concurrent calls exactly one gets it. */
  takeLoginState(id: string): Promise<LoginState | undefined>;
  purgeLoginStates(expiredBefore: number): Promise<number>;

  /** The placement of (platform, deployment, resource link): added, or its `moduleId` and context brought up to date. */
  savePlacement(candidate: Placement): Promise<Placement>;
  placement(id: string): Promise<Placement | undefined>;

  /** The target of (person, placement): added, or its URLs and scopes brought up to date; never its last score. */
  saveGradeTarget(candidate: GradeTarget): Promise<GradeTarget>;
  gradeTargets(personId: string, moduleId: string): Promise<GradeTarget[]>;
  setLineItem(gradeTargetId: string, lineItemUrl: string): Promise<void>;
  /**
   * Takes the second `at` (a multiple of 1000) for a score, if it is later than every one taken before. Returns the
   * second to use: `at`, or one second after the last one taken.
   */
  reserveScoreSecond(gradeTargetId: string, at: number): Promise<number>;
  recordScore(gradeTargetId: string, score: number): Promise<void>;
}
