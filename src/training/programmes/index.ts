export { type CertificateLink, type ProgrammesDeps } from "./deps.js";
export { createProgrammes, type Programmes } from "./programmes.js";
export {
  type CompetencyStanding,
  type Entitlement,
  type Pass,
  type Piece,
  type Standing,
  type StandingStore,
} from "./standing-store.js";
