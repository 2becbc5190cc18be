/** The messages that we answer (LTI 1.3 Core §5.3, Deep Linking 2.0 §2.2, Submission Review 1.0 §3). */
const messages = {
  LtiResourceLinkRequest: "open",
  LtiDeepLinkingRequest: "pick",
  LtiSubmissionReviewRequest: "review",
} as const;

/** What a message comes for: to open a link, to pick content for a course, or to review the work of one trainee. */
export type Purpose = (typeof messages)[keyof typeof messages];

export function purposeOf(messageType: string): Purpose | undefined {
  return Object.hasOwn(messages, messageType) ? messages[messageType as keyof typeof messages] : undefined;
}
