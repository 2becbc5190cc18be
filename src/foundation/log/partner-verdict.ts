import { OutboundError } from "../outbound/index.js";
import { LogError } from "./errors.js";
import type { LogPartner } from "./log-store.js";

/** What a partner's log is today beside what was seen of it. */
export type PartnerVerdict = Pick<LogPartner, "url" | "origin"> &
  (
    | { readonly verdict: "unchanged"; readonly size: number }
    /** Entries that were seen are not in it any more. */
    | { readonly verdict: "shorter"; readonly size: number; readonly seen: number }
    /** The first entry that is another one than the one that was seen; absent where none of them is shown. */
    | { readonly verdict: "rewritten"; readonly index?: number }
    | { readonly verdict: "key-changed" | "unreadable" | "unreachable" }
  );

/**
 * @param look reads the partner's head and compares it with what was seen of it before
 * @throws what `look` does, but for what the other side did
 */
export async function verdictOn(
  { url, origin }: LogPartner,
  look: () => Promise<{ readonly size: number; readonly seen: number }>,
): Promise<PartnerVerdict> {
  const about = { url, origin };
  try {
    const { size, seen } = await look();
    if (size < seen) return { ...about, verdict: "shorter", size, seen };
    return { ...about, verdict: "unchanged", size };
  } catch (error) {
    if (error instanceof OutboundError) return { ...about, verdict: "unreachable" };
    if (!(error instanceof LogError)) throw error;
    if (error.code === "log_partner_key_changed") return { ...about, verdict: "key-changed" };
    if (error.code !== "log_partner_rewritten") return { ...about, verdict: "unreadable" };
    const index = Number(error.data["index"]);
    return { ...about, verdict: "rewritten", ...(Number.isSafeInteger(index) ? { index } : {}) };
  }
}
