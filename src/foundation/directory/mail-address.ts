import { domainToASCII } from "node:url";
import { DirectoryError } from "./errors.js";

/** What HTML calls a valid address, with two labels at least and no number for the last: no quotes, no comments. */
const shape =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const longestLocalPart = 64;
const longest = 254;

/**
 * A mail address as it can stand in an envelope, its domain in small ASCII letters.
 * @throws DirectoryError `mail_address_malformed`
 */
export function readMailAddress(text: string): string {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf("@");
  const [local, domain] = [trimmed.slice(0, Math.max(at, 0)), trimmed.slice(at + 1)];
  // What URLs would take for the end of a host is none of a domain's letters.
  const ascii = domain.length <= longest && /^[^\s/?#\\@:%[\]]+$/.test(domain) ? domainToASCII(domain) : "";
  const address = `${local}@${ascii}`;
  if (local.length > longestLocalPart || address.length > longest || !shape.test(address))
    throw new DirectoryError("mail_address_malformed");
  return address;
}
