export { addMonths } from "./calendar.js";
export { type Clock, systemClock, seconds, minutes, hours, days } from "./clock.js";
export { KnownError, errorFamily, type ErrorData } from "./errors.js";
export { createLogger, describeError, type LogFields, type Logger, type LogLevel } from "./logger.js";
export { createNewId, type NewId, uuidV5, randomToken, digest, uuidPattern } from "./ids.js";
export {
  profileIri,
  profileVersionIri,
  curriculumIri,
  moduleIri,
  activityIri,
  itemIri,
  competencyIri,
  outcomeIri,
  levelIri,
  rubricIri,
  instrumentIri,
  credentialIri,
} from "./iri.js";
export { Secret } from "./secret.js";
export { type Tenant, installation } from "./tenant.js";
