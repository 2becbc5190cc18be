import MarkdownIt, { type Token } from "markdown-it";
import type { Rule } from "./findings.js";

/** Line from 0 within the text, rule, sentence. */
type Refusal = readonly [line: number, rule: Rule, sentence: string];

export interface MarkdownOptions {
  /** Ids of the activities that a relative link may name. */
  readonly activities: ReadonlySet<string>;
  /** A local box has no headings of its own. */
  readonly headings: boolean;
  /** Heading ids that are taken; those made here are added. */
  readonly ids: Set<string>;
  readonly refuse: (...refusal: Refusal) => void;
}

// Reads raw HTML and any link as what they are, so that they can be refused by name and not be shown as odd text.
const reader = new MarkdownIt({ html: true, linkify: false, typographer: false });
reader.validateLink = () => true;
// Even if a token of raw HTML came this far, nothing of it would be written.
reader.renderer.rules["html_block"] = () => "";
reader.renderer.rules["html_inline"] = () => "";

const allowed = new Set(
  ["paragraph", "heading", "bullet_list", "ordered_list", "list_item", "blockquote", "em", "strong", "link"]
    .flatMap((name) => [`${name}_open`, `${name}_close`])
    .concat(["inline", "text", "softbreak", "hardbreak", "code_inline", "hr"]),
);

/** Always within a `table_open`, which is refused. */
const insideTable = /^(thead|tbody|tr|th|td)_/;

/** Markdown to HTML that is safe to put into a page. What is not allowed goes to `refuse`; the HTML is then empty. */
export function renderMarkdown(text: string, options: MarkdownOptions): string {
  const refusals: Refusal[] = [];
  const tokens = reader.parse(text, {});
  let level = 1;
  tokens.forEach((token, index) => {
    const line = token.map?.[0] ?? 0;
    refusals.push(...checkToken(token, line, options.activities));
    if (token.type !== "heading_open") return;
    const next = Number(token.tag.slice(1));
    const refusal = checkHeading(next, level, options.headings);
    if (refusal !== undefined) refusals.push([line, "markdown-heading", refusal]);
    level = next;
    token.attrSet("id", headingId(plainText(tokens[index + 1]), options.ids));
  });
  for (const refusal of refusals) options.refuse(...refusal);
  return refusals.length > 0 ? "" : reader.renderer.render(tokens, reader.options, {});
}

function checkHeading(next: number, level: number, headings: boolean): string | undefined {
  if (!headings) return "A local box has no headings of its own.";
  if (next > 1 && next <= level + 1) return undefined;
  return "Headings begin at ## (the title stands in the front matter) and skip no level.";
}

function checkToken(token: Token, line: number, activities: ReadonlySet<string>): Refusal[] {
  const refusals: Refusal[] = [];
  if (token.type === "html_block" || token.type === "html_inline") {
    refusals.push([line, "markdown-html", "HTML is not taken; write Markdown."]);
  } else if (token.type === "image") {
    return [[line, "markdown-image", "Images are not taken yet."]];
  } else if (token.type === "link_open") {
    refusals.push(...checkLink(token, line, activities));
  } else if (isForeign(token)) {
    refusals.push([line, "markdown-not-allowed", `This Markdown is not taken in lessons: ${token.type}.`]);
  }
  let childLine = line;
  for (const child of token.children ?? []) {
    refusals.push(...checkToken(child, childLine, activities));
    childLine += child.type.endsWith("break") ? 1 : (child.content.match(/\n/g)?.length ?? 0);
  }
  return refusals;
}

function isForeign({ type, nesting }: Token): boolean {
  return !allowed.has(type) && nesting >= 0 && !insideTable.test(type);
}

/** Out of the course page a link opens a window of its own: the LMS's frame would swallow the other site. */
function checkLink(token: Token, line: number, activities: ReadonlySet<string>): Refusal[] {
  const href = String(token.attrGet("href") ?? "");
  if (activities.has(href)) return [];
  if (/^https:\/\/[^/]/.test(href) && URL.canParse(href)) {
    token.attrSet("rel", "noopener noreferrer");
    token.attrSet("target", "_blank");
    return [];
  }
  return [
    [
      line,
      "markdown-link",
      `"${href}" is neither an https address nor the id of an activity of this module.`,
    ],
  ];
}

function plainText(inline: Token | undefined): string {
  return (inline?.children ?? []).map((child) => child.content).join("");
}

/** The prefix keeps a heading's id apart from the page's own ids. */
function headingId(text: string, taken: Set<string>): string {
  const slug = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  const base = `h-${slug}`;
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  taken.add(id);
  return id;
}
