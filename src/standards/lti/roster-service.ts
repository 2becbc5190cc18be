import { minutes, seconds } from "../../foundation/kernel/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import type { VisitRole } from "../../foundation/web/index.js";
import { isRecord, maxIdLength, optionalText } from "./claims.js";
import { LtiServiceError, refusedBy } from "./errors.js";
import { isOn } from "./ltijs-adapter.js";
import type { Platform } from "./lti-store.js";
import { visitRole } from "./roles.js";
import { rosterScope, type AccessToken, type Tokens } from "./tokens.js";

/** A member of a course as its platform tells of them (NRPS 2.0 §2.2). */
export interface Member {
  /** The `sub` of their id_tokens. */
  readonly userId: string;
  readonly role: VisitRole;
  /** Inactive: in the course, and may not come in at present. */
  readonly active: boolean;
  readonly name?: string;
}

export interface RosterServiceDeps {
  readonly outbound: Outbound;
  readonly tokens: Tokens;
}

/** Asks for a page of so many; how long one may take, and all of them; and where we stop. */
const limits = {
  pageSize: 200,
  pageMs: seconds(10),
  pageBytes: 4 * 2 ** 20,
  wholeMs: minutes(1),
  pages: 50,
  members: 10_000,
};

/**
 * The members of a course, page by page. We ask for all roles: Moodle's next page forgets which one was asked for. Who
 * was deleted is none of them.
 * @throws LtiServiceError `service_url_refused` for a page elsewhere than the first one, `service_scope_refused`,
 * `service_refused`, `service_answer_unusable`; OutboundError
 */
export async function readMembers(
  platform: Platform,
  rosterUrl: string,
  { tokens, outbound }: RosterServiceDeps,
): Promise<Member[]> {
  const signal = AbortSignal.timeout(limits.wholeMs);
  const work = async (token: AccessToken): Promise<Member[]> => {
    if (!token.scopes.includes(rosterScope))
      throw new LtiServiceError("service_scope_refused", true, { service: "token" });
    const members = new Map<string, Member>();
    const seen = new Set<string>();
    let next: string | undefined = withLimit(rosterUrl);
    while (next !== undefined && !seen.has(next) && seen.size < limits.pages) {
      checkPage(next, rosterUrl, platform);
      seen.add(next);
      const page: Page = await readPage(next, token, { outbound, signal });
      for (const member of page.members) members.set(member.userId, member);
      if (members.size >= limits.members) break;
      next = page.next;
    }
    return [...members.values()].slice(0, limits.members);
  };
  return tokens.with(platform, [rosterScope], work, signal);
}

interface Page {
  readonly members: readonly Member[];
  readonly next?: string;
}

function withLimit(rosterUrl: string): string {
  const url = new URL(rosterUrl);
  url.searchParams.set("limit", String(limits.pageSize));
  return url.href;
}

/** The token goes where the course's roster is, and nowhere else, whatever an answer says. */
function checkPage(url: string, rosterUrl: string, platform: Platform): void {
  if (!isOn(url, platform.serviceOrigins) || !isOn(url, [new URL(rosterUrl).origin]))
    throw new LtiServiceError("service_url_refused", true, { service: "roster" });
}

async function readPage(
  url: string,
  token: AccessToken,
  { outbound, signal }: { readonly outbound: Outbound; readonly signal: AbortSignal },
): Promise<Page> {
  const answer = await outbound.fetch(url, {
    headers: {
      authorization: `Bearer ${token.text}`,
      // Moodle wants this one media type, exactly.
      accept: "application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
    },
    timeoutMs: limits.pageMs,
    maxBytes: limits.pageBytes,
    signal,
  });
  if (answer.status !== 200) throw refusedBy(answer, "roster");
  const next = nextOf(answer.headers.get("link") ?? "", url);
  return { members: membersOf(answer.text), ...(next === undefined ? {} : { next }) };
}

/** RFC 8288, as platforms write it: Moodle's other services have curly quotes and HTML's `&amp;` in it. */
function nextOf(link: string, base: string): string | undefined {
  const target = /<([^<>]+)>[^<]*?;\s*rel\s*=[^a-z;,<>]{0,8}next\b/i
    .exec(link)?.[1]
    ?.replaceAll("&amp;", "&");
  return target !== undefined && URL.canParse(target, base) ? new URL(target, base).href : undefined;
}

function membersOf(text: string): Member[] {
  const list = listIn(text);
  if (!list) throw new LtiServiceError("service_answer_unusable", false, { service: "roster" });
  return list.flatMap((one) => memberOf(one) ?? []);
}

function listIn(text: string): readonly unknown[] | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return isRecord(answer) && Array.isArray(answer.members) ? answer.members : undefined;
  } catch {
    return undefined;
  }
}

function memberOf(one: unknown): Member | undefined {
  const userId = optionalText(one, "user_id", maxIdLength);
  const status = optionalText(one, "status", 40)?.toLowerCase() ?? "active";
  if (userId === undefined || status === "deleted") return undefined;
  const roles = isRecord(one) && Array.isArray(one.roles) ? one.roles : [];
  const name = nameOf(one);
  return {
    userId,
    role: visitRole(roles.filter((role) => typeof role === "string")),
    active: status === "active",
    ...(name === undefined ? {} : { name }),
  };
}

function nameOf(one: unknown): string | undefined {
  const whole = optionalText(one, "name", 1000);
  if (whole !== undefined) return whole;
  const parts = ["given_name", "family_name"].map((part) => optionalText(one, part, 500));
  const name = parts.filter((part) => part !== undefined).join(" ");
  return name === "" ? undefined : name;
}
