export { type CertificateLink, type ProgrammesDeps, type RemindersDeps } from "./deps.js";
export { ProgrammesError } from "./errors.js";
export { type Phase, type Window, phaseOf, windowOf } from "./life.js";
export { type Reminders } from "./reminders.js";
export { createProgrammes, type NewAttestation, type Programmes, type Whose } from "./programmes.js";
export {
  type Attestation,
  type CompetencyStanding,
  type Entitlement,
  type Pass,
  type Period,
  type Piece,
  type Round,
  type Standing,
  type StandingStore,
} from "./standing-store.js";
