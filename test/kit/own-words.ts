import type { Curriculum } from "../../src/standards/curriculum/index.js";

/**
 * What a page's text says in the product's own words: the curriculum's are taken out. A story may tell of something
 * that was wrong; what the product says of a trainee may not.
 */
export function ownWords(text: string, curriculum: Curriculum): string {
  const told = [...sentencesIn(curriculum)].sort((one, other) => other.length - one.length);
  return told.reduce((rest, sentence) => rest.replaceAll(sentence, " … "), inOneLine(text));
}

/** What the product never says of what a trainee did. */
export const blame = /\b(wrong|fail(s|ed|ure)?|incorrect|mistakes?|bad|poor)\b/i;

/** Every text of several words, by paragraph, as a page shows it. */
function sentencesIn(content: unknown): Set<string> {
  if (typeof content === "string")
    return new Set(
      content
        .split(/\n{2,}/)
        .map(inOneLine)
        .filter((one) => one.includes(" ")),
    );
  if (typeof content !== "object" || content === null) return new Set();
  return new Set(Object.values(content).flatMap((part) => [...sentencesIn(part)]));
}

const inOneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
