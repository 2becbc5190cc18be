const quoted = /"([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})"/gi;

/**
 * Every text in a statement that may be an attachment's digest (SHA-256, 384 or 512), in lower case. Some that are none
 * may be among them: what is named by mistake is kept, and nothing that is named is missed.
 */
export function digestsIn(text: string): string[] {
  // A letter may be written as an escape; a parser writes it as itself.
  const plain = text.includes("\\u") ? JSON.stringify(JSON.parse(text)) : text;
  return Array.from(plain.matchAll(quoted), ([, digest = ""]) => digest.toLowerCase());
}
