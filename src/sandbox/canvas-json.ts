import { z } from "zod";
import { isOnLoopback, scopesOf } from "./addresses.js";
import { SandboxError } from "./errors.js";
import type { NewTool } from "./tools.js";

const texts = z.record(z.string(), z.coerce.string());

// What Canvas asks of the JSON of a developer key ("Paste JSON", "Enter URL").
const canvasJson = z.object({
  title: z.string().min(1),
  description: z.string().min(1),
  oidc_initiation_url: z.string(),
  target_link_uri: z.string(),
  public_jwk_url: z.string(),
  scopes: z.array(z.string()).default([]),
  custom_fields: texts.default({}),
  extensions: z
    .array(
      z.object({
        platform: z.string(),
        privacy_level: z.enum(["anonymous", "public", "name_only", "email_only"]).default("anonymous"),
        settings: z.object({
          placements: z
            .array(
              z.object({
                placement: z.string(),
                enabled: z.boolean().default(true),
                message_type: z.string().default("LtiResourceLinkRequest"),
                target_link_uri: z.string().optional(),
                custom_fields: texts.default({}),
              }),
            )
            .default([]),
        }),
      }),
    )
    .default([]),
});

/**
 * A tool from its Canvas JSON.
 * @throws SandboxError `sandbox_tool_malformed` with the first field that is wrong, `sandbox_tool_elsewhere`
 */
export function toolOfCanvasJson(text: string): NewTool {
  const json = parse(text);
  const extension = json.extensions.find(({ platform }) => platform === "canvas.instructure.com");
  const placements = (extension?.settings.placements ?? []).filter(({ enabled }) => enabled);
  const targets = [json.target_link_uri, ...placements.flatMap((one) => one.target_link_uri ?? [])];
  const privacy = extension?.privacy_level ?? "anonymous";
  return onThisMachine({
    flavour: "canvas",
    name: json.title,
    loginUrl: json.oidc_initiation_url,
    redirectUris: [...new Set(targets)],
    targetLinkUri: json.target_link_uri,
    jwksUrl: json.public_jwk_url,
    scopes: scopesOf("canvas").filter((scope) => json.scopes.includes(scope)),
    custom: json.custom_fields,
    messages: placements.map(({ placement, message_type: type, target_link_uri: target, custom_fields }) => ({
      type,
      ...(target === undefined ? {} : { targetLinkUri: target }),
      placements: [placement],
      custom: custom_fields,
    })),
    sendsName: ["public", "name_only"].includes(privacy),
    sendsMail: ["public", "email_only"].includes(privacy),
  });
}

function parse(text: string): z.infer<typeof canvasJson> {
  try {
    return canvasJson.parse(JSON.parse(text));
  } catch (cause) {
    const field = cause instanceof z.ZodError ? (cause.issues[0]?.path.join(".") ?? "") : "";
    throw new SandboxError("sandbox_tool_malformed", { field }, { cause });
  }
}

/** @throws SandboxError `sandbox_tool_elsewhere` unless all its addresses are on this machine */
export function onThisMachine(tool: NewTool): NewTool {
  const targets = tool.messages.flatMap(({ targetLinkUri }) => targetLinkUri ?? []);
  const urls = [tool.loginUrl, tool.jwksUrl, tool.targetLinkUri, ...tool.redirectUris, ...targets];
  const outside = urls.find((url) => !isOnLoopback(url));
  if (outside !== undefined) throw new SandboxError("sandbox_tool_elsewhere", { address: outside });
  return tool;
}
