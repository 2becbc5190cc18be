import { z } from "zod";
import { flavours } from "./flavour.js";
import { userSchema } from "./users.js";

const flavourSchema = z.enum(flavours);
const textsSchema = z.record(z.string(), z.string());

const keySchema = z.object({
  academyId: z.string(),
  jurisdictionId: z.string(),
  kid: z.string(),
  keySet: z.string(),
  generation: z.number(),
  alg: z.string(),
  publicJwk: z.record(z.string(), z.unknown()),
  sealedPrivateJwk: z.string(),
  createdAt: z.number(),
  retiredAt: z.number().exactOptional(),
});

/** What a line item's maker says of it (AGS 2.0 §3.2; submission review 1.0 §3). */
export const lineItemFields = {
  label: z.string().trim().min(1),
  scoreMaximum: z.number().positive(),
  resourceId: z.string().exactOptional(),
  tag: z.string().exactOptional(),
  startDateTime: z.string().exactOptional(),
  endDateTime: z.string().exactOptional(),
  submissionReview: z
    .object({
      reviewableStatus: z.array(z.string()).exactOptional(),
      label: z.string().exactOptional(),
      url: z.string().exactOptional(),
      custom: textsSchema.exactOptional(),
    })
    .exactOptional(),
};

const lineItemSchema = z.object({
  id: z.string(),
  courseId: z.string(),
  clientId: z.string(),
  resourceLinkId: z.string().exactOptional(),
  ...lineItemFields,
});

const gradeSchema = z.object({
  userKey: z.string(),
  lineItemId: z.string(),
  /** On the line item's scale; null when there is no grade, or no longer one. */
  score: z.number().nullable(),
  comment: z.string().exactOptional(),
  /** The whole second of the score's own timestamp, in milliseconds: the next one must be later. */
  second: z.number(),
  receivedAt: z.number(),
});

const scorePostSchema = z.object({
  at: z.number(),
  lineItemId: z.string(),
  /** Absent when the post did not name a user of ours. */
  userKey: z.string().exactOptional(),
  /** What it ended at on the line item's scale; absent when it was refused. */
  score: z.number().nullable().exactOptional(),
  /** The error's code, when it was refused. */
  refused: z.string().exactOptional(),
});

const messageSchema = z.object({
  type: z.string(),
  targetLinkUri: z.string().exactOptional(),
  placements: z.array(z.string()),
  custom: textsSchema,
});

const deploymentSchema = z.object({
  id: z.string(),
  /** In Canvas's flavour: the one course that it is installed in; without it the whole account has it. */
  courseId: z.string().exactOptional(),
});

const toolSchema = z.object({
  clientId: z.string(),
  flavour: flavourSchema,
  state: z.enum(["pending", "active"]),
  name: z.string(),
  loginUrl: z.string(),
  redirectUris: z.array(z.string()).min(1),
  targetLinkUri: z.string(),
  jwksUrl: z.string(),
  scopes: z.array(z.string()),
  custom: textsSchema,
  messages: z.array(messageSchema),
  sendsName: z.boolean(),
  sendsMail: z.boolean(),
  deployments: z.array(deploymentSchema),
  /** Notice type → the tool's address for it (Platform Notification Service). */
  noticeHandlers: textsSchema,
});

const courseSchema = z.object({
  /** The LTI context's id. */
  id: z.string(),
  flavour: flavourSchema,
  label: z.string(),
  /** The courses that it was copied from, the nearest first. */
  history: z.array(z.string()),
});

const linkSchema = z.object({
  /** The resource link's id. */
  id: z.string(),
  courseId: z.string(),
  clientId: z.string(),
  deploymentId: z.string(),
  /** Absent for the link that is there from the beginning: its words are in the catalogue. */
  title: z.string().exactOptional(),
  text: z.string().exactOptional(),
  url: z.string().exactOptional(),
  custom: textsSchema,
  /** The links that it was copied from, the nearest first. */
  history: z.array(z.string()),
});

const noticeSchema = z.object({
  at: z.number(),
  clientId: z.string(),
  type: z.string(),
  /** The HTTP status of the tool's answer; 0 when none came. */
  status: z.number(),
});

export const stateSchema = z.object({
  version: z.literal(2),
  keys: z.array(keySchema),
  users: z.array(userSchema),
  /** The next number of a course, a link, a tool's type and a line item. */
  next: z.object({ course: z.number(), link: z.number(), tool: z.number(), deployment: z.number() }),
  nextLineItem: z.number(),
  tools: z.array(toolSchema),
  courses: z.array(courseSchema),
  links: z.array(linkSchema),
  lineItems: z.array(lineItemSchema),
  grades: z.array(gradeSchema),
  /** Newest first. */
  scorePosts: z.array(scorePostSchema),
  /** Notices that were sent, newest first. */
  notices: z.array(noticeSchema),
  tokens: z.array(
    z.object({ hash: z.string(), clientId: z.string(), scopes: z.array(z.string()), expiresAt: z.number() }),
  ),
});

export type State = z.infer<typeof stateSchema>;
export type LineItem = z.infer<typeof lineItemSchema>;
export type Grade = z.infer<typeof gradeSchema>;
export type ScorePost = z.infer<typeof scorePostSchema>;
export type Tool = z.infer<typeof toolSchema>;
export type ToolMessage = z.infer<typeof messageSchema>;
export type Deployment = z.infer<typeof deploymentSchema>;
export type Course = z.infer<typeof courseSchema>;
export type Link = z.infer<typeof linkSchema>;
export type Notice = z.infer<typeof noticeSchema>;
