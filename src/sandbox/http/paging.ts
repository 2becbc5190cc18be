import { SandboxError } from "../errors.js";

export interface PageOf<T> {
  readonly items: readonly T[];
  /** The Link header's text, when there is another page. */
  readonly link?: string;
}

/**
 * The part of a list that `limit` and `from` of the URL ask for. The Link header is Moodle's, faults and all: `&amp;` in
 * its URLs, curly quotes around its relation.
 * @throws SandboxError `sandbox_page_out_of_range`
 */
export function pageOf<T>(all: readonly T[], url: URL): PageOf<T> {
  const limit = numberIn(url, "limit");
  const from = numberIn(url, "from") ?? 0;
  if (from > 0 && from >= all.length) throw new SandboxError("sandbox_page_out_of_range");
  if (limit === undefined || limit === 0) return { items: all.slice(from) };
  const links = [
    ...(from > 0 ? [linkTo(url, Math.max(from - limit, 0), "prev")] : []),
    ...(from + limit < all.length ? [linkTo(url, from + limit, "next")] : []),
  ];
  const items = all.slice(from, from + limit);
  return links.length > 0 ? { items, link: links.join(", ") } : { items };
}

function numberIn(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new SandboxError("sandbox_page_out_of_range");
  return Number(text);
}

function linkTo(url: URL, from: number, relation: "prev" | "next"): string {
  const target = new URL(url);
  target.searchParams.set("from", String(from));
  // A header is bytes, which Node takes as Latin-1: so the curly quotes go out as the UTF-8 that Moodle sends.
  const quoted = Buffer.from(`rel=“${relation}”`, "utf8").toString("latin1");
  return `<${target.href.replaceAll("&", "&amp;")}>; ${quoted}`;
}
