import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { errorFamily, type ErrorData } from "../kernel/index.js";

export class I18nError extends errorFamily({ catalogue_invalid: 500 }) {}

export type MessageValues = Readonly<Record<string, string | number | Date | boolean>>;

/** One language's words. */
export interface Translator {
  /** BCP 47. */
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  /**
   * The message of a key with its ICU placeholders filled in; a value that was not given leaves a
   * gap (…), and a key that is not there comes back in ⟦brackets⟧: this never throws.
   */
  t(key: string, values?: MessageValues): string;
  has(key: string): boolean;
}

export interface Catalogues {
  readonly locales: readonly string[];
  /** The rooms that have words, each in a file of its own. */
  readonly rooms: readonly string[];
  /** The languages that have every word of these rooms: pages of theirs are in one language, never in two. */
  whole(rooms: readonly string[]): readonly Translator[];
  /**
   * The best of ours for what is asked for, most wanted first (BCP 47 lookup, RFC 4647 §3.4); English last.
   * @param rooms only among the languages that are `whole` in these; left out, what is missing is said in English
   */
  negotiate(wanted: readonly string[], rooms?: readonly string[]): Translator;
  /** All keys of the default language, for tests. */
  keys(): readonly string[];
}

const defaultLocale = "en";

/** A locale's messages, parsed, and which of them stand in which room's file. */
type Messages = ReadonlyMap<string, Message>;
interface Words {
  readonly messages: Messages;
  readonly rooms: ReadonlyMap<string, readonly string[]>;
}
type Message = (values: MessageValues) => string;

/**
 * Reads `<directory>/<locale>/<room>.json`: nested objects of ICU MessageFormat strings, merged into one catalogue a
 * locale. What a language has no words for yet is said in English.
 * @throws I18nError `catalogue_invalid` with the locale, file and key of the first fault
 */
export function loadCatalogues(directory: string): Catalogues {
  const words = new Map(localesIn(directory).map((locale) => [locale, readWords(directory, locale)]));
  const english = words.get(defaultLocale);
  if (!english) throw new I18nError("catalogue_invalid", { locale: defaultLocale });
  const translators = new Map(
    [...words].map(([locale, { messages }]) => [
      locale.toLowerCase(),
      createTranslator(locale, new Map([...english.messages, ...messages])),
    ]),
  );
  const fallback = createTranslator(defaultLocale, english.messages);
  const wholeRooms = new Map(
    [...words].map(([locale, { messages }]) => {
      const complete = [...english.rooms].filter(([, keys]) => keys.every((key) => messages.has(key)));
      return [locale, new Set(complete.map(([room]) => room))] as const;
    }),
  );
  const isWhole = (locale: string, rooms: readonly string[]): boolean =>
    rooms.every((room) => wholeRooms.get(locale)?.has(room));
  return {
    locales: [...words.keys()],
    rooms: [...english.rooms.keys()],
    keys: () => [...english.messages.keys()],
    whole: (rooms) => [...translators.values()].filter(({ locale }) => isWhole(locale, rooms)),
    negotiate: (wanted, rooms = []) => {
      for (const range of wanted) {
        for (const tag of lookupTags(range)) {
          const found = translators.get(tag);
          if (found && isWhole(found.locale, rooms)) return found;
        }
      }
      return fallback;
    },
  };
}

/** `pt_BR` → `pt-br`, `pt`: shorter and shorter (RFC 4647 §3.4). */
function lookupTags(range: string): string[] {
  // No language tag in use is longer; a longer one would only cost time.
  const parts = range.slice(0, 100).toLowerCase().replaceAll("_", "-").split("-");
  return parts.map((_part, place) => parts.slice(0, parts.length - place).join("-"));
}

function localesIn(directory: string): string[] {
  const entries = attempt({ file: directory }, () => readdirSync(directory, { withFileTypes: true }));
  const locales = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const locale of locales) attempt({ locale }, () => Intl.getCanonicalLocales(locale));
  return locales;
}

function readWords(directory: string, locale: string): Words {
  const messages = new Map<string, Message>();
  const rooms = new Map<string, readonly string[]>();
  for (const file of readdirSync(join(directory, locale)).filter((name) => name.endsWith(".json"))) {
    const tree = attempt({ locale, file }, (): unknown =>
      JSON.parse(readFileSync(join(directory, locale, file), "utf8")),
    );
    const entries = flatten(tree, "");
    rooms.set(
      file.slice(0, -".json".length),
      entries.map(([key]) => key),
    );
    for (const [key, text] of entries) {
      if (messages.has(key) || typeof text !== "string") {
        throw new I18nError("catalogue_invalid", { locale, file, key });
      }
      messages.set(
        key,
        attempt({ locale, file, key }, () => messageOf(text, locale)),
      );
    }
  }
  return { messages, rooms };
}

/** The leaves of a tree of messages with their paths. */
function flatten(node: unknown, path: string): [string, unknown][] {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return [[path, node]];
  return Object.entries(node).flatMap(([name, child]) => flatten(child, path ? `${path}.${name}` : name));
}

/** Does what may fail for a fault in a catalogue; `where` says which. */
function attempt<T>(where: ErrorData, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new I18nError("catalogue_invalid", where, { cause });
  }
}

const gap = "…";
/** In a parsed message: plain text (`TYPE.literal` of @formatjs/icu-messageformat-parser). */
const literal = 0;

/** What was parsed before, in this process: a command, a test or a server reads the same words more than once. */
const parsed = new Map<string, Message>();

function messageOf(text: string, locale: string): Message {
  // Without these nothing in a text is for the parser (ICU MessageFormat: arguments and quoting).
  if (!/[{}']/.test(text)) return () => text;
  const key = `${locale} ${text}`;
  const message = parsed.get(key) ?? parseMessage(text, locale);
  parsed.set(key, message);
  return message;
}

function parseMessage(text: string, locale: string): Message {
  const message = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
  // Most messages are the same whatever is given.
  if (message.getAst().every(({ type }: { type: number }) => type === literal)) {
    const said = String(message.format());
    return () => said;
  }
  return (values) => {
    // Truth values come out as parts of a list unless they are text.
    const given = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "boolean" ? String(value) : value,
    ]);
    const filled: unknown = message.format(
      new Proxy(Object.fromEntries(given) as Record<string, string | number | Date>, withGaps),
    );
    return Array.isArray(filled) ? filled.join("") : String(filled);
  };
}

/** An error's page must not fail because its error came without a value: its place stays visibly empty. */
const withGaps: ProxyHandler<Record<string, string | number | Date>> = {
  has: () => true,
  get: (values, name) => (typeof name === "string" && Object.hasOwn(values, name) ? values[name] : gap),
};

function createTranslator(locale: string, messages: Messages): Translator {
  return {
    locale,
    direction: directionOf(locale),
    has: (key) => messages.has(key),
    t: (key, values = {}) => {
      try {
        return messages.get(key)?.(values) ?? `⟦${key}⟧`;
      } catch {
        // A gap where a date must be.
        return `⟦${key}⟧`;
      }
    },
  };
}

const rightToLeft = new Set(["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"]);

function directionOf(locale: string): "ltr" | "rtl" {
  return rightToLeft.has(new Intl.Locale(locale).maximize().script ?? "") ? "rtl" : "ltr";
}
