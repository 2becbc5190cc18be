import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { errorFamily } from "../kernel/index.js";

export class I18nError extends errorFamily({ catalogue_invalid: 500 }) {}

export type MessageValues = Readonly<Record<string, string | number | Date | boolean>>;

/** One language's words. */
export interface Translator {
  /** BCP 47. */
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  /** The message of a key with its ICU placeholders filled in; a key that is not there comes back in ⟦brackets⟧. */
  t(key: string, values?: MessageValues): string;
  has(key: string): boolean;
}

export interface Catalogues {
  readonly locales: readonly string[];
  /** The best of ours for what is asked for, most wanted first (BCP 47 lookup, RFC 4647 §3.4); English last. */
  negotiate(wanted: readonly string[]): Translator;
  /** All keys of the default language, for tests. */
  keys(): readonly string[];
}

const defaultLocale = "en";
const rightToLeft = new Set(["ar", "fa", "he", "ur"]);

/** Reads `<directory>/<locale>/<room>.json`: nested objects of ICU MessageFormat strings, merged into one catalogue a locale. */
export function loadCatalogues(directory: string): Catalogues {
  const translators = new Map(
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => [
        entry.name.toLowerCase(),
        createTranslator(entry.name, readMessages(directory, entry.name)),
      ]),
  );
  const fallback = translators.get(defaultLocale);
  if (!fallback) throw new I18nError("catalogue_invalid", { locale: defaultLocale });
  return {
    locales: [...translators.values()].map(({ locale }) => locale),
    keys: () => fallback.keys,
    negotiate: (wanted) => {
      for (const range of wanted) {
        const parts = range.toLowerCase().replaceAll("_", "-").split("-");
        for (let length = parts.length; length > 0; length -= 1) {
          const found = translators.get(parts.slice(0, length).join("-"));
          if (found) return found;
        }
      }
      return fallback;
    },
  };
}

function readMessages(directory: string, locale: string): Map<string, string> {
  const messages = new Map<string, string>();
  for (const file of readdirSync(join(directory, locale)).filter((name) => name.endsWith(".json"))) {
    const tree: unknown = JSON.parse(readFileSync(join(directory, locale, file), "utf8"));
    flatten(tree, "", (key, text) => {
      if (messages.has(key)) throw new I18nError("catalogue_invalid", { locale, file, key });
      messages.set(key, text);
    });
  }
  return messages;
}

function flatten(node: unknown, path: string, add: (key: string, text: string) => void): void {
  if (typeof node === "string") {
    add(path, node);
  } else if (typeof node === "object" && node !== null && !Array.isArray(node)) {
    for (const [name, child] of Object.entries(node)) flatten(child, path ? `${path}.${name}` : name, add);
  } else {
    throw new I18nError("catalogue_invalid", { key: path });
  }
}

function createTranslator(
  locale: string,
  messages: ReadonlyMap<string, string>,
): Translator & { keys: readonly string[] } {
  const formats = new Map<string, IntlMessageFormat>();
  const format = (key: string, text: string): IntlMessageFormat => {
    const known = formats.get(key);
    if (known) return known;
    const made = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
    formats.set(key, made);
    return made;
  };
  return {
    locale,
    direction: rightToLeft.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr",
    keys: [...messages.keys()],
    has: (key) => messages.has(key),
    t: (key, values) => {
      const text = messages.get(key);
      return text === undefined ? `⟦${key}⟧` : String(format(key, text).format(values));
    },
  };
}
