import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { createRequire } from "node:module";
import { BlockList, isIP, type LookupFunction } from "node:net";
import type * as undici from "undici";
import { errorFamily } from "../kernel/index.js";

export class OutboundError extends errorFamily({
  outbound_url_refused: 502,
  outbound_private_address: 502,
  outbound_timeout: 504,
  outbound_too_large: 502,
  outbound_failed: 502,
}) {}

export interface OutboundRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs?: number;
  /** Of the answer's body, after decompression. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface OutboundResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The only way out of the tool. */
export interface Outbound {
  /**
   * Fetches an https URL from a public address; redirects are not followed (they come back as they are).
   * The address is looked up once, checked, and the connection pinned to it.
   * @throws OutboundError
   */
  fetch(url: string, request?: OutboundRequest): Promise<OutboundResponse>;
  /** Ends it, and cuts off what is under way. */
  close(): Promise<void>;
}

export interface OutboundOptions {
  /** Development only: also http, loopback and private addresses. */
  readonly allowPrivate: boolean;
  readonly userAgent: string;
  /** The addresses of a name; default: as the system knows them. Tests have names of their own. */
  readonly resolve?: (hostname: string) => Promise<LookupAddress[]>;
}

const systemResolve = (hostname: string): Promise<LookupAddress[]> => lookup(hostname, { all: true });

const require = createRequire(import.meta.url);

/** With the first fetch: many a command of the terminal has nothing to fetch, and undici is large. */
function openClient(options: OutboundOptions): { agent: undici.Agent; fetch: typeof undici.fetch } {
  const { Agent, fetch } = require("undici") as typeof undici;
  const connect = { lookup: pinnedLookup(options) };
  return { agent: new Agent({ connect, maxResponseSize: 64 * 2 ** 20 }), fetch };
}

export function createOutbound(options: OutboundOptions): Outbound {
  let client: ReturnType<typeof openClient> | undefined;
  let closed = false;
  return {
    fetch: async (url, request = {}) => {
      const target = checkUrl(url, options.allowPrivate);
      const timeout = AbortSignal.timeout(request.timeoutMs ?? 5000);
      const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
      if (closed) throw new OutboundError("outbound_failed", { host: target.hostname });
      client ??= openClient(options);
      try {
        const response = await client.fetch(target, {
          method: request.method ?? "GET",
          headers: headersOf(request, options.userAgent),
          body: request.body ?? null,
          redirect: "manual",
          signal,
          dispatcher: client.agent,
        });
        const text = await readText(response.body, request.maxBytes ?? 2 ** 20);
        return { status: response.status, headers: new Headers([...response.headers]), text };
      } catch (error) {
        throw explain(error, target.hostname, timeout.aborted);
      }
    },
    // By then whoever still waits is cut off anyway: a platform that does not answer must not hold up a stop.
    close: async () => {
      closed = true;
      await client?.agent.destroy();
    },
  };
}

/** Names of headers come in any letter case, so one may stand for the other. */
function headersOf({ headers }: OutboundRequest, userAgent: string): [string, string][] {
  const named = new Map([["user-agent", userAgent]]);
  for (const [name, value] of Object.entries(headers ?? {})) named.set(name.toLowerCase(), value);
  return [...named];
}

function checkUrl(url: string, allowPrivate: boolean): URL {
  if (!URL.canParse(url)) throw new OutboundError("outbound_url_refused");
  const target = new URL(url);
  const protocols = allowPrivate ? ["https:", "http:"] : ["https:"];
  if (!protocols.includes(target.protocol) || target.username || target.password) {
    throw new OutboundError("outbound_url_refused");
  }
  // A host that is an address is never looked up, so it is checked here.
  const address = target.hostname.replace(/^\[|\]$/g, "");
  if (!allowPrivate && isIP(address) && isPrivate(address)) {
    throw new OutboundError("outbound_private_address", { host: target.hostname });
  }
  return target;
}

function pinnedLookup({ allowPrivate, resolve = systemResolve }: OutboundOptions): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        const refused = !allowPrivate && addresses.some(({ address }) => isPrivate(address));
        if (refused) callback(new OutboundError("outbound_private_address", { host: hostname }), "", 0);
        else if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? "", first?.family);
      },
      (error: unknown) => callback(error as Error, "", 0),
    );
  };
}

async function readText(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new OutboundError("outbound_too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function explain(error: unknown, host: string, timedOut: boolean): OutboundError {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof OutboundError) return cause;
  }
  return new OutboundError(timedOut ? "outbound_timeout" : "outbound_failed", { host }, { cause: error });
}

// IANA special-purpose registries (RFC 6890 and its successors), and multicast.
const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  privateNetworks.addSubnet(network, prefix, "ipv4");
}
const publicV6 = new BlockList();
publicV6.addSubnet("2000::", 3, "ipv6");
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  privateNetworks.addSubnet(network, prefix, "ipv6");
}

/** Whether an address is one that nobody on the Internet has: private, loopback, link-local, reserved, multicast. */
export function isPrivate(address: string): boolean {
  // What is no address can't be shown to be public; one with a zone is within a link.
  if (isIP(address) === 0 || address.includes("%")) return true;
  if (isIP(address) === 4) return privateNetworks.check(address, "ipv4");
  // Only global unicast is public; that leaves out ::1, fc00::/7, fe80::/10, ::ffff:0:0/96 and 64:ff9b::/96.
  return !publicV6.check(address, "ipv6") || privateNetworks.check(address, "ipv6");
}
