import type { PulledList } from "../recognition/index.js";
import type { KnownIssuer } from "./own.js";

/** A signed list of another jurisdiction, as it was pulled. */
export interface JurisdictionList {
  /** The jurisdiction's name. */
  readonly jurisdiction: string;
  readonly list: Pick<PulledList, "authority" | "issuers" | "mandates" | "signedAt" | "validUntil">;
}

/**
 * Who may issue certificates by the word of another jurisdiction's authority: on a list that holds now (UTC milliseconds),
 * of an authority that a trusted root gave its mandate.
 */
export function listedIssuer(
  did: string,
  lists: readonly JurisdictionList[],
  now: number,
): KnownIssuer | undefined {
  const holds = ({ from, until }: { from: number; until?: number }): boolean =>
    from <= now && (until === undefined || now < until);
  for (const { jurisdiction, list } of lists) {
    const isTrusted = list.validUntil > now && list.mandates.some(holds);
    const issuer = list.issuers.find((one) => one.did === did && holds(one));
    if (!isTrusted || !issuer) continue;
    const listed = { by: list.authority.name, asOf: list.signedAt };
    return { name: issuer.name, jurisdiction, demonstration: false, listed };
  }
  return undefined;
}
