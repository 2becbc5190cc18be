import type { LaunchSubject } from "./launches.js";
import type { LineItem, Link, Tool, ToolMessage } from "./state-schema.js";

/** The message that a tool registered for where a launch is begun, if it did. */
export function messageOf(tool: Tool, { kind }: LaunchSubject): ToolMessage | undefined {
  if (kind === "pick") return tool.messages.find(({ type }) => type === "LtiDeepLinkingRequest");
  if (kind !== "navigation") return undefined;
  return tool.messages.find(({ placements }) => placements.includes("course_navigation"));
}

/** The address that a launch is for: the login and the id_token must name the same. */
export function targetLinkUriOf(
  tool: Tool,
  subject: LaunchSubject,
  { link, lineItems }: { readonly link: Link | undefined; readonly lineItems: readonly LineItem[] },
): string {
  const reviewed = subject.kind === "review" ? lineItems[0]?.submissionReview?.url : undefined;
  return reviewed ?? link?.url ?? messageOf(tool, subject)?.targetLinkUri ?? tool.targetLinkUri;
}
