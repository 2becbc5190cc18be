import { names } from "./a-platform.js";
import type { LtiTool } from "./a-tool.js";

/** One of the messages that a platform sends. */
export interface MessageKind {
  readonly name: "a resource link launch" | "a deep linking launch" | "a submission review launch";
  /** What its claims have otherwise than a plain trainee's launch of a resource link. */
  readonly claims: (tool: Pick<LtiTool, "platform">) => Record<string, unknown>;
}

export const settings = ({ platform }: Pick<LtiTool, "platform">): Record<string, unknown> => ({
  deep_link_return_url: `${platform.origin}/return?course=1`,
  accept_types: ["link", "ltiResourceLink"],
  accept_presentation_document_targets: ["embed", "iframe", "window"],
  accept_multiple: true,
  accept_lineitem: true,
  data: "kept by the platform",
});

export const resourceLink: MessageKind = { name: "a resource link launch", claims: () => ({}) };

export const deepLinking: MessageKind = {
  name: "a deep linking launch",
  claims: (tool) => ({
    [names.messageType]: "LtiDeepLinkingRequest",
    [names.roles]: [names.instructor],
    [names.resourceLink]: undefined,
    [names.custom]: undefined,
    [names.deepLinkingSettings]: settings(tool),
  }),
};

export const review: MessageKind = {
  name: "a submission review launch",
  claims: () => ({
    [names.messageType]: "LtiSubmissionReviewRequest",
    [names.roles]: [names.instructor],
    [names.forUser]: { user_id: "user-2" },
  }),
};

export const messageKinds: readonly MessageKind[] = [resourceLink, deepLinking, review];

/** The same tool, whose `claims` are this message's. */
export function sending(tool: LtiTool, kind: MessageKind): LtiTool {
  return {
    ...tool,
    claims: (login, changed = {}) => tool.claims(login, { ...kind.claims(tool), ...changed }),
  };
}
