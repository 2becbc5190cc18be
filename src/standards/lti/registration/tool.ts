import type { Translator } from "../../../foundation/i18n/index.js";

/** The tool as platforms get to know it. */
export interface Tool {
  /** Its public origin, without a slash at its end. */
  readonly origin: string;
  readonly name: string;
  readonly description: string;
  /** What the links are called by which a platform's menus open the picker. */
  readonly pickLabel: string;
  readonly openLabel: string;
}

export function toolIn(words: Translator, origin: string): Tool {
  return {
    origin,
    name: words.t("registration.tool.name"),
    description: words.t("registration.tool.description"),
    pickLabel: words.t("registration.tool.pick"),
    openLabel: words.t("registration.tool.open"),
  };
}

/** The addresses that a platform is told, letter by letter: it compares them. */
export const addressesOf = (origin: string) => ({
  login: `${origin}/lti/login`,
  launch: `${origin}/lti/launch`,
  jwks: `${origin}/lti/jwks`,
  icon: `${origin}/assets/mark.svg`,
});

const spec = "https://purl.imsglobal.org/spec";

/** Without these a trainee's grade does not get into the gradebook. */
export const neededScopes: readonly string[] = [
  `${spec}/lti-ags/scope/lineitem`,
  `${spec}/lti-ags/scope/score`,
];

/** All services that the tool can use: columns and grades, the roster, notices of course copies. */
export const wantedScopes: readonly string[] = [
  ...neededScopes,
  `${spec}/lti-ags/scope/result.readonly`,
  `${spec}/lti-nrps/scope/contextmembership.readonly`,
  `${spec}/lti/scope/noticehandlers`,
];

export const messages = {
  resourceLink: "LtiResourceLinkRequest",
  deepLinking: "LtiDeepLinkingRequest",
  review: "LtiSubmissionReviewRequest",
} as const;

/** Canvas: where its menus open the picker. */
export const pickerPlacements = [
  "link_selection",
  "assignment_selection",
  "editor_button",
  "module_index_menu_modal",
] as const;

/** Custom parameters by which a copied course says what it was copied from. */
export const historyParameters = {
  canvas: { previous_context_ids: "$Canvas.course.previousContextIds" },
  others: { context_history: "$Context.id.history" },
} as const;
