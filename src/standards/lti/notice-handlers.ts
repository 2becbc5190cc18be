import {
  days,
  describeError,
  digest,
  KnownError,
  seconds,
  type Clock,
  type Logger,
} from "../../foundation/kernel/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import type { RateStore } from "../../foundation/web/index.js";
import { claimNames, member, optionalText, type Claims } from "./claims.js";
import type { Connections } from "./connections.js";
import { LtiServiceError, refusedBy } from "./errors.js";
import { isOn } from "./ltijs-adapter.js";
import type { Platform } from "./lti-store.js";
import { contextCopyNotice } from "./notices.js";
import { noticesScope, type Tokens } from "./tokens.js";

export interface NoticeHandlersDeps {
  readonly outbound: Outbound;
  readonly tokens: Tokens;
  readonly rates: RateStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The tool's public origin. */
  readonly origin: string;
}

export interface NoticeHandlers {
  /**
   * Asks the platform to tell us of copied courses, if the launch offers that: once a day a deployment, which tells it
   * of a changed address too. Never rejects, and no launch need wait for it.
   */
  register(claims: Claims, platform: Platform): Promise<void>;
}

const timeoutMs = seconds(10);

export function createNoticeHandlers(deps: NoticeHandlersDeps): NoticeHandlers {
  const { rates, clock, logger, connections } = deps;
  return {
    register: async (claims, platform) => {
      const url = offeredBy(claims, platform);
      if (url === undefined) return;
      try {
        const deploymentId = optionalText(claims, claimNames.deploymentId, 255) ?? "";
        const key = `notice handler ${digest(`${platform.id} ${deploymentId}`)}`;
        if ((await rates.countRequest(key, days(1), clock.now())).count > 1) return;
        await putHandler(url, platform, deps);
      } catch (error) {
        const known = error instanceof KnownError ? error : undefined;
        logger.warn("a platform could not be asked for notices", {
          platformId: platform.id,
          ...(known ? { code: known.code } : describeError(error)),
        });
        await connections.fault(platform, known?.code ?? "service_answer_unusable", "notices");
      }
    },
  };
}

/** The service's address, where it knows the notice that we want and may be asked by us. */
function offeredBy(claims: Claims, platform: Platform): string | undefined {
  const service = member(claims, claimNames.notices);
  const url = optionalText(service, "platform_notification_service_url", 2048);
  const has = (name: string, wanted: string): boolean => {
    const list = member(service, name);
    return Array.isArray(list) && list.includes(wanted);
  };
  const isOffered = has("notice_types_supported", contextCopyNotice) && has("scope", noticesScope);
  return isOffered && url !== undefined && isOn(url, platform.serviceOrigins) ? url : undefined;
}

async function putHandler(
  url: string,
  platform: Platform,
  { tokens, outbound, origin }: NoticeHandlersDeps,
): Promise<void> {
  await tokens.with(platform, [noticesScope], async (token) => {
    if (!token.scopes.includes(noticesScope))
      throw new LtiServiceError("service_scope_refused", true, { service: "token" });
    const answer = await outbound.fetch(url, {
      method: "PUT",
      headers: { authorization: `Bearer ${token.text}`, "content-type": "application/json" },
      body: JSON.stringify({ notice_type: contextCopyNotice, handler: `${origin}/lti/notices` }),
      timeoutMs,
    });
    if (answer.status < 200 || answer.status > 299) throw refusedBy(answer, "notices");
  });
}
