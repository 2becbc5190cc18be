/**
 * A foreign text as one plain line of at most `max` characters, without what controls or turns it; `undefined` when
 * nothing is left of it or it is no text.
 */
export function lineOf(value: unknown, max: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const plain = value.slice(0, max * 4).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ");
  const line = Array.from(plain.trim()).slice(0, max).join("").trim();
  return line === "" ? undefined : line;
}
