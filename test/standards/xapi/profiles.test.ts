import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "chai";
import fc from "fast-check";
import { profileIri, profileVersionIri } from "../../../src/foundation/kernel/index.js";
import {
  isIri,
  loadProfile,
  validateAgainstProfile,
  type XapiError,
} from "../../../src/standards/xapi/index.js";
import { compileSchema } from "../../../src/standards/xapi/profiles/inline-schema.js";

interface Named {
  readonly id: string;
  readonly inlineSchema?: string;
  readonly [name: string]: unknown;
}
interface Document {
  readonly concepts: Named[];
  readonly templates: Named[];
  readonly patterns: Named[];
  readonly [name: string]: unknown;
}

const file = join(import.meta.dirname, "../../../xapi-profiles/policing-ethics.jsonld");
const document = JSON.parse(readFileSync(file, "utf8")) as Document;
const profile = loadProfile(document);
const extension = (name: string) => `${profileIri}/extensions/${name}`;
const template = (name: string) => `${profileIri}/templates#${name}`;

const idOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

/** A `module-initialized` statement as the tool would write it. */
const initialized = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: idOf(1),
  timestamp: "2026-11-21T09:00:00Z",
  actor: { account: { homePage: "https://tessera.example", name: "pseudonym" } },
  verb: { id: "http://adlnet.gov/expapi/verbs/initialized" },
  object: { id: "https://a/module", definition: { type: "http://adlnet.gov/expapi/activities/module" } },
  context: {
    registration: "11111111-1111-4111-8111-111111111111",
    contextActivities: {
      category: [{ id: profileVersionIri }],
      grouping: {
        id: "https://a/course",
        definition: { type: "http://adlnet.gov/expapi/activities/course" },
      },
    },
    extensions: { [extension("jurisdiction")]: ["XA"], [extension("curriculum-version")]: { core: "1.0.0" } },
  },
  ...changes,
});
const context = () => initialized()["context"] as Record<string, Record<string, unknown>>;
const omit = (from: Record<string, unknown>, name: string) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
const broken = (statement: unknown) =>
  validateAgainstProfile(profile, statement).findings.map(({ path, rule }) => `${path} ${rule}`);
const debrief = (changes: Record<string, unknown> = {}) =>
  initialized({
    verb: { id: "http://adlnet.gov/expapi/verbs/completed" },
    object: { id: "https://a/debrief", definition: { type: `${profileIri}/activity-types/debrief` } },
    result: { completion: true },
    context: {
      ...context(),
      extensions: { ...context()["extensions"], [extension("debrief-mode")]: "self" },
      statement: { objectType: "StatementRef", id: idOf(2) },
    },
    ...changes,
  });

describe("our profile", () => {
  it("is named and versioned as the code names it", () => {
    expect(profile.id).to.equal(profileIri);
    expect(profile.versionId).to.equal(profileVersionIri);
    expect(profile.templates).to.have.lengthOf(25);
    expect([...profile.patterns.values()].filter(({ primary }) => primary)).to.have.lengthOf(3);
  });

  it("has inline schemas that judge as an independent checker of JSON Schema does", () => {
    const ajv = new Ajv({ strict: false }).addFormat("uri", isIri);
    for (const { id, inlineSchema } of document.concepts) {
      if (inlineSchema === undefined) continue;
      const schema = JSON.parse(inlineSchema) as { properties?: object; enum?: unknown[] };
      const [ours, theirs] = [compileSchema(schema, id), ajv.compile(schema)];
      const likely = fc.constantFrom<unknown>(
        "XA",
        "XA-1",
        "self",
        "external",
        `sha256:${"0".repeat(64)}`,
        "https://a/1",
        "UN:1",
        0,
        1,
        1.5,
        2,
        3,
        -3,
        ...(schema.enum ?? []),
      );
      const names = fc.constantFrom(
        ...Object.keys(schema.properties ?? {}),
        "core",
        "id",
        "level",
        "more",
        "__proto__",
      );
      const { value } = fc.letrec((tie) => ({
        value: fc.oneof(
          { depthSize: "small" },
          likely,
          fc.jsonValue(),
          fc.array(tie("value"), { maxLength: 3 }),
          fc.dictionary(names, tie("value"), { maxKeys: 3 }),
        ),
      }));
      fc.assert(
        fc.property(value, (sample) => ours(sample) === theirs(sample)),
        { numRuns: 400 },
      );
    }
  });

  const spoiled: [string, (copy: Document) => unknown, string][] = [
    ["an id that stands twice", (d) => ({ ...d, patterns: [...d.patterns, d.patterns[0]] }), "id_not_unique"],
    [
      "two versions at once",
      (d) => ({
        ...d,
        concepts: [...d.concepts, { ...d.concepts[0], id: "http://x/1", inScheme: `${profileIri}/v2` }],
      }),
      "not_one_version",
    ],
    [
      "a pattern of an unknown template",
      (d) => ({ ...d, templates: d.templates.slice(1) }),
      "pattern_part_unknown",
    ],
    [
      "a reference to an unknown template",
      (d) => ({
        ...d,
        patterns: undefined,
        templates: d.templates.filter(({ id }) => id !== template("task-submitted")),
      }),
      "template_unknown",
    ],
    [
      "a pattern with two operators",
      (d) => ({
        ...d,
        patterns: d.patterns.map((p, n) => (n === 0 ? { ...p, optional: template("certified") } : p)),
      }),
      "one_operator",
    ],
    [
      "a pattern without operator",
      (d) => ({ ...d, patterns: [{ id: "http://p/1", type: "Pattern" }] }),
      "one_operator",
    ],
    [
      "a pattern within itself",
      (d) => ({ ...d, patterns: [{ id: "http://p/1", type: "Pattern", optional: "http://p/1" }] }),
      "pattern_contains_itself",
    ],
    [
      "a rule that asks nothing",
      (d) => ({ ...d, templates: [{ ...d.templates[0], rules: [{ location: "$.id" }] }] }),
      "rule_says_nothing",
    ],
    [
      "a JSONPath with a filter",
      (d) => ({
        ...d,
        templates: [{ ...d.templates[0], rules: [{ location: "$.a[?(@.b)]", presence: "included" }] }],
        patterns: undefined,
      }),
      "json_path",
    ],
    [
      "a schema keyword that is not checked",
      (d) => ({ ...d, concepts: [{ ...d.concepts[5], inlineSchema: '{"maxLength":3}' }] }),
      "schema_keyword_unknown",
    ],
  ];
  for (const [what, spoil, rule] of spoiled)
    it(`would be refused with ${what}`, () => {
      let thrown: XapiError | undefined;
      try {
        loadProfile(JSON.parse(JSON.stringify(spoil(document))));
      } catch (error) {
        thrown = error as XapiError;
      }
      expect(thrown?.code).to.equal("profile_invalid");
      expect(thrown?.data["rule"]).to.equal(rule);
    });
});

