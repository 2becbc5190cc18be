import { digest } from "../../../foundation/kernel/index.js";
import type { Platform } from "../lti-store.js";

/** What a page's script needs to know of the storage that a platform keeps for us (LTI Client Side postMessages). */
export interface StorageModel {
  /** The frame's name, or `_parent`. */
  readonly frame: string;
  /** The only origin that is written to and believed: that of the platform's OIDC authorisation endpoint. */
  readonly origin: string;
  readonly key: string;
}

export function storageModel(platform: Platform, frame: string, state: string): StorageModel {
  return {
    frame,
    origin: new URL(platform.authorizationUrl).origin,
    key: `tessera.${digest(state).slice(0, 16)}`,
  };
}

/**
 * Where forms of a page in a platform's frame may lead. Chromium holds the redirect that answers a form to
 * `form-action` too.
 */
export function placesOf({ authorizationUrl, frameOrigin, serviceOrigins }: Platform): string[] {
  return [...new Set([new URL(authorizationUrl).origin, frameOrigin, ...serviceOrigins])];
}
