import { z } from "zod";
import type { Clock } from "../foundation/kernel/index.js";
import { originsOf, platformOf } from "./addresses.js";
import { dataOfPick } from "./claims.js";
import type { NewLineItem, NewLink } from "./courses.js";
import { SandboxError } from "./errors.js";
import type { Pick } from "./launches.js";
import { lineItemFields, type Tool } from "./state-schema.js";
import { readSigned } from "./tool-keys.js";

/** What a tool's picker brought back. */
export interface PickAnswer {
  readonly items: readonly { readonly link: NewLink; readonly lineItem: NewLineItem | undefined }[];
  /** The tool's own words to whoever picked. */
  readonly message: string | undefined;
}

const lti = "https://purl.imsglobal.org/spec/lti/claim";
const dl = "https://purl.imsglobal.org/spec/lti-dl/claim";

// LTI Deep Linking 2.0 §4.5.
const answerSchema = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  iat: z.number().optional(),
  exp: z.number().optional(),
  nonce: z.string().optional(),
  [`${lti}/message_type`]: z.literal("LtiDeepLinkingResponse"),
  [`${lti}/version`]: z.literal("1.3.0"),
  [`${lti}/deployment_id`]: z.string().optional(),
  [`${dl}/data`]: z.string().optional(),
  [`${dl}/msg`]: z.string().optional(),
  [`${dl}/content_items`]: z.array(z.record(z.string(), z.unknown())).default([]),
});

// LTI Deep Linking 2.0, LTI Resource Link.
const itemSchema = z.object({
  type: z.literal("ltiResourceLink"),
  url: z.url().optional(),
  title: z.string().optional(),
  text: z.string().optional(),
  custom: z.record(z.string(), z.string()).default({}),
  lineItem: z.object({ ...lineItemFields, label: z.string().optional() }).optional(),
});

interface PickFacts {
  readonly pick: Pick;
  readonly pickId: string;
  readonly tool: Tool;
  readonly origin: string;
  readonly clock: Clock;
}
type Claims = z.infer<typeof answerSchema>;

/**
 * Reads a deep-linking answer as the platform does. Moodle: iss is the client id, no leeway on iat, an exp counts when it
 * is there; aud, nonce and deployment are not looked at. Canvas's flavour looks at all of them, and wants its data back.
 * @throws SandboxError `sandbox_pick_answer_refused`, `sandbox_items_refused`
 */
export async function readPickAnswer(jwt: string | undefined, facts: PickFacts): Promise<PickAnswer> {
  const { pick, tool } = facts;
  const claims = await verified(jwt, tool);
  if (!isTimely(claims, facts.clock) || !fits(claims, facts))
    throw new SandboxError("sandbox_pick_answer_refused");
  const items = claims[`${dl}/content_items`];
  const { subject } = pick.launch;
  if (subject.kind === "pick" && !subject.multiple && items.length > 1)
    throw new SandboxError("sandbox_items_refused");
  return { items: items.map((item) => itemOf(item, pick, tool)), message: claims[`${dl}/msg`] };
}

function isTimely({ iat, exp }: Claims, clock: Clock): boolean {
  const now = Math.floor(clock.now() / 1000);
  return (iat ?? now) <= now && (exp ?? Infinity) > now;
}

function fits(claims: Claims, { pick, pickId, tool, origin }: PickFacts): boolean {
  if (claims.iss !== tool.clientId) return false;
  if (tool.flavour === "moodle") return true;
  const { issuer } = platformOf(origin, "canvas");
  return (
    [claims.aud].flat().includes(issuer) &&
    [claims.nonce, claims.exp, claims.iat].every((one) => one !== undefined) &&
    claims[`${lti}/deployment_id`] === pick.launch.deploymentId &&
    claims[`${dl}/data`] === dataOfPick(pickId)
  );
}

async function verified(jwt: string | undefined, tool: Tool): Promise<Claims> {
  try {
    return answerSchema.parse(await readSigned(jwt ?? "", tool.jwksUrl));
  } catch (cause) {
    throw new SandboxError("sandbox_pick_answer_refused", {}, { cause });
  }
}

function itemOf(sent: unknown, { launch }: Pick, tool: Tool): PickAnswer["items"][number] {
  const parsed = itemSchema.safeParse(sent);
  if (!parsed.success) throw new SandboxError("sandbox_items_refused", {}, { cause: parsed.error });
  const { url, title, text, custom, lineItem } = parsed.data;
  if (url !== undefined && !originsOf(tool).includes(new URL(url).origin))
    throw new SandboxError("sandbox_items_refused");
  const { courseId, clientId, deploymentId, subject } = launch;
  const column = subject.kind === "pick" && subject.lineItem ? lineItem : undefined;
  return {
    link: {
      ...{ courseId, clientId, deploymentId, custom },
      title: title ?? tool.name,
      ...(text === undefined ? {} : { text }),
      ...(url === undefined ? {} : { url }),
    },
    // The column is called as the activity is; Moodle does not look at the label.
    lineItem: column && { ...column, label: title ?? tool.name },
  };
}
