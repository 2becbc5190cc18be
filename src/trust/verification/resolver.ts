import type { Clock } from "../../foundation/kernel/index.js";
import { OutboundError, type Outbound, type OutboundResponse } from "../../foundation/outbound/index.js";

/** Why something could not be fetched. */
export type Failure =
  | "refused"
  | "private"
  | "timeout"
  | "tooLarge"
  | "notFound"
  | "unreachable"
  | "tooMany"
  | "redirects"
  /** Only a bundle brings it, and nothing that the verifier trusts vouches for it. */
  | "unvouched"
  /** It is asked off line, and no bundle brings it. */
  | "offline";

export type Fetched =
  | { readonly text: string; /** UTC milliseconds. */ readonly at: number }
  | { readonly failure: Failure; readonly at: number };

/** The fetches of one verification, which share one time and one number. */
export interface Lookup {
  /** Private addresses may be asked, and loopback by plain http: development only. */
  readonly allowPrivate: boolean;
  /** The text at a URL; the same URL is fetched once. Never rejects for what the other side does. */
  text(url: string): Promise<Fetched>;
}

export interface Resolver {
  begin(): Lookup;
}

export interface ResolverDeps {
  /** The public origin of this installation: nothing of it is ever fetched over the network. */
  readonly origin: string | undefined;
  /** What this installation serves at a URL of its own. */
  readonly local: (url: string) => Promise<string | undefined>;
  readonly outbound: Outbound;
  readonly allowPrivate: boolean;
  readonly clock: Clock;
  /** For all fetches of one verification, in milliseconds; 4 s when left out. */
  readonly deadlineMs?: number;
}

const maxBytes = 512 * 1024;
const maxFetches = 6;
const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
const accept = "application/vc, application/did+json, application/ld+json, application/json;q=0.9, */*;q=0.1";

export function createResolver(deps: ResolverDeps): Resolver {
  return {
    begin: () => {
      const known = new Map<string, Promise<Fetched>>();
      const budget: Budget = {
        left: maxFetches,
        signal: AbortSignal.timeout(deps.deadlineMs ?? 4000),
      };
      return {
        allowPrivate: deps.allowPrivate,
        text: (url) => {
          const found = known.get(url) ?? fetchText(url, budget, deps);
          known.set(url, found);
          return found;
        },
      };
    },
  };
}

interface Budget {
  left: number;
  readonly signal: AbortSignal;
}

async function fetchText(url: string, budget: Budget, deps: ResolverDeps): Promise<Fetched> {
  const at = deps.clock.now();
  let next = url;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    if (!URL.canParse(next)) return { failure: "refused", at };
    const target = new URL(next);
    target.hash = "";
    if (target.origin === deps.origin) {
      const text = await deps.local(target.href);
      return text === undefined ? { failure: "notFound", at } : { text, at };
    }
    if (budget.left === 0) return { failure: "tooMany", at };
    budget.left -= 1;
    const response = await ask(target.href, budget, deps);
    if (typeof response === "string") return { failure: response, at };
    const location = response.headers.get("location");
    if (!redirects.has(response.status) || location === null) return { ...textOf(response), at };
    // Each hop goes through `outbound` again, which looks at its address.
    if (!URL.canParse(location, target.href)) return { failure: "refused", at };
    next = new URL(location, target).href;
  }
  return { failure: "redirects", at };
}

async function ask(
  url: string,
  { signal }: Budget,
  { outbound }: ResolverDeps,
): Promise<OutboundResponse | Failure> {
  try {
    return await outbound.fetch(url, { headers: { accept }, signal, maxBytes });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return signal.aborted ? "timeout" : failureOf[error.code];
  }
}

const failureOf: Readonly<Record<OutboundError["code"], Failure>> = {
  outbound_url_refused: "refused",
  outbound_private_address: "private",
  outbound_timeout: "timeout",
  outbound_too_large: "tooLarge",
  outbound_failed: "unreachable",
};

function textOf({ status, text }: OutboundResponse): { text: string } | { failure: Failure } {
  if (status === 200) return { text };
  return { failure: status === 404 || status === 410 ? "notFound" : "unreachable" };
}
