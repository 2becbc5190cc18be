export { browserHash, carriesSecret, ensureBrowser } from "./browser.js";
export { behind, type Door, mountDoors } from "./doors.js";
export { answerWithData, errorWords, sendProblem } from "./error-pages.js";
export { WebError } from "./errors.js";
export { checkFormToken, formToken } from "./form-tokens.js";
export { field, fields, queryParameter, readForm } from "./forms.js";
export { allowFraming } from "./headers.js";
export { sendOn } from "./redirects.js";
export { languagesOf, requestIdOf, speak, translatorOf } from "./requests.js";
export { probes } from "./probes.js";
export { type Listening, serve } from "./serve.js";
export { type PageModel, sendPage } from "./views.js";
export { createVisits, narrowVisit, type NewVisit, onlyRoles, type Visits, visitOf } from "./visits.js";
export { createLimits, type Limits } from "./limits.js";
export { countTogether } from "./tallies.js";
export { type RateStore } from "./rate-store.js";
export {
  type PickErrand,
  type Visit,
  type VisitErrand,
  type VisitRole,
  type VisitStore,
} from "./visit-store.js";
export { createWebApp, type WebOptions } from "./web.js";
