import { KnownError } from "../kernel/index.js";
import { loadCatalogues, type MessageValues, type Translator } from "./catalogues.js";

export interface ErrorWords {
  /** What went wrong. */
  readonly title: string;
  /** What happened and what is safe. */
  readonly text: string;
  /** What to do next. */
  readonly next: string;
}

/** The words of an error's code, with its data filled in. */
export function wordsOfError(translator: Translator, error: KnownError): ErrorWords {
  const values: Record<string, MessageValues[string]> = {};
  for (const [name, value] of Object.entries(error.data)) {
    if (value !== undefined) values[name] = typeof value === "object" ? value.join(", ") : value;
  }
  const say = (part: string): string => translator.t(`errors.${error.code}.${part}`, values);
  return { title: say("title"), text: say("text"), next: say("next") };
}

/**
 * An error for a person at a terminal, a line each: its words, in the language of LC_ALL or LANG where we have it, then
 * its code and data, to search for. Without words for it, only these.
 * @param directory of the catalogues, which are read only now
 */
export function explainAtTerminal(
  error: KnownError,
  directory: string,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const reference = [error.code, ...(Object.keys(error.data).length > 0 ? [JSON.stringify(error.data)] : [])];
  const translator = terminalTranslator(directory, variables);
  if (!translator?.has(`errors.${error.code}.title`)) return reference.join(" ");
  const { title, text, next } = wordsOfError(translator, error);
  return [title, text, next, reference.join(" ")].join("\n  ");
}

/** `undefined` when the catalogues themselves are at fault: that must not hide what is to be said. */
function terminalTranslator(
  directory: string,
  { LC_ALL, LANG }: Readonly<Record<string, string | undefined>>,
): Translator | undefined {
  try {
    return loadCatalogues(directory).negotiate([(LC_ALL ?? LANG ?? "").split(".")[0] ?? ""]);
  } catch (error) {
    if (error instanceof KnownError) return undefined;
    throw error;
  }
}
