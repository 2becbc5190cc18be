import { VcError } from "./errors.js";
import { isWellFormed, type Json, type JsonObject } from "./json.js";

/**
 * The JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 code units, texts and numbers as ECMAScript
 * writes them.
 * @throws VcError `vc_json_malformed` for what is no I-JSON: a number that is not finite, a lone surrogate, no JSON at all
 */
export function canonicalJson(value: Json): string {
  const writer = new Writer();
  writer.write(value);
  if (!notPlain.test(writer.unquoted)) return writer.text;
  const careful = new Writer(quoted);
  careful.write(value);
  return careful.text;
}

class Writer {
  text = "";
  /** Every text that was written without a look at it: one look at them all is much cheaper. */
  unquoted = "";

  constructor(private readonly quote?: (text: string) => string) {}

  write(value: Json): void {
    if (typeof value === "string") this.string(value);
    else if (isPlain(value)) this.text += String(value);
    else if (typeof value !== "object") throw new VcError("vc_json_malformed");
    else if (Array.isArray(value)) this.array(value as readonly Json[]);
    else this.object(value as JsonObject);
  }

  private string(value: string): void {
    if (this.quote) {
      this.text += this.quote(value);
      return;
    }
    this.unquoted += value;
    this.text += `"${value}"`;
  }

  private array(items: readonly Json[]): void {
    let before = "[";
    for (const item of items) {
      this.text += before;
      before = ",";
      this.write(item);
    }
    this.text += before === "[" ? "[]" : "]";
  }

  private object(object: JsonObject): void {
    let place: "first" | "next" = "first";
    for (const name of sorted(Object.keys(object))) {
      this.text += quotedName(name)[place];
      place = "next";
      this.write(object[name] as Json);
    }
    this.text += place === "first" ? "{}" : "}";
  }
}

function isPlain(value: Json): value is number | boolean | null {
  return typeof value === "number" ? Number.isFinite(value) : typeof value === "boolean" || value === null;
}

/** By UTF-16 code units. Objects have few members, in an order that is nearly right: the engine's sort is for more. */
function sorted(names: string[]): string[] {
  if (names.length > 16) return names.sort();
  for (let place = 1; place < names.length; place += 1) {
    const name = names[place] ?? "";
    let free = place;
    for (; free > 0 && (names[free - 1] ?? "") > name; free -= 1) names[free] = names[free - 1] ?? "";
    names[free] = name;
  }
  return names;
}

// eslint-disable-next-line no-control-regex -- RFC 8785 §3.2.2.2 names them
const notPlain = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string): string {
  if (!notPlain.test(text)) return `"${text}"`;
  if (!isWellFormed(text)) throw new VcError("vc_json_malformed");
  return JSON.stringify(text);
}

/** A member's name with what stands around it, as the first of its object and as a later one. */
interface QuotedName {
  readonly first: string;
  readonly next: string;
}

/** Documents have the same few names of members again and again; those that strangers make up do not stay for long. */
const quotedNames = new Map<string, QuotedName>();
const maxNames = 1_000;

function quotedName(name: string): QuotedName {
  const known = quotedNames.get(name);
  if (known) return known;
  const text = `${quoted(name)}:`;
  const made = { first: `{${text}`, next: `,${text}` };
  if (quotedNames.size >= maxNames) quotedNames.clear();
  if (name.length <= 64) quotedNames.set(name, made);
  return made;
}
