export {
  type CompetencyStanding,
  type Entitlement,
  type Pass,
  type Standing,
  type StandingStore,
} from "./standing-store.js";
