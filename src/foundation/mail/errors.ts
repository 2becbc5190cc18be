import { errorFamily } from "../kernel/index.js";

/** Why a mail could not be handed over. None of them says to whom it was. */
export class MailError extends errorFamily({
  /** The mail server takes nothing for this address, and says that this will stay so. */
  mail_address_refused: 502,
  /** The mail server refuses this mail for good, for another reason. */
  mail_refused: 502,
  mail_too_large: 500,
  /** Others are being handed over just now. */
  mail_busy: 503,
  /** Not now: the mail server asks to be tried again. */
  mail_later: 503,
  /** The mail server does not take our user and password. */
  mail_login_refused: 503,
  /** It offers no encryption, or none that can be trusted: nothing was said to it. */
  mail_unencrypted: 503,
  mail_server_unreachable: 504,
}) {
  /** Whether trying again can't help: an operator changes servers, passwords and certificates, but not what was refused. */
  get permanent(): boolean {
    return ["mail_address_refused", "mail_refused", "mail_too_large"].includes(this.code);
  }

  /** Whether what it waits for is under way, so that it may be tried again soon. */
  get expected(): boolean {
    return this.code === "mail_busy";
  }
}
