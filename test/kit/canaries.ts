/** Each way in which text may stand somewhere: as it is, escaped for a URL or for JSON, or within base64. */
function formsOf(canary: string): string[] {
  const bytes = Buffer.from(canary);
  // Within a longer text base64 has three alignments; of each only whole groups stand alone.
  const encoded = [0, 1, 2].map((skip) =>
    bytes.subarray(skip, skip + Math.floor((bytes.length - skip) / 3) * 3).toString("base64"),
  );
  const url = encodeURIComponent(canary);
  return [
    ...[canary, url, url.replaceAll("%20", "+"), JSON.stringify(canary).slice(1, -1)],
    ...[canary.replaceAll("@", "\\u0040"), canary.replaceAll("@", "&#64;"), bytes.toString("hex")],
    ...encoded,
    ...encoded.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ].map((form) => form.toLowerCase());
}

/** Searches text for canaries in all their forms, whatever their case. */
export class CanarySearch {
  readonly #forms: readonly string[];

  constructor(canaries: readonly string[]) {
    this.#forms = [...new Set(canaries.flatMap(formsOf))];
  }

  /** The places, of those given by name, that hold a canary. */
  found(places: Iterable<readonly [place: string, content: unknown]>): string[] {
    return [...places].filter(([, content]) => this.#holds(content)).map(([place]) => place);
  }

  #holds(content: unknown): boolean {
    const text = textOf(content).toLowerCase();
    return this.#forms.some((form) => text.includes(form));
  }
}

/** All text in a value, its names too. Bytes count as they are. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
  }
  if (typeof value !== "object" || value === null) return String(value);
  // What a driver wraps its bytes in.
  const { buffer } = value as { buffer?: unknown };
  if (ArrayBuffer.isView(buffer)) return textOf(buffer);
  return Object.entries(value)
    .map(([name, inner]) => `${name}\n${textOf(inner)}`)
    .join("\n");
}
