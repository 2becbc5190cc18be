import type { Sealer } from "../../../foundation/keys/index.js";
import type { Forwarding } from "./forwarding-store.js";

/** HTTP Basic (RFC 7617). */
export interface ForwardingCredentials {
  readonly username: string;
  readonly password: string;
}

const contextOf = ({ id }: Pick<Forwarding, "id">): string => `forwarding ${id}`;

/** For the store: they open only with this installation's secret, and for this forwarding. */
export function sealCredentials(
  sealer: Sealer,
  forwarding: Pick<Forwarding, "id">,
  { username, password }: ForwardingCredentials,
): string {
  return sealer.seal(JSON.stringify([username, password]), contextOf(forwarding));
}

/** Throws KeysError `sealed_unreadable`. */
export function openCredentials(sealer: Sealer, forwarding: Forwarding): ForwardingCredentials {
  const opened = JSON.parse(sealer.open(forwarding.credentials, contextOf(forwarding))) as [string, string];
  const [username, password] = opened;
  return { username, password };
}
