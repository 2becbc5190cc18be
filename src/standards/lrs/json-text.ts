import { LrsError } from "./errors.js";
import { deepest, type Member, type ObjectSpan } from "./json-bounds.js";

/**
 * Finds the objects of a JSON text, which must be well-formed (JSON.parse took it): the outermost object, or those in
 * the outermost list; whatever else is there gives a span without members. Throws `lrs_json_too_deep`, and
 * `lrs_json_repeated_key` for a name that stands twice in any object, of which a parser would drop one (Data 2.2).
 */
export function scanObjects(text: string): ObjectSpan[] {
  return new Scanner(text).outermost();
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, comma] = [
  34, 92, 123, 125, 91, 93, 44,
];

const ending = /[\s,\]}]|$/g;

class Scanner {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  outermost(): ObjectSpan[] {
    this.#space();
    if (this.#here() !== openBracket) return [this.#span(0)];
    const spans: ObjectSpan[] = [];
    this.#list(() => spans.push(this.#span(1)));
    return spans;
  }

  #here(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #space(): void {
    while (this.#here() <= 32) this.#at += 1;
  }

  #span(depth: number): ObjectSpan {
    this.#space();
    const start = this.#at;
    const members = this.#here() === openBrace ? this.#object(depth) : [];
    if (this.#at === start) this.#value(depth);
    return { start, end: this.#at, members };
  }

  #value(depth: number): void {
    if (depth > deepest) throw new LrsError("lrs_json_too_deep", { deepest });
    this.#space();
    const first = this.#here();
    if (first === openBrace) this.#object(depth);
    else if (first === openBracket) this.#list(() => this.#value(depth + 1));
    else if (first === quote) this.#string();
    else this.#literal();
  }

  #object(depth: number): Member[] {
    const members: Member[] = [];
    const names = new Set<string>();
    this.#list(() => {
      const name = this.#string();
      if (names.has(name)) throw new LrsError("lrs_json_repeated_key", { name: name.slice(0, 200) });
      names.add(name);
      this.#space();
      this.#at += 1; // the colon
      this.#space();
      const start = this.#at;
      this.#value(depth + 1);
      members.push({ name, start, end: this.#at });
    });
    return members;
  }

  /** From an opening bracket or brace to behind the closing one, `item` reading each thing between the commas. */
  #list(item: () => void): void {
    this.#at += 1;
    this.#space();
    while (this.#here() !== closeBrace && this.#here() !== closeBracket) {
      item();
      this.#space();
      if (this.#here() === comma) this.#at += 1;
      this.#space();
    }
    this.#at += 1;
  }

  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    this.#at = end + 1;
    const raw = this.#text.slice(start + 1, end);
    return raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  #isEscaped(at: number): boolean {
    let before = at - 1;
    while (this.#text.charCodeAt(before) === backslash) before -= 1;
    return (at - before) % 2 === 0;
  }

  #literal(): void {
    ending.lastIndex = this.#at;
    this.#at = ending.exec(this.#text)?.index ?? this.#text.length;
  }
}
