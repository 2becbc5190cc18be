/** More ranges than a reader has languages. */
const mostRanges = 50;

interface Range {
  readonly range: string;
  readonly quality: number;
}

/**
 * Which of some language tags a reader likes best: RFC 4647 §3.4 lookup, each range first in full and then shorter, and
 * a tag that says more than a range counts as that range. Without a match it is the first tag.
 */
export function matchLanguage(tags: readonly string[], acceptLanguage = ""): string | undefined {
  for (const { range } of rangesOf(acceptLanguage)) {
    if (range === "*") return tags[0];
    for (let part = range; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf("-")))) {
      const found =
        tags.find((tag) => tag.toLowerCase() === part) ??
        tags.find((tag) => tag.toLowerCase().startsWith(`${part}-`));
      if (found !== undefined) return found;
    }
  }
  return tags[0];
}

/** RFC 9110 §12.5.4: the best liked first, equals in their order; those of quality 0 are not wanted. */
function rangesOf(header: string): Range[] {
  return header
    .split(",", mostRanges)
    .map((one) => {
      const [range = "", ...parameters] = one
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
      return { range, quality: /^[01](?:\.\d{0,3})?$/.test(q) ? Number(q) : 0 };
    })
    .filter(({ range, quality }) => /^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/.test(range) && quality > 0)
    .sort((one, other) => other.quality - one.quality);
}
