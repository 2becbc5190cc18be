import { MailError } from "./errors.js";

/** What nodemailer adds to an error. */
interface SmtpError {
  readonly code?: string;
  /** What Node.js said before nodemailer gave the error a code of its own. */
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/**
 * What an error of nodemailer means for the mail. Nothing of its text goes on: a server may repeat the address in it.
 */
export function asMailError(error: unknown): MailError {
  if (error instanceof MailError) return error;
  const nothing = { code: "", originalCode: "", command: "", response: "", responseCode: 0 };
  return new MailError(meaningOf({ ...nothing, ...(error as SmtpError) }));
}

function meaningOf({ code, originalCode, command, response, responseCode }: Required<SmtpError>) {
  if (code === "EAUTH" || code === "ENOAUTH") return "mail_login_refused";
  if (code === "ETLS" || /CERT|SIGN|^ERR_(TLS|SSL)/.test(originalCode)) return "mail_unencrypted";
  // 503 says that the conversation was out of order, and nothing of the mail.
  if (responseCode >= 500 && responseCode !== 503 && ["EENVELOPE", "EMESSAGE"].includes(code))
    return isOfAddress(command, response) ? "mail_address_refused" : "mail_refused";
  return responseCode >= 400 ? "mail_later" : "mail_server_unreachable";
}

/**
 * Whether a refusal is of the recipient's address, and not of us, our server or the mail. RFC 3463: 5.1.x is bad
 * addresses, 5.2.1 a mailbox that is closed; 5.7.x is policy, as when a server relays for nobody it does not know.
 */
function isOfAddress(command: string, response: string): boolean {
  const [, reason] = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  if (command !== "RCPT TO") return false;
  return reason === undefined || /^5\.(1\.\d+|2\.1|0\.0)$/.test(reason);
}
