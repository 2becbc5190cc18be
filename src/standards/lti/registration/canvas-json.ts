import {
  addressesOf,
  historyParameters,
  messages,
  pickerPlacements,
  wantedScopes,
  type Tool,
} from "./tool.js";

/**
 * The JSON by which a Canvas administrator makes a developer key by hand ("Paste JSON" or "Enter URL"); nothing in it
 * is secret. `lti-config/canvas.json.txt` shows it for an example's address. Nobody's name is asked for: who wants names
 * in the class page raises `privacy_level` to `name_only`.
 */
export function canvasJson(tool: Tool): Readonly<Record<string, unknown>> {
  const { login, launch, jwks, icon } = addressesOf(tool.origin);
  return {
    title: tool.name,
    description: tool.description,
    oidc_initiation_url: login,
    target_link_uri: launch,
    public_jwk_url: jwks,
    scopes: wantedScopes,
    custom_fields: historyParameters.canvas,
    extensions: [
      {
        platform: "canvas.instructure.com",
        domain: new URL(tool.origin).host,
        tool_id: "tessera",
        privacy_level: "anonymous",
        settings: {
          text: tool.name,
          icon_url: icon,
          placements: [
            {
              placement: "course_navigation",
              message_type: messages.resourceLink,
              target_link_uri: launch,
              text: tool.openLabel,
            },
            ...pickerPlacements.map((placement) => ({
              placement,
              message_type: messages.deepLinking,
              target_link_uri: launch,
              text: tool.pickLabel,
              icon_url: icon,
              selection_width: 1000,
              selection_height: 800,
            })),
          ],
        },
      },
    ],
  };
}