describe("validation by statement templates", () => {
  it("names the templates that a statement follows, one activity standing for a list of one", () => {
    const verdict = validateAgainstProfile(profile, initialized());
    expect(verdict).to.deep.equal({
      outcome: "success",
      templates: [template("module-initialized")],
      findings: [],
    });
  });

  it("says so when no template matches", () => {
    expect(validateAgainstProfile(profile, initialized({ verb: { id: "http://v/other" } })).outcome).to.equal(
      "unmatched",
    );
    const { contextActivities, ...rest } = context();
    const alone = { ...rest, contextActivities: { category: contextActivities?.["category"] } };
    expect(validateAgainstProfile(profile, initialized({ context: alone })).outcome).to.equal("unmatched");
  });

  it("finds each rule that is broken", () => {
    expect(broken(initialized({ id: undefined }))).to.deep.equal([]);
    const anonymous = omit(initialized(), "id");
    expect(broken(anonymous)).to.deep.equal(["$.id presence"]);
    const named = { account: { homePage: "https://t", name: "p" }, name: "A Person" };
    expect(broken(initialized({ actor: named }))).to.deep.equal(["$.actor.name presence"]);
    const mailed = broken(initialized({ actor: { mbox: "mailto:a@b.c" } }));
    expect(mailed).to.include("$.actor.mbox | $.actor.mbox_sha1sum | $.actor.openid presence");
    expect(broken(initialized({ result: { success: true } }))).to.deep.equal(["$.result presence"]);
    const uncategorised = {
      ...context(),
      contextActivities: { ...context()["contextActivities"], category: [{ id: "http://x" }] },
    };
    expect(broken(initialized({ context: uncategorised }))).to.deep.equal([
      "$.context.contextActivities.category[*].id any",
    ]);
  });

  it("holds an extension to its place, its name and its schema", () => {
    const within = (name: string, value: unknown) => ({
      extensions: { ...context()["extensions"], [extension(name)]: value },
    });
    const at = (name: string) => `$.context.extensions["${extension(name)}"]`;
    const extended = (name: string, value: unknown) =>
      broken(initialized({ context: { ...context(), ...within(name, value) } }));
    expect(extended("jurisdiction", ["xa"])).to.deep.equal([`${at("jurisdiction")} extension_schema`]);
    expect(extended("invented", 1)).to.deep.equal([`${at("invented")} extension_unknown`]);
    expect(extended("competency-refs", ["http://a"])).to.deep.equal([
      `${at("competency-refs")} extension_misplaced`,
    ]);
  });

  it("asks that every matching template is followed", () => {
    const renewal = initialized({
      verb: { id: "https://w3id.org/xapi/tla/verbs/certified" },
      object: {
        id: "https://a/c",
        definition: { type: "https://w3id.org/xapi/tla/activity-types/credential" },
      },
      context: {
        ...context(),
        statement: { objectType: "StatementRef", id: idOf(2) },
        contextActivities: {
          category: [{ id: profileVersionIri }],
          other: [{ id: "https://a/r", definition: { type: `${profileIri}/activity-types/refresher` } }],
        },
      },
    });
    const { outcome, findings } = validateAgainstProfile(profile, renewal);
    expect(outcome).to.equal("invalid");
    expect(new Set(findings.map((finding) => finding.template))).to.deep.equal(
      new Set([template("certified"), template("certified-renewal")]),
    );
  });

  it("follows a reference to a statement that is at hand, and only asks for a reference where it is not", () => {
    expect(validateAgainstProfile(profile, debrief()).outcome).to.equal("success");
    const without = omit(debrief()["context"] as Record<string, unknown>, "statement");
    expect(broken(debrief({ context: without }))).to.deep.equal([
      "$.context.statement context_statement_ref",
    ]);
    const wrong = validateAgainstProfile(profile, debrief(), () => initialized());
    expect(wrong.findings[0]?.rule).to.equal("context_statement_ref");
    // A chain of references that leads back to itself ends.
    expect(validateAgainstProfile(profile, debrief(), () => debrief()).outcome).to.equal("invalid");
  });

  it("never throws, whatever the value", () => {
    fc.assert(fc.property(fc.anything(), (value) => void validateAgainstProfile(profile, value)));
  });
});
