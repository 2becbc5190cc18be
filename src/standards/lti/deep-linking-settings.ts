import type { PickErrand } from "../../foundation/web/index.js";
import {
  claimNames,
  malformed,
  member,
  neededText,
  recordOf,
  textOf,
  textsOf,
  type Claims,
} from "./claims.js";
import { LtiError } from "./errors.js";
import { isOn } from "./ltijs-adapter.js";
import type { Platform } from "./lti-store.js";

/** What a platform wants back unchanged may be a signed token of its own. */
const maxData = 12 * 1024;

export type PickSettings = Omit<PickErrand, "deploymentId">;

/**
 * What content the platform takes, and where it wants it (LTI Deep Linking 2.0 §2.2.1).
 * @throws LtiError `deep_linking_settings_missing`, `deep_linking_return_refused` (elsewhere than on the platform's
 * origins), `deep_linking_type_refused` (it takes no links to resources), `request_malformed`
 */
export function deepLinkingSettings(claims: Claims, { frameOrigin, serviceOrigins }: Platform): PickSettings {
  const settings = recordOf(claims, claimNames.deepLinkingSettings);
  const returnUrl = neededText(
    settings,
    "deep_link_return_url",
    "deep_linking_settings_missing",
    maxUrlLength,
  );
  if (!isOn(returnUrl, [frameOrigin, ...serviceOrigins])) throw new LtiError("deep_linking_return_refused");
  if (!(textsOf(settings, "accept_types") ?? []).includes("ltiResourceLink"))
    throw new LtiError("deep_linking_type_refused");
  const documents = textsOf(settings, "accept_presentation_document_targets") ?? [];
  const data = textOf(settings, "data", maxData);
  return {
    kind: "pick",
    returnUrl,
    multiple: flag(settings, "accept_multiple") ?? false,
    targets: (["iframe", "window"] as const).filter((target) => documents.includes(target)),
    // Of a platform that says nothing of line items, nothing can be assumed: it ignores what it does not know.
    lineItems: flag(settings, "accept_lineitem") ?? true,
    ...(data === undefined ? {} : { data }),
  };
}

const maxUrlLength = 2048;

/** Some platforms write their booleans as texts. */
function flag(settings: unknown, name: string): boolean | undefined {
  const value = member(settings, name);
  if (value === undefined || typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw malformed(name);
}
