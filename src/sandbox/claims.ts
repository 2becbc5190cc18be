import type { JWTPayload } from "jose";
import { builtIn, platformOf } from "./addresses.js";
import { customOf } from "./custom.js";
import { messageOf } from "./launch-targets.js";
import type { LaunchSubject, LaunchTarget } from "./launches.js";
import { serviceClaims } from "./service-claims.js";
import type { Course, LineItem, Link, Tool } from "./state-schema.js";
import { fullName, rolesOf, rosterRolesOf, type User } from "./users.js";

/** What a launch says, whatever it is about. */
export interface LaunchFacts {
  readonly origin: string;
  readonly platformName: string;
  readonly tool: Tool;
  readonly deploymentId: string;
  readonly user: User;
  readonly target: LaunchTarget;
  readonly targetLinkUri: string;
  /** BCP 47. */
  readonly locale: string;
  readonly course: Course;
  readonly courseTitle: string;
  readonly anonymous: boolean;
  /** Whether the course has a link of this tool: Moodle's roster is there only then. */
  readonly inCourse: boolean;
  /** The link that is launched or whose work is reviewed. */
  readonly link: Link | undefined;
  readonly linkTitle: string;
  /** The line items of the link. */
  readonly lineItems: readonly LineItem[];
}

/** What a deep-linking launch allows. */
export interface PickTerms {
  readonly pickId: string;
  readonly multiple: boolean;
  readonly lineItem: boolean;
}

const lti = "https://purl.imsglobal.org/spec/lti/claim";
const dl = "https://purl.imsglobal.org/spec/lti-dl/claim";

/** LtiResourceLinkRequest (LTI 1.3 Core §5.3), of a link or, in Canvas's flavour, from the course's menu. */
export function resourceLinkClaims(facts: LaunchFacts): JWTPayload {
  const { tool, link } = facts;
  const placed = link ? undefined : messageOf(tool, { kind: "navigation" });
  return {
    ...commonClaims(facts, "LtiResourceLinkRequest"),
    ...aboutLink(facts),
    [`${lti}/custom`]: customClaim(facts, [tool.custom, placed?.custom ?? {}, link?.custom ?? {}]),
    ...(link ? {} : { "https://www.instructure.com/placement": "course_navigation" }),
  };
}

/** LtiSubmissionReviewRequest (LTI Submission Review 1.0 §2) of a user's work. */
export function reviewClaims(facts: LaunchFacts, of: User): JWTPayload {
  const { tool, link, lineItems } = facts;
  const { custom = {} } = lineItems[0]?.submissionReview ?? {};
  return {
    ...commonClaims(facts, "LtiSubmissionReviewRequest"),
    ...aboutLink(facts),
    [`${lti}/custom`]: customClaim(facts, [tool.custom, link?.custom ?? {}, custom]),
    [`${lti}/for_user`]: { user_id: of.id, roles: rosterRolesOf(of, "canvas"), ...personOf(of, facts) },
  };
}

/** LtiDeepLinkingRequest (LTI Deep Linking 2.0 §4.4). */
export function pickClaims(facts: LaunchFacts, { pickId, multiple, lineItem }: PickTerms): JWTPayload {
  const { tool, origin } = facts;
  const subject: LaunchSubject = { kind: "pick", multiple, lineItem };
  const { contentItemsUrl } = platformOf(origin, tool.flavour);
  const settings = {
    deep_link_return_url: `${contentItemsUrl}?pick=${pickId}`,
    accept_types: tool.flavour === "moodle" ? ["ltiResourceLink"] : ["link", "ltiResourceLink"],
    accept_presentation_document_targets: ["iframe", "window"],
    accept_multiple: multiple,
    accept_lineitem: lineItem,
    auto_create: false,
    // Moodle sends none; what Canvas's flavour sends must come back.
    ...(tool.flavour === "canvas" ? { data: dataOfPick(pickId) } : { accept_unsigned: false }),
  };
  return {
    ...commonClaims(facts, "LtiDeepLinkingRequest"),
    ...serviceClaims(facts),
    [`${lti}/custom`]: customClaim(facts, [tool.custom, messageOf(tool, subject)?.custom ?? {}]),
    [`${dl}/deep_linking_settings`]: settings,
  };
}

/** What Canvas's flavour sends with a deep-linking launch and wants back. */
export const dataOfPick = (pickId: string): string => `data-of-${pickId}`;

function commonClaims(facts: LaunchFacts, type: string): JWTPayload {
  const { origin, tool, course, user } = facts;
  const back = course.id === builtIn.courseId ? "" : `&course=${course.id}`;
  return {
    ...personOf(user, facts),
    [`${lti}/message_type`]: type,
    [`${lti}/version`]: "1.3.0",
    [`${lti}/deployment_id`]: facts.deploymentId,
    [`${lti}/target_link_uri`]: facts.targetLinkUri,
    [`${lti}/roles`]: rolesOf(user),
    [`${lti}/context`]: contextClaim(course, facts.courseTitle),
    [`${lti}/tool_platform`]: {
      guid: new URL(platformOf(origin, tool.flavour).issuer).host,
      name: facts.platformName,
      product_family_code: tool.flavour,
    },
    [`${lti}/launch_presentation`]: {
      locale: facts.locale,
      document_target: facts.target,
      return_url: `${origin}/course?as=${user.key}${back}`,
    },
  };
}

/** In Moodle's flavour the short form, which Moodle sends although LTI 1.3 Core §5.4.1 asks for URNs. */
export function contextClaim(course: Course, title: string): object {
  const uri = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering";
  const type = course.flavour === "moodle" ? "CourseSection" : uri;
  return { id: course.id, label: course.label, title, type: [type] };
}

const aboutLink = (facts: LaunchFacts): JWTPayload => ({
  // Canvas opens a tool from a course's menu with the course's own id as the link's.
  [`${lti}/resource_link`]: { id: facts.link?.id ?? facts.course.id, title: facts.linkTitle },
  ...serviceClaims(facts),
});

function customClaim(
  facts: LaunchFacts,
  lists: readonly Readonly<Record<string, string>>[],
): Record<string, string> {
  const { course, tool } = facts;
  // What the tool that is there from the beginning would have asked for when it was registered.
  const inherited = tool.clientId === builtIn.clientId && course.history.length > 0;
  const history = inherited ? { context_history: "$Context.id.history" } : {};
  return customOf([history, ...lists], { ...facts, flavour: tool.flavour, sendsName: sendsName(facts) });
}

const sendsName = ({ tool, anonymous }: LaunchFacts): boolean => tool.sendsName && !anonymous;

function personOf(user: User, facts: LaunchFacts): JWTPayload {
  const { givenName, familyName, mail } = user;
  return {
    ...(sendsName(facts) ? { name: fullName(user), given_name: givenName, family_name: familyName } : {}),
    ...(facts.tool.sendsMail && !facts.anonymous ? { email: mail } : {}),
  };
}
