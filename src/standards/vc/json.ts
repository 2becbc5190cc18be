import { VcError } from "./errors.js";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

export interface JsonLimits {
  /** Of the text in UTF-8; 512 KiB when left out. */
  readonly maxBytes?: number;
  /** How many objects and arrays may stand in one another; 32 when left out. */
  readonly maxDepth?: number;
}

export const defaultMaxBytes = 512 * 1024;
export const defaultMaxDepth = 32;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads one JSON object (RFC 8259 in the narrower sense of I-JSON, RFC 7493), so that two readers can't take the same
 * text for two things: no member name twice, no lone surrogate, no number that a double does not hold as it is written.
 * `__proto__` is refused as a name.
 * @throws VcError `vc_json_malformed`, `vc_json_too_large`, `vc_json_too_deep`, `vc_json_repeated_key`
 */
export function parseJson(text: string, limits: JsonLimits = {}): JsonObject {
  const maxBytes = limits.maxBytes ?? defaultMaxBytes;
  if (text.length > maxBytes || Buffer.byteLength(text) > maxBytes) {
    throw new VcError("vc_json_too_large", { maxBytes });
  }
  const value = new Reader(text, limits.maxDepth ?? defaultMaxDepth).document();
  if (!isJsonObject(value)) throw new VcError("vc_json_malformed", { position: 0 });
  return value;
}

const space = /[ \t\n\r]*/y;
// eslint-disable-next-line no-control-regex -- RFC 8259 §7 names them
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words = new Map<string, readonly [string, Json]>([
  ["t", ["true", true]],
  ["f", ["false", false]],
  ["n", ["null", null]],
]);

class Reader {
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  document(): Json {
    const value = this.value(0);
    this.skipSpace();
    if (this.position !== this.text.length) this.fail();
    return value;
  }

  private value(depth: number): Json {
    this.skipSpace();
    const first = this.text.charAt(this.position);
    if (first === '"') return this.string();
    if (first === "{") return this.object(depth + 1);
    if (first === "[") return this.array(depth + 1);
    const word = words.get(first);
    if (!word) return this.number();
    if (!this.text.startsWith(word[0], this.position)) this.fail();
    this.position += word[0].length;
    return word[1];
  }

  private object(depth: number): JsonObject {
    const found: Record<string, Json> = {};
    this.open(depth);
    if (this.next("}")) return found;
    do {
      this.skipSpace();
      const name = this.string();
      if (name === "__proto__") this.fail();
      if (Object.hasOwn(found, name)) throw new VcError("vc_json_repeated_key", { name: name.slice(0, 80) });
      if (!this.next(":")) this.fail();
      found[name] = this.value(depth);
    } while (this.next(","));
    if (!this.next("}")) this.fail();
    return found;
  }

  private array(depth: number): Json[] {
    const found: Json[] = [];
    this.open(depth);
    if (this.next("]")) return found;
    do found.push(this.value(depth));
    while (this.next(","));
    if (!this.next("]")) this.fail();
    return found;
  }

  private open(depth: number): void {
    if (depth > this.maxDepth) throw new VcError("vc_json_too_deep", { maxDepth: this.maxDepth });
    this.position += 1;
  }

  private string(): string {
    const token = this.token(stringToken);
    const text = token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
    if (!isWellFormed(text)) this.fail();
    return text;
  }

  private number(): number {
    const start = this.position;
    const token = this.token(numberToken);
    const value = Number(token);
    if (!isExact(token, value)) {
      this.position = start;
      this.fail();
    }
    return value;
  }

  private token(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const [found] = pattern.exec(this.text) ?? this.fail();
    this.position += found.length;
    return found;
  }

  /** Steps over the character when it comes next. */
  private next(character: string): boolean {
    this.skipSpace();
    if (this.text.charAt(this.position) !== character) return false;
    this.position += 1;
    return true;
  }

  private skipSpace(): void {
    space.lastIndex = this.position;
    space.test(this.text);
    this.position = space.lastIndex;
  }

  private fail(): never {
    throw new VcError("vc_json_malformed", { position: this.position });
  }
}

/** No half of a surrogate pair stands alone. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text) || !/\p{Surrogate}/u.test(text);
}

/** The double, written in its shortest form, is the same decimal number as the token; integers are safe ones; no -0. */
function isExact(token: string, value: number): boolean {
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  return token === String(value) || decimal(token) === decimal(String(value));
}

/** A decimal number as `digits e exponent`, without zeros at either end of the digits. */
function decimal(token: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
