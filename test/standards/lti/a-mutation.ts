import fc from "fast-check";

export type Json = Record<string, unknown>;
type Pair = [name: string, value: string];

/** A request that is still in its parts, so that each can be spoilt by itself. */
export interface Draft {
  method: string;
  path: string;
  query: Pair[];
  /** Names in lower case. */
  headers: Pair[];
  /** The posted form; where there is none, `body`. */
  form: Pair[] | undefined;
  body: string | Buffer;
  /** What the platform signs, into that field of the form (or, of a notice, into the body). */
  token: Token | undefined;
  /** Changes to what the platform's registration service says. */
  said: Json;
}

export interface Token {
  readonly field: string;
  header: Json;
  claims: Json;
  /** Instead of the claims' own JSON. */
  text?: string;
  /** What is changed after the platform signed. */
  forged: boolean;
  after: (jwt: string) => string;
}

export interface Mutation {
  readonly kind: Kind;
  readonly at: number;
  readonly other: number;
  readonly value: string;
}

/** Stands in every place for what is a person's; no log line may hold it. */
export const canary = "kanarienvogel";

const long = 70_000;
const hostile = [
  ...["", " ", "\0", "\u0000\u0001", "\ufeff", "\ud800", "‮abc", "😀".repeat(40), "é", "a\r\nX-Evil: 1"],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "[object Object]",
    "null",
    "NaN",
    "-1",
    "1e999",
  ],
  ...['{"$ne":null}', '{"$gt":""}', "$where", "' OR 1=1 --", "../../etc/passwd", "%00", "%", "%ff", "%c0%ae"],
  ...["<script>alert(1)</script>", "{{constructor}}", "${7*7}", "http://127.0.0.1:1/", "http://[::1]:1/"],
  ...[
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//127.0.0.1:1",
    "https://",
    "http://user:pw@127.0.0.1:1/",
  ],
  ...["none", "HS256", "RS512", "eyJhbGciOiJub25lIn0.e30.", "...", "x".repeat(2000), "x".repeat(long)],
  ...["true", "\\u0000", "\t", "0", "9".repeat(400), "2026-03-01", "a,b", "[]", "S" + "s".repeat(42)],
];

