import type { Person } from "../../../src/foundation/directory/index.js";
import type { AnyEvent, Job } from "../../../src/foundation/events/index.js";
import { randomToken, type Tenant } from "../../../src/foundation/kernel/index.js";
import type {
  Deployment,
  GradeTarget,
  LoginState,
  Placement,
  Platform,
} from "../../../src/standards/lti/index.js";
import type { CredentialRecord } from "../../../src/standards/issuing/index.js";
import type { Attempt } from "../../../src/training/learning/index.js";
import type { Standing } from "../../../src/training/programmes/index.js";
import type { HolderCode } from "../../../src/trust/certificates/index.js";
import { newId } from "./database.js";

export const arvenia: Tenant = { academyId: "academy-a", jurisdictionId: "XA" };
export const belmora: Tenant = { academyId: "academy-b", jurisdictionId: "XB" };

export const aPerson = (changes: Partial<Person> = {}): Person => ({
  ...{ ...arvenia, id: newId(), pseudonym: randomToken(), platformId: "platform", platformUserId: "user" },
  ...{ createdAt: 1000, ...changes },
});

export const aPlatform = (changes: Partial<Platform> = {}): Platform => ({
  ...{ ...arvenia, id: newId(), issuer: "https://lms.example", clientId: "client", name: "LMS" },
  flavour: "moodle",
  authorizationUrl: "https://lms.example/auth",
  tokenUrl: "https://lms.example/token",
  tokenAudience: "https://lms.example/token",
  jwksUrl: "https://lms.example/jwks",
  frameOrigin: "https://lms.example",
  serviceOrigins: ["https://lms.example"],
  status: "active",
  ...changes,
});

export const aDeployment = (changes: Partial<Deployment> = {}): Deployment => ({
  ...{ ...arvenia, id: newId(), platformId: "platform", deploymentId: "1" },
  ...{ status: "pending", firstSeenAt: 1000, ...changes },
});

export const aLoginState = (changes: Partial<LoginState> = {}): LoginState => ({
  ...{ ...arvenia, id: randomToken(), platformId: "platform", nonce: "n", browserHash: "b" },
  ...{ targetLinkUri: "https://tool.example/lti/launch", expiresAt: 5000, ...changes },
});

export const aPlacement = (changes: Partial<Placement> = {}): Placement => ({
  ...{ ...arvenia, id: newId(), platformId: "platform", deploymentId: "1", resourceLinkId: "link" },
  ...{ contextId: "course", moduleId: "M01", ...changes },
});

export const aGradeTarget = (changes: Partial<GradeTarget> = {}): GradeTarget => ({
  ...{ ...arvenia, id: newId(), personId: "person", placementId: "placement", platformId: "platform" },
  ...{
    moduleId: "M01",
    activityId: "",
    lineItemsUrl: "https://lms.example/items",
    scopes: ["score"],
    lastScoreAt: 0,
    ...changes,
  },
});

export const anAttempt = (changes: Partial<Attempt> = {}): Attempt => ({
  ...{ ...arvenia, id: newId(), version: 1, personId: "person", moduleId: "M01", cycle: 1 },
  ...{ registration: newId(), curriculum: { core: "1.0.0" }, begunAt: 1000, activities: {}, forms: [] },
  ...changes,
});

export const aCredential = (changes: Partial<CredentialRecord> = {}): CredentialRecord => ({
  ...{ ...arvenia, id: newId(), version: 1, cause: "entitlements/1", ownerId: "person" },
  ...{ statusList: "north-1", statusIndex: 7, state: "reserved", withdrawn: 0, reservedAt: 1000 },
  ...{ about: { programmeId: "p" }, life: [], ...changes },
});

export const aStanding = (changes: Partial<Standing> = {}): Standing => ({
  ...{ ...arvenia, id: newId(), version: 1, personId: "person" },
  ...{ modules: {}, passes: {}, outcomes: {}, competencies: {}, entitlements: {} },
  ...changes,
});

export const aHolderCode = (changes: Partial<HolderCode> = {}): HolderCode => ({
  ...{ ...arvenia, id: "certificate", codeHash: "hash", madeAt: 1000, expiresAt: 5000, triesLeft: 5 },
  ...changes,
});

export function anEvent(lane: string, sequence: number, changes: Partial<AnyEvent> = {}): AnyEvent {
  const event = {
    ...{ ...arvenia, id: newId(), type: "module.progressed", at: 1000, lane, sequence, requestId: "request" },
    data: {
      ...{ attemptId: "attempt", personId: "person", moduleId: "M01", registration: "registration" },
      ...{ curriculum: { core: "1.0.0" }, score: sequence, completed: false },
    },
  };
  return { ...event, ...changes } as AnyEvent;
}

export const aJob = (subscriber: string, event: AnyEvent, changes: Partial<Job> = {}): Job => ({
  ...{ academyId: event.academyId, jurisdictionId: event.jurisdictionId },
  ...{ id: `${subscriber}:${event.id}`, subscriber, event, failures: 0, notBefore: event.at, ...changes },
});

/** Calls `make` so many times at once. */
export const atOnce = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_unused, index) => make(index)));
