import type { JWTPayload } from "jose";
import { scopes, servicesOf } from "./addresses.js";
import type { Course, LineItem, Tool } from "./state-schema.js";

interface ServiceFacts {
  readonly origin: string;
  readonly tool: Tool;
  readonly deploymentId: string;
  readonly course: Course;
  readonly inCourse: boolean;
  readonly lineItems: readonly LineItem[];
}

/** What the tool may ask of the platform later: grades, the roster, notices; as far as its scopes reach. */
export const serviceClaims = (facts: ServiceFacts): JWTPayload => ({
  ...gradeClaim(facts),
  ...rosterClaim(facts),
  ...noticeClaim(facts),
});

/** Assignment and Grade Services 2.0 §3.1; `lineitem` only when exactly one belongs to the link, as Moodle does. */
function gradeClaim({ origin, tool, course, lineItems }: ServiceFacts): JWTPayload {
  const services = servicesOf(origin, tool, course.id);
  const granted = tool.scopes.filter((scope) => scope.includes("/lti-ags/"));
  const [only, ...others] = lineItems;
  if (granted.length === 0) return {};
  return {
    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
      scope: granted,
      lineitems: services.lineItems,
      ...(only && others.length === 0 ? { lineitem: services.lineItem(only.id) } : {}),
    },
  };
}

/** Names and Role Provisioning Services 2.0 §3.6; in Moodle's flavour only once the course has the tool. */
function rosterClaim({ origin, tool, course, inCourse }: ServiceFacts): JWTPayload {
  if (!tool.scopes.includes(scopes.members) || (tool.flavour === "moodle" && !inCourse)) return {};
  return {
    "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
      context_memberships_url: servicesOf(origin, tool, course.id).members,
      service_versions: ["1.0", "2.0"],
    },
  };
}

/** Platform Notification Service 1.0 §3. */
function noticeClaim({ origin, tool, deploymentId }: ServiceFacts): JWTPayload {
  if (!tool.scopes.includes(scopes.noticeHandlers)) return {};
  return {
    "https://purl.imsglobal.org/spec/lti/claim/platformnotificationservice": {
      service_versions: ["1.0"],
      platform_notification_service_url: `${origin}/canvas/notice-handlers/${encodeURIComponent(deploymentId)}`,
      scope: [scopes.noticeHandlers],
      notice_types_supported: ["LtiContextCopyNotice"],
    },
  };
}
