import type { PlatformConfiguration } from "./configuration.js";
import { addressesOf, historyParameters, messages, pickerPlacements, type Tool } from "./tool.js";

export const toolConfigurationName = "https://purl.imsglobal.org/spec/lti-tool-configuration";
const canvas = "https://canvas.instructure.com/lti";

/**
 * Our side of a registration: the client metadata that is posted to the platform (LTI Dynamic Registration 1.0 §3.5,
 * OpenID Connect Registration 1.0 §2).
 * @param names whether the platform may tell us names, for the class page; of a person we need but the `sub`
 */
export function registrationRequest(
  tool: Tool,
  { flavour, scopes, messageTypes }: PlatformConfiguration,
  names: boolean,
): Readonly<Record<string, unknown>> {
  const { login, launch, jwks, icon } = addressesOf(tool.origin);
  return {
    application_type: "web",
    response_types: ["id_token"],
    grant_types: ["client_credentials", "implicit"],
    initiate_login_uri: login,
    redirect_uris: [launch],
    client_name: tool.name,
    jwks_uri: jwks,
    logo_uri: icon,
    token_endpoint_auth_method: "private_key_jwt",
    scope: scopes.join(" "),
    [toolConfigurationName]: {
      // With its port: Moodle compares it with the target's.
      domain: new URL(tool.origin).host,
      description: tool.description,
      target_link_uri: launch,
      custom_parameters: flavour === "canvas" ? historyParameters.canvas : historyParameters.others,
      claims: names ? ["iss", "sub", "name", "given_name", "family_name"] : ["iss", "sub"],
      messages: flavour === "canvas" ? canvasMessages(tool) : plainMessages(tool, messageTypes),
      ...(flavour === "canvas"
        ? {
            [`${canvas}/privacy_level`]: names ? "name_only" : "anonymous",
            [`${canvas}/tool_id`]: "tessera",
            [`${canvas}/vendor`]: tool.name,
          }
        : {}),
    },
  };
}

function plainMessages(tool: Tool, types: readonly string[]): Readonly<Record<string, unknown>>[] {
  const { launch } = addressesOf(tool.origin);
  return types.map((type) => ({
    type,
    target_link_uri: launch,
    label: type === messages.deepLinking ? tool.pickLabel : tool.name,
  }));
}

function canvasMessages(tool: Tool): Readonly<Record<string, unknown>>[] {
  const { launch, icon } = addressesOf(tool.origin);
  return [
    {
      type: messages.resourceLink,
      target_link_uri: launch,
      label: tool.openLabel,
      placements: ["course_navigation"],
      [`${canvas}/course_navigation/default_enabled`]: true,
      [`${canvas}/visibility`]: "members",
    },
    {
      type: messages.deepLinking,
      target_link_uri: launch,
      label: tool.pickLabel,
      icon_uri: icon,
      placements: pickerPlacements,
    },
  ];
}