const hostileJson: readonly (() => unknown)[] = [
  ...[null, true, 0, -1, 1e308, 0.1, [], {}, [[]], [null], { $ne: null }, { $gt: "" }, [{ $in: [] }]].map(
    (value) => () => value,
  ),
  () => JSON.parse('{"__proto__":{"admin":true}}') as unknown,
  () => JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`) as unknown,
  () => ({ toString: 1, valueOf: 2, length: 3 }),
  () => Array.from({ length: 500 }, (_, index) => index),
  () => "x".repeat(30_000),
  () => "\ud800",
  () => "a\0b",
  () => 2 ** 53,
  () => new Array<string>(300).fill("http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"),
];

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "QUERY"];
const contentTypes = [
  ...["application/json", "text/plain", "multipart/form-data; boundary=x", "multipart/form-data", "text/xml"],
  ...["application/x-www-form-urlencoded; charset=utf-16", "application/x-www-form-urlencoded; charset=nope"],
  ...["application/x-www-form-urlencoded; charset=iso-8859-1", ";;;", "application/x-www-form-urlencoded;;="],
];
const headerNames = [
  ...["accept", "accept-language", "accept-encoding", "content-encoding", "authorization", "cookie", "host"],
  ...["origin", "referer", "x-forwarded-for", "x-forwarded-proto", "tessera-carrier", "if-none-match"],
  ...["range", "content-length", "expect", "user-agent", "x-http-method-override", "transfer-encoding"],
];
const headerValues = [
  ...[
    "application/json",
    "*/*;q=0",
    ";;q=9",
    "gzip",
    "br",
    "deflate",
    "identity",
    `Bearer ${"b".repeat(43)}`,
  ],
  ...["Bearer", "Basic !!!", "__Host-tessera-browser=", `__Host-tessera-browser=${"c".repeat(43)}`, "=;=;="],
  ...[
    "1",
    "-1",
    "99999999999999999999",
    "bytes=0-,5-",
    "ar-EG,*;q=0.1",
    "zz-".repeat(3000),
    "127.0.0.1:99999",
  ],
];

const of = <T>(all: readonly T[], at: number): T | undefined => all[at % all.length];
const pairsOf = (draft: Draft, { at }: Mutation): Pair[] =>
  draft.form !== undefined && (draft.query.length === 0 || at % 4 > 0) ? draft.form : draft.query;

/** Every place within a value, from the outside in. */
function placesIn(value: unknown): { holder: Json; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Json;
  return Object.keys(holder)
    .slice(0, 40)
    .flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

function spoil(tree: Json, { at, other, value }: Mutation): void {
  const place = of(placesIn(tree), at);
  if (!place) return;
  const { holder, key } = place;
  const was = holder[key];
  const changes = [
    () => Reflect.deleteProperty(holder, key),
    () => (holder[key] = of(hostileJson, other >> 3)?.()),
    () => (holder[key] = of(hostileJson, other >> 3)?.()),
    () => (holder[key] = value),
    () => (holder[key] = [was, was]),
    () => (holder[key] = { [value]: was }),
    () => (holder[value] = was),
    () => (holder[key] = typeof was === "string" ? was.slice(0, other % (was.length + 1)) : String(was)),
  ];
  of(changes, other)?.();
}

function inToken(change: (token: Token, mutation: Mutation) => void) {
  return ({ token }: Draft, mutation: Mutation): void => {
    if (token) change(token, mutation);
  };
}

const changes = {
  drop: (draft: Draft, m: Mutation) => void pairsOf(draft, m).splice(m.at % 9, 1),
  twice: (draft: Draft, m: Mutation) => {
    const pair = of(pairsOf(draft, m), m.other);
    if (pair) pairsOf(draft, m).push([pair[0], m.at % 2 ? pair[1] : m.value]);
  },
  swap: (draft: Draft, m: Mutation) => {
    const [one, another] = [of(pairsOf(draft, m), m.at), of(pairsOf(draft, m), m.other)];
    if (one && another) [one[1], another[1]] = [another[1], one[1]];
  },
  value: (draft: Draft, m: Mutation) => {
    const pair = of(pairsOf(draft, m), m.other);
    if (pair) pair[1] = m.at % 3 ? m.value : pair[1] + m.value;
  },
  cut: (draft: Draft, m: Mutation) => {
    const pair = of(pairsOf(draft, m), m.other);
    if (pair) pair[1] = pair[1].slice(0, m.at % (pair[1].length + 1));
  },
  rename: (draft: Draft, m: Mutation) => {
    const pair = of(pairsOf(draft, m), m.other);
    if (pair) pair[0] += of(["[]", "[$ne]", "[__proto__]", ".x", "[a][b]", m.value], m.at) ?? "";
  },
  add: (draft: Draft, m: Mutation) => void pairsOf(draft, m).push([m.value, m.value]),
  many: (draft: Draft, m: Mutation) => {
    for (let count = 0; count < m.other; count += 1)
      pairsOf(draft, m).push([`a${count}`, m.value.slice(0, 9)]);
  },
  method: (draft: Draft, m: Mutation) => void (draft.method = of(methods, m.at) ?? "GET"),
  path: (draft: Draft, m: Mutation) => {
    const more = [
      "/",
      "//",
      "/..",
      "%2e%2e",
      "%",
      "%00",
      "/%ff",
      ";x=1",
      ".json",
      `/${"a".repeat(3000)}`,
      m.value,
    ];
    const cut = draft.path.slice(0, m.other % 3 ? undefined : m.other % draft.path.length);
    draft.path = cut + (of(more, m.at) ?? "");
  },
  contentType: (draft: Draft, m: Mutation) =>
    void draft.headers.unshift(["content-type", of(contentTypes, m.at) ?? ""]),
  header: (draft: Draft, m: Mutation) =>
    void draft.headers.unshift([of(headerNames, m.at) ?? "", of([...headerValues, m.value], m.other) ?? ""]),
  headerless: (draft: Draft, m: Mutation) => void draft.headers.splice(m.at % 5, 1),
  body: (draft: Draft, m: Mutation) => {
    draft.form = undefined;
    draft.body = Buffer.from(
      of([m.value, "{", "[]", '{"notices":[{"jwt":{}}]}', "a=b&".repeat(600), "%"], m.at) ?? "",
    );
  },
  said: (draft: Draft, m: Mutation) => spoil(draft.said, m),
  claim: inToken((token, m) => spoil(token.claims, m)),
  claims: inToken((token, m) => {
    token.text =
      of(
        [m.value, "null", "[]", '"x"', "{", '{"iss":1e999}', `{"a":${"[".repeat(9000)}`, "\ufeff{}"],
        m.at,
      ) ?? "";
  }),
  head: inToken((token, m) => {
    const heads: Json[] = [
      ...["none", "None", "HS256", "RS512", "PS256", "ES256", m.value].map((alg) => ({ alg })),
      ...[
        { kid: m.value },
        { kid: null },
        { kid: { $ne: null } },
        { typ: m.value },
        { crit: ["x"] },
        { b64: false },
      ],
      ...[
        { jwk: { kty: "oct", k: "AA" } },
        { jku: "http://127.0.0.1:1/" },
        { x5u: m.value },
        { alg: ["RS256"] },
      ],
    ];
    Object.assign(token.header, of(heads, m.at));
  }),
  forge: inToken((token) => void (token.forged = true)),
  jwt: inToken((token, { at, other, value }) => {
    token.after = (jwt) => {
      const parts = jwt.split(".");
      const ways = [
        () => jwt.slice(0, at % jwt.length),
        () => `${jwt}.${value}`,
        () => parts.slice(0, 2).join("."),
        () => [...parts.slice(0, 2), ""].join("."),
        () => parts.toReversed().join("."),
        () => jwt.slice(0, at) + String.fromCharCode(33 + (other % 90)) + jwt.slice(at + 1),
        () => jwt.replaceAll("-", "+").replaceAll("_", "/"),
        () => `${jwt}=`,
        () => jwt + "A".repeat(other * 60),
        () => JSON.stringify({ protected: parts[0], payload: parts[1], signature: parts[2] }),
      ];
      return of(ways, other)?.() ?? jwt;
    };
  }),
};
type Kind = keyof typeof changes;

/** What is done to one request: mostly one thing or two, now and then four. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...(Object.keys(changes) as Kind[])),
    at: fc.nat(997),
    other: fc.nat(997),
    value: fc.oneof(
      { arbitrary: fc.constantFrom(...hostile), weight: 3 },
      { arbitrary: fc.string({ unit: "binary", maxLength: 30 }), weight: 1 },
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

export function mutate(draft: Draft, all: readonly Mutation[]): void {
  for (const one of all) changes[one.kind](draft, one);
}
