import { SignJWT } from "jose";
import { minutes, randomToken, seconds, type Clock } from "../../../foundation/kernel/index.js";
import type { KeyRing } from "../../../foundation/keys/index.js";
import type { PickErrand } from "../../../foundation/web/index.js";
import { claimNames } from "../claims.js";
import type { Platform } from "../lti-store.js";
import type { ContentItem } from "./content-items.js";

const deepLinking = "https://purl.imsglobal.org/spec/lti-dl/claim";

/** Claims of the answer that no launch has (LTI Deep Linking 2.0 §5.3). */
const answerClaims = {
  data: `${deepLinking}/data`,
  contentItems: `${deepLinking}/content_items`,
  message: `${deepLinking}/msg`,
} as const;

const limits = {
  /** Moodle refuses an `iat` that is a second ahead of its own clock. */
  backdatedMs: seconds(30),
  /** Long enough for someone without JavaScript to press the button. */
  lifetimeMs: minutes(5),
};

/** What goes back to the platform. */
export interface Answer {
  readonly platform: Platform;
  readonly errand: PickErrand;
  readonly items: readonly ContentItem[];
  /** For the instructor, in plain text. */
  readonly message: string;
}

/**
 * The deep-linking response: a compact JWT, signed by the tool's key (LTI Deep Linking 2.0 §5.3). Without items it
 * says that nothing is to be added, which closes the platform's dialog too.
 * @throws KeysError `key_set_retired`, `sealed_unreadable`
 */
export async function signAnswer(
  { platform, errand, items, message }: Answer,
  { keyRing, clock }: { readonly keyRing: KeyRing; readonly clock: Clock },
): Promise<string> {
  const { kid, alg, privateKey } = await keyRing.signingKey();
  const now = clock.now();
  const inSeconds = (ms: number): number => Math.floor(ms / 1000);
  return new SignJWT({
    nonce: randomToken(24),
    [claimNames.messageType]: "LtiDeepLinkingResponse",
    [claimNames.version]: "1.3.0",
    [claimNames.deploymentId]: errand.deploymentId,
    [answerClaims.contentItems]: items,
    [answerClaims.message]: message,
    ...(errand.data === undefined ? {} : { [answerClaims.data]: errand.data }),
  })
    .setProtectedHeader({ alg, kid, typ: "JWT" })
    .setIssuer(platform.clientId)
    .setAudience(platform.issuer)
    .setIssuedAt(inSeconds(now - limits.backdatedMs))
    .setExpirationTime(inSeconds(now + limits.lifetimeMs))
    .sign(privateKey);
}
