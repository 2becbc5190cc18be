import { isIP } from "node:net";
import { createTransport } from "nodemailer";
import { minutes, seconds, type Clock, type Secret } from "../kernel/index.js";
import { MailError } from "./errors.js";
import { asMailError } from "./refusals.js";

/** One mail to one person, in plain text. */
export interface Mail {
  readonly to: Secret<string>;
  readonly subject: string;
  readonly text: string;
  /** What it tells of: a second try has the same, so that whoever gets it twice recognises it. Letters, digits, `.-`. */
  readonly id: string;
  /** When that happened, UTC milliseconds. */
  readonly at: number;
  /** Where one request, without anything else, ends mails of this kind (RFC 8058). */
  readonly stopUrl: string;
  readonly signal?: AbortSignal;
}

/** The way out for mail. */
export interface Mailer {
  /**
   * Hands a mail over to the operator's server. An error that is `permanent` says that trying again can't help.
   * @throws MailError
   */
  send(mail: Mail): Promise<void>;
}

export interface MailerOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: Secret<string>;
  /** The sender's address. */
  readonly from: string;
  /** The installation's own host name: it stands in the greeting and in Message-IDs. */
  readonly host: string;
  readonly clock: Clock;
  /** How long handing over one mail may take. Default: 40 seconds, less than a job may. */
  readonly deadlineMs?: number;
}

/** Mails share the workers of the outbox with grades and statements, which a slow mail server must not keep waiting. */
const mostAtOnce = 2;
/** After a server could not be spoken to, it is left alone for so long. */
const restMs = minutes(1);
const mostLetters = { subject: 200, text: 20_000 } as const;
/** One address: what separates, quotes or comments never gets near a header or an envelope. */
const oneAddress = /^[^\s\p{Cc}<>,;:"\\()[\]@]+@[^\s\p{Cc}<>,;:"\\()[\]@]+$/u;

export function createMailer({ url, from, host, clock, deadlineMs = seconds(40) }: MailerOptions): Mailer {
  const transport = createTransport({
    ...serverOf(url),
    name: isIP(host) === 0 ? host : `[${host}]`,
    ...{ connectionTimeout: seconds(10), greetingTimeout: seconds(10), socketTimeout: seconds(20) },
    ...{ dnsTimeout: seconds(10), disableFileAccess: true, disableUrlAccess: true },
  });
  const line = createLine(clock);
  return {
    send: async ({ to, subject, text, id, at, stopUrl, signal }) => {
      const address = to.reveal();
      if (!oneAddress.test(address)) throw new MailError("mail_address_refused");
      if (subject.length > mostLetters.subject || text.length > mostLetters.text)
        throw new MailError("mail_too_large");
      const deadline = AbortSignal.timeout(deadlineMs);
      const message = {
        ...{ from, to: { name: "", address }, envelope: { from, to: [address] }, subject, text },
        ...{ messageId: `<${id}@${host}>`, date: new Date(at), xMailer: false as const },
        headers: {
          "Auto-Submitted": "auto-generated",
          "List-Unsubscribe": `<${stopUrl}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      };
      await line.take(() => transport.sendMail(message));
    },
  };
}

/** Lets a few go at once, and after a failure of the server itself nobody for a while. */
function createLine(clock: Clock): { take(send: () => Promise<unknown>): Promise<void> } {
  let underWay = 0;
  let rest: { readonly until: number; readonly error: MailError } | undefined;
  return {
    take: async (send) => {
      if (rest && clock.now() < rest.until) throw new MailError(rest.error.code);
      if (underWay >= mostAtOnce) throw new MailError("mail_busy");
      underWay += 1;
      try {
        await send();
      } catch (thrown) {
        const error = asMailError(thrown);
        if (isOfServer(error)) rest = { until: clock.now() + restMs, error };
        throw error;
      } finally {
        underWay -= 1;
      }
    },
  };
}

const isOfServer = ({ code }: MailError): boolean =>
  ["mail_server_unreachable", "mail_login_refused", "mail_unencrypted"].includes(code);

const loopbackHosts = new Set(["localhost", "127.0.0.1", "::1"]);

/** To another machine nothing is said without TLS; to this one it would only ask for a certificate that nobody has. */
function serverOf(url: Secret<string>) {
  const { protocol, hostname, port, username, password } = new URL(url.reveal());
  const host = hostname.replaceAll(/^\[|\]$/g, "");
  const isLoopback = loopbackHosts.has(host);
  const secure = protocol === "smtps:";
  return {
    ...{ host, secure, requireTLS: !secure && !isLoopback, ignoreTLS: isLoopback },
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    tls: { minVersion: "TLSv1.2" as const },
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}
