import { SandboxError } from "../errors.js";

interface PageLink {
  readonly url: URL;
  readonly relation: "prev" | "next";
}

export interface PageOf<T> {
  readonly items: readonly T[];
  /** To the pages before and after, where there are any. */
  readonly links: readonly PageLink[];
}

/**
 * The part of a list that `limit` and `from` of the URL ask for.
 * @param usual how many there are on a page without `limit`; without it, all
 * @throws SandboxError `sandbox_page_out_of_range`
 */
export function pageOf<T>(all: readonly T[], url: URL, usual?: number): PageOf<T> {
  const limit = numberIn(url, "limit") ?? usual;
  const from = numberIn(url, "from") ?? 0;
  if (from > 0 && from >= all.length) throw new SandboxError("sandbox_page_out_of_range");
  if (limit === undefined || limit === 0) return { items: all.slice(from), links: [] };
  const links = [
    ...(from > 0 ? [linkTo(url, Math.max(from - limit, 0), "prev")] : []),
    ...(from + limit < all.length ? [linkTo(url, from + limit, "next")] : []),
  ];
  return { items: all.slice(from, from + limit), links };
}

function numberIn(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new SandboxError("sandbox_page_out_of_range");
  return Number(text);
}

function linkTo(url: URL, from: number, relation: PageLink["relation"]): PageLink {
  const target = new URL(url);
  target.searchParams.set("from", String(from));
  return { url: target, relation };
}

/**
 * The Link header's text (RFC 8288), when there is another page. The faulty one is that of Moodle's line items: `&amp;`
 * in its URLs, curly quotes around its relation.
 */
export function linkHeader(links: readonly PageLink[], kind: "plain" | "faulty"): string | undefined {
  if (links.length === 0) return undefined;
  if (kind === "plain")
    return links.map(({ url, relation }) => `<${url.href}>; rel="${relation}"`).join(", ");
  return links
    .map(({ url, relation }) => `<${url.href.replaceAll("&", "&amp;")}>; ${inLatin1(`rel=“${relation}”`)}`)
    .join(", ");
}

/** A header is bytes, which Node takes as Latin-1: so the curly quotes go out as the UTF-8 that Moodle sends. */
const inLatin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
