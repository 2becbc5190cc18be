import { mergeObjects } from "./document-merge.js";
import { editObject, valueIn } from "./text-edits.js";

/** A definition that others are added to is not made longer than this, in characters. */
const longest = 256 * 1024;

const added = ["name", "description", "extensions"];

/**
 * The definition that several texts give together (Communication 2.5): where two differ the newer one counts, but names,
 * descriptions and extensions are added up. Every value stays as it was written.
 * @param texts definitions of one activity as JSON, the newest first
 */
export function joinDefinitions(texts: Iterable<string>): string | undefined {
  let joined: string | undefined;
  // One that stands there twice says nothing more the second time.
  for (const text of new Set(texts)) {
    if (joined !== undefined && joined.length + text.length > longest) break;
    joined = joined === undefined ? text : mergeDefinitions(text, joined);
  }
  return joined;
}

function mergeDefinitions(older: string, newer: string): string {
  const both = added.flatMap((name) => {
    const [one, other] = [valueIn(older, name), valueIn(newer, name)];
    return one === undefined || other === undefined ? [] : [[name, () => mergeObjects(one, other)] as const];
  });
  return editObject(mergeObjects(older, newer), Object.fromEntries(both));
}
