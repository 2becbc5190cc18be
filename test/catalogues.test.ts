import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { IntlMessageFormat } from "intl-messageformat";
import { parse } from "yaml";
import { loadCatalogues } from "../src/foundation/i18n/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const locales = join(root, "views", "locales");
const parts = ["title", "text", "next"];

interface Source {
  readonly name: string;
  readonly text: string;
}

function filesIn(directory: string, ending: string): Source[] {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(root, path), text: readFileSync(path, "utf8") }));
}

const sources = filesIn("src", ".ts");
const views = filesIn("views", ".hbs");
const uncommented = (text: string): string =>
  text.replaceAll(/\{\{!--[\s\S]*?--\}\}|\{\{![\s\S]*?\}\}|<!--[\s\S]*?-->/g, "");

/** All messages of a locale by key, read without the room under test. */
function messagesOf(locale: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (node: unknown, path: string): void => {
    if (typeof node === "string") found.set(path, node);
    else
      for (const [name, child] of Object.entries(node as object))
        walk(child, path ? `${path}.${name}` : name);
  };
  for (const { text } of filesIn(join("views", "locales", locale), ".json")) walk(JSON.parse(text), "");
  return found;
}

const english = messagesOf("en");

/** Every error class that a room shows, with its codes: whoever calls `errorFamily` is looked at. */
async function families(): Promise<{ file: string; codes: string[] }[]> {
  const files = sources.filter(
    ({ name, text }) =>
      /\berrorFamily\(/.test(text) && name !== join("src", "foundation", "kernel", "errors.ts"),
  );
  return Promise.all(
    files.map(async ({ name }) => {
      const module = (await import(pathToFileURL(join(root, name)).href)) as Record<string, unknown>;
      const codes = Object.values(module).flatMap((thing) =>
        typeof thing === "function" && "statuses" in thing ? Object.keys(thing.statuses as object) : [],
      );
      return { file: name, codes };
    }),
  );
}

/** The names of a message's placeholders. */
function placeholders(message: string): Set<string> {
  const names = new Set<string>();
  const walk = (nodes: readonly unknown[]): void => {
    for (const node of nodes as {
      type: number;
      value: string;
      options?: Record<string, { value: unknown[] }>;
    }[]) {
      // 0 is literal text and 7 a plural's `#`.
      if (node.type !== 0 && node.type !== 7) names.add(node.value);
      for (const option of Object.values(node.options ?? {})) walk(option.value);
    }
  };
  walk(new IntlMessageFormat(message, "en", undefined, { ignoreTag: true }).getAst());
  return names;
}

/** The uses of the helper `t` with a fixed key in a view, with the names of the values that they give. */
function helperUses(text: string): { key: string; given: string[] }[] {
  return [...uncommented(text).matchAll(/(?:\{\{\{?[~#]?|\()\s*t\s+(["'])(.*?)\1([^}]*)/g)].map(
    ([, , key = "", rest = ""]) => ({
      key,
      given: [...rest.matchAll(/([\w-]+)=/g)].map(([, name = ""]) => name),
    }),
  );
}

/** What a person would read of a view that no catalogue has. */
function literalTexts(view: string): string[] {
  const markup = uncommented(view)
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, (block) => block.slice(0, block.indexOf(">") + 1))
    .replaceAll(/\{\{\{?[\s\S]*?\}\}\}?/g, "")
    .replaceAll(/&#?\w+;/g, "");
  const attributes = [...markup.matchAll(/<(\w+)\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/g)].flatMap(
    ([, tag = "", inside = ""]) => {
      const named = [...inside.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g)].map(
        ([, name = "", ...values]) => [name.toLowerCase(), values.find((value) => value) ?? ""] as const,
      );
      const of = (name: string): string => named.find(([known]) => known === name)?.[1] ?? "";
      // A hidden or chosen field's value is for the program; a button's is what it says.
      const isButton = tag === "input" && ["submit", "button", "reset"].includes(of("type"));
      const isDescription = tag === "meta" && of("name") === "description";
      return named
        .filter(
          ([name]) =>
            readAttributes.has(name) ||
            (name === "value" && isButton) ||
            (name === "content" && isDescription),
        )
        .map(([name, value]) => (/\p{L}/u.test(value) ? `${name}=${value.trim()}` : ""));
    },
  );
  const text = markup.replaceAll(/<(?:"[^"]*"|'[^']*'|[^>"'])*>/g, "\n").split("\n");
  return [...text, ...attributes].map((one) => one.trim()).filter((one) => /\p{L}/u.test(one));
}

const readAttributes = new Set([
  "aria-label",
  "aria-description",
  "aria-roledescription",
  "aria-valuetext",
  "aria-placeholder",
  "title",
  "alt",
  "placeholder",
  "label",
  "summary",
]);

describe("the words", function () {
  // It loads every room.
  this.timeout(30_000);

  it("of every error code are there: what happened, what is safe, what to do next", async () => {
    const found = await families();
    expect(
      found.filter(({ codes }) => codes.length === 0).map(({ file }) => file),
      "shows no class",
    ).to.deep.equal([]);
    const keys = found.flatMap(({ codes }) =>
      codes.flatMap((code) => parts.map((part) => `errors.${code}.${part}`)),
    );
    expect(keys).to.include("errors.not_found.title");
    expect([...new Set(keys)].filter((key) => !english.get(key)?.trim())).to.deep.equal([]);
  });

  it("of errors belong to codes that there are", async () => {
    const codes = new Set((await families()).flatMap((family) => family.codes));
    const strange = [...english.keys()].filter((key) => {
      const [first, code = "", part = "", ...more] = key.split(".");
      return first === "errors" && !(codes.has(code) && parts.includes(part) && more.length === 0);
    });
    expect(strange).to.deep.equal([]);
  });

  it("that a view or the code asks for are there", () => {
    const asked = [
      ...views.flatMap(({ name, text }) => helperUses(text).map(({ key }) => ({ name, key }))),
      ...sources.flatMap(({ name, text }) =>
        [...text.matchAll(/\bt\(\s*"([^"]+)"/g)].map(([, key = ""]) => ({ name, key })),
      ),
    ];
    expect(asked.length).to.be.greaterThan(5);
    expect(
      asked.filter(({ key }) => !english.has(key)).map(({ name, key }) => `${name}: ${key}`),
    ).to.deep.equal([]);
  });

  it("that a view asks for are given all their values", () => {
    const gaps = views.flatMap(({ name, text }) =>
      helperUses(text).flatMap(({ key, given }) =>
        [...placeholders(english.get(key) ?? "")]
          .filter((placeholder) => !given.includes(placeholder))
          .map((placeholder) => `${name}: ${key} has no ${placeholder}`),
      ),
    );
    expect(gaps).to.deep.equal([]);
  });

  it("are all in the catalogues, none in a view", () => {
    const literal = views.flatMap(({ name, text }) => literalTexts(text).map((words) => `${name}: ${words}`));
    expect(views.length).to.be.greaterThan(2);
    expect(literal).to.deep.equal([]);
  });

  it("are all in use", () => {
    const everything = [...sources, ...views, ...filesIn("views", ".js")].map(({ text }) => text).join("\n");
    const literals = new Set(
      [...everything.matchAll(/["'`]([a-z][\w-]*(?:\.[\w-]+)+)["'`]/g)].map(([, key]) => key),
    );
    // Keys that are put together when they are needed: `room.role.${role}` uses all that begin with `room.role.`.
    const prefixes = [...everything.matchAll(/[`"']([a-z][\w-]*\.(?:[\w-]+\.)*)(?:\$\{|["'])/g)].map(
      ([, prefix = ""]) => prefix,
    );
    const unused = [...english.keys()]
      // Every `errors.<code>` is asked for by its code, and another test says that the codes exist.
      .filter((key) => !key.startsWith("errors."))
      .filter((key) => !literals.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)));
    expect(unused).to.deep.equal([]);
  });

  it("of the pages on which anyone verifies a certificate are there in four languages", () => {
    const languages = loadCatalogues(locales).whole(["verification", "web"]);
    expect(languages.map(({ locale }) => locale)).to.have.members(["en", "fr", "es", "ar"]);
  });

  it("are written correctly in every language, each key once", () => {
    for (const locale of readdirSync(locales)) {
      for (const { name, text } of filesIn(join("views", "locales", locale), ".json")) {
        // JSON takes the last of two equal keys without a word; as YAML, which JSON is too, they are an error.
        expect(() => parse(text, { uniqueKeys: true }) as unknown, name).not.to.throw();
      }
      const odd = [...messagesOf(locale)].filter(([key, message]) => {
        const known = english.get(key);
        return (
          known === undefined || [...placeholders(message)].some((name) => !placeholders(known).has(name))
        );
      });
      expect(
        odd.map(([key]) => `${locale}: ${key}`),
        "unknown key or placeholder",
      ).to.deep.equal([]);
    }
    expect([...loadCatalogues(locales).keys()].sort()).to.deep.equal([...english.keys()].sort());
  });
});

describe("the search for words in views", () => {
  it("finds literal text, in whatever a person reads", () => {
    const texts = {
      "<p>Hello</p>": ["Hello"],
      '<p class="x">{{t "a.b"}} · 1</p>': [],
      '<p title="Hello">{{t "a.b"}}</p>': ["title=Hello"],
      "<img alt='Hello'>": ["alt=Hello"],
      '<a aria-label="{{t "a.b"}}" href="/x">&nbsp;&rarr;</a>': [],
      '<a aria-label="{{t "a.b"}} here">': ["aria-label=here"],
      '<input type="submit" value="Save">': ["value=Save"],
      '<input type="hidden" name="a" value="b"><option value="c">{{d}}</option>': [],
      '<input placeholder="Your name">': ["placeholder=Your name"],
      "<!-- a note -->{{!-- another {{x}} --}}{{! third }}": [],
      '{{#if (eq a "b")}}yes{{else}}{{c}}{{/if}}': ["yes"],
      "<script>const a = 1;</script><style>a { b: c }</style>": [],
      '<p data-x="a > b">{{x}}</p>': [],
      "<p>да</p>": ["да"],
    };
    for (const [view, words] of Object.entries(texts)) expect(literalTexts(view), view).to.deep.equal(words);
  });

  it("finds every use of the helper with the values it is given", () => {
    const uses = helperUses(
      `{{t "a"}} {{t 'b' n=1 who=user.name}} {{#if (t "c" x="y")}} {{{t "d"}}} {{! {{t "e"}} }} {{title "f"}}`,
    );
    expect(uses).to.deep.equal([
      { key: "a", given: [] },
      { key: "b", given: ["n", "who"] },
      { key: "c", given: ["x"] },
      { key: "d", given: [] },
    ]);
  });

  it("finds every placeholder", () => {
    expect([
      ...placeholders("{a} {n, plural, one {# {b}} other {{c, date}}} {s, select, x {{d}} other {}} <b>"),
    ]).to.have.members(["a", "n", "b", "c", "s", "d"]);
  });
});
