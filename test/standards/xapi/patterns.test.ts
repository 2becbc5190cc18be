import { expect } from "chai";
import fc from "fast-check";
import { loadProfile, matchPatterns } from "../../../src/standards/xapi/index.js";

/** A pattern over single letters, each a template that matches the verb of that letter. */
type Tree =
  | { readonly letter: string }
  | { readonly sequence: Tree[] }
  | { readonly alternates: Tree[] }
  | { readonly optional: Tree }
  | { readonly oneOrMore: Tree }
  | { readonly zeroOrMore: Tree };

const scheme = "http://p/v1";
const letters = ["a", "b", "c", "d", "e", "f"];
const words = { prefLabel: { en: "x" }, definition: { en: "x" } };
const templates = letters.map((letter) => ({
  id: `http://t/${letter}`,
  type: "StatementTemplate",
  inScheme: scheme,
  ...words,
  verb: `http://v/${letter}`,
}));

function profileOf(tree: Tree) {
  const patterns: object[] = [];
  const add = (node: Tree, primary = false): string => {
    if ("letter" in node && !primary) return `http://t/${node.letter}`;
    const id = `http://p/${patterns.length}`;
    const pattern: Record<string, unknown> = {
      id,
      type: "Pattern",
      inScheme: scheme,
      ...(primary ? { primary, ...words } : {}),
    };
    patterns.push(pattern);
    if ("letter" in node) pattern["sequence"] = [add(node)];
    else
      for (const [name, part] of Object.entries(node))
        pattern[name] = Array.isArray(part) ? part.map((one) => add(one as Tree)) : add(part as Tree);
    return id;
  };
  add(tree, true);
  const document = {
    id: "http://p",
    type: "Profile",
    conformsTo: "https://w3id.org/xapi/profiles#1.0",
    ...words,
    versions: [{ id: scheme, generatedAtTime: "2026-01-01T00:00:00Z" }],
    author: { type: "Person", name: "x" },
    templates,
    patterns,
  };
  return loadProfile(document);
}

const run = (tree: Tree, text: string) =>
  matchPatterns(
    profileOf(tree),
    Array.from(text, (letter) => ({ verb: { id: `http://v/${letter}` } })),
  ).outcome;

function regexOf(tree: Tree): string {
  if ("letter" in tree) return tree.letter;
  if ("sequence" in tree) return tree.sequence.map(regexOf).join("");
  if ("alternates" in tree) return `(?:${tree.alternates.map(regexOf).join("|")})`;
  if ("optional" in tree) return `(?:${regexOf(tree.optional)})?`;
  if ("oneOrMore" in tree) return `(?:${regexOf(tree.oneOrMore)})+`;
  return `(?:${regexOf(tree.zeroOrMore)})*`;
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...letters).map((letter) => ({ letter })),
    fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((sequence) => ({ sequence })),
    fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map((alternates) => ({ alternates })),
    tie("tree").map((optional) => ({ optional })),
    tie("tree").map((oneOrMore) => ({ oneOrMore })),
    tie("tree").map((zeroOrMore) => ({ zeroOrMore })),
  ),
}));

const [a, b, c] = ["a", "b", "c"].map((letter) => ({ letter })) as [Tree, Tree, Tree];

describe("pattern matching", () => {
  it("takes nothing that the pattern, read as a regular expression, does not", () => {
    fc.assert(
      fc.property(tree, fc.stringMatching(/^[a-f]{1,6}$/), (pattern, text) => {
        if (run(pattern, text) !== "success") return;
        expect(text).to.match(new RegExp(`^${regexOf(pattern)}$`));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes every text of a pattern in which each step is told by its next statement", () => {
    const cycle: Tree = {
      sequence: [a, { oneOrMore: { alternates: [a, b] } }, { zeroOrMore: c }, { optional: { letter: "d" } }],
    };
    fc.assert(
      fc.property(
        fc.stringMatching(/^a[ab]{1,5}c{0,3}d?$/),
        (text) => void expect(run(cycle, text)).to.equal("success"),
      ),
    );
  });

  const cases: [string, Tree, string, string][] = [
    ["is greedy and does not go back", { sequence: [{ zeroOrMore: a }, a] }, "aa", "partial"],
    [
      "takes the alternative that reaches furthest",
      { alternates: [a, { sequence: [a, b] }] },
      "ab",
      "success",
    ],
    ["is partial when the statements end in the middle", { sequence: [a, b] }, "a", "partial"],
    ["fails at the first statement that does not fit", { sequence: [a, b] }, "ac", "failure"],
    ["fails when statements are left over", { sequence: [a] }, "ab", "failure"],
    [
      "is partial when a repetition ends in the middle",
      { zeroOrMore: { sequence: [a, b] } },
      "aba",
      "partial",
    ],
    ["fails on a statement that no template matches", { zeroOrMore: a }, "ax", "failure"],
  ];
  for (const [what, pattern, text, outcome] of cases)
    it(what, () => expect(run(pattern, text)).to.equal(outcome));

  it("ends on a repetition of what may be nothing", () => {
    expect(run({ zeroOrMore: { optional: a } }, "aab")).to.equal("failure");
    expect(run({ oneOrMore: { zeroOrMore: a } }, "aa")).to.equal("success");
  });

  it("names the primary pattern", () => {
    const verdict = matchPatterns(profileOf(a), [{ verb: { id: "http://v/a" } }]);
    expect(verdict).to.deep.equal({ outcome: "success", pattern: "http://p/0" });
  });
});
