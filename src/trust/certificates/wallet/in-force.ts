import type { Deps } from "../deps.js";
import { findCertificate, type Issued } from "../facts.js";

/** The certificate of an id, as long as the academy stands by it. */
export async function inForce(id: string, deps: Deps): Promise<Issued | undefined> {
  const found = await findCertificate(id, deps);
  return found !== undefined && found !== "reserved" && found.record.state === "valid" ? found : undefined;
}
