import { createHmac, timingSafeEqual } from "node:crypto";
import { minutes } from "../../../foundation/kernel/index.js";
import type { PlatformConfiguration } from "./configuration.js";
import { RegistrationError } from "./errors.js";

/** A registration that a person was asked about: what they saw is what will be registered. */
export interface Pending {
  /** The invite's id. */
  readonly inviteId: string;
  readonly configuration: PlatformConfiguration;
  /** The platform's bearer token, if it gave one. */
  readonly token?: string;
}

/** How long the question stands. */
const patience = minutes(15);

/**
 * Pending registrations as signed texts for a form: the page stands in the platform's frame, where the browser may keep
 * no cookie, so nothing else tells that the form is ours. Only its invite's holder gets one, within a short time.
 */
export interface PendingForms {
  seal(pending: Pending, now: number): string;
  /** @throws RegistrationError `registration_form_expired`: not ours, of another invite, or too old */
  open(text: string, inviteId: string, now: number): Pending;
}

export function createPendingForms(key: Buffer): PendingForms {
  const mac = (body: string): Buffer => createHmac("sha256", key).update(`registration ${body}`).digest();
  return {
    seal: (pending, now) => {
      const body = Buffer.from(JSON.stringify({ ...pending, until: now + patience })).toString("base64url");
      return `${body}.${mac(body).toString("base64url")}`;
    },
    open: (text, inviteId, now) => {
      const [body = "", sent = ""] = text.split(".");
      const [given, expected] = [Buffer.from(sent, "base64url"), mac(body)];
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new RegistrationError("registration_form_expired");
      // Behind our own signature it is what `seal` wrote.
      const { until, ...pending } = JSON.parse(Buffer.from(body, "base64url").toString()) as Pending & {
        readonly until: number;
      };
      if (until <= now || pending.inviteId !== inviteId)
        throw new RegistrationError("registration_form_expired");
      return pending;
    },
  };
}
