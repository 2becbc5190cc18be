import { expect } from "chai";
import fc from "fast-check";
import {
  fingerprint,
  instantOf,
  statementKeys,
  validateStatement,
  type Statement,
} from "../../../src/standards/xapi/index.js";
import { validStatement } from "./arbitraries.js";

const base = {
  actor: { mbox: "mailto:a@example.org" },
  verb: { id: "http://v/did" },
  object: { id: "http://a/1" },
};
const withPart = (part: object): unknown => ({ ...base, ...part });
const findings = (value: unknown) => validateStatement(value).map(({ path, rule }) => `${path} ${rule}`);
const definition = (part: object) => withPart({ object: { id: "http://a/1", definition: part } });
const sub = (part: object) => ({ objectType: "SubStatement", ...base, ...part });

describe("statement validation", () => {
  it("takes every valid statement", () => {
    fc.assert(
      fc.property(validStatement, (statement) => void expect(validateStatement(statement)).to.deep.equal([])),
      { numRuns: 500 },
    );
  });

  it("refuses null in any place but extensions", () => {
    const places = (value: unknown, path: string[] = []): string[][] =>
      typeof value !== "object" || value === null
        ? [path]
        : [
            path,
            ...Object.entries(value).flatMap(([k, v]) => (k === "extensions" ? [] : places(v, [...path, k]))),
          ];
    fc.assert(
      fc.property(validStatement, fc.nat(), (statement, pick) => {
        const all = places(statement);
        const path = all[pick % all.length]!;
        const broken = structuredClone({ statement }) as Record<string, unknown>;
        let holder = broken as Record<string, Record<string, unknown>>;
        const whole = ["statement", ...path];
        for (const step of whole.slice(0, -1)) holder = holder[step] as never;
        (holder as Record<string, unknown>)[whole.at(-1)!] = null;
        expect(validateStatement(broken["statement"])).to.not.deep.equal([]);
      }),
    );
  });

  it("refuses an unknown or miscased property of the statement and of each of its parts", () => {
    fc.assert(
      fc.property(
        validStatement,
        fc.constantFrom("Id", "actorr", "__proto__", "constructor"),
        (statement, name) => {
          for (const part of ["", "actor", "verb", "object", "context", "result"]) {
            const broken = JSON.parse(JSON.stringify(statement)) as Record<string, unknown>;
            const holder = (part === "" ? broken : broken[part]) as object | undefined;
            if (holder === undefined) continue;
            Object.defineProperty(holder, name, { value: 1, enumerable: true });
            expect(findings(broken).join()).to.include("property_unknown");
          }
        },
      ),
    );
  });

  it("never throws, whatever the value", () => {
    fc.assert(fc.property(fc.anything(), (value) => void validateStatement(value)));
  });

  const refused: [string, unknown, string][] = [
    ["no statement", "x", "$ not_an_object"],
    ["a missing actor", { ...base, actor: undefined }, "$.actor not_an_object"],
    ["an actor without identifier", withPart({ actor: { name: "x" } }), "$.actor identifier_missing"],
    [
      "two identifiers",
      withPart({ actor: { mbox: "mailto:a@b.c", openid: "http://o" } }),
      "$.actor identifiers_many",
    ],
    ["a mail address without scheme", withPart({ actor: { mbox: "a@b.c" } }), "$.actor.mbox mbox_malformed"],
    ["a short digest", withPart({ actor: { mbox_sha1sum: "abc" } }), "$.actor.mbox_sha1sum sha1_malformed"],
    [
      "an account without home page",
      withPart({ actor: { account: { name: "x" } } }),
      "$.actor.account.homePage property_missing",
    ],
    [
      "members without the word Group",
      withPart({ actor: { mbox: "mailto:a@b.c", member: [] } }),
      "$.actor.member property_unknown",
    ],
    [
      "an anonymous group without members",
      withPart({ actor: { objectType: "Group" } }),
      "$.actor members_missing",
    ],
    [
      "a group in a group",
      withPart({ actor: { objectType: "Group", member: [{ objectType: "Group", mbox: "mailto:a@b.c" }] } }),
      "$.actor.member[0].objectType value_unknown",
    ],
    ["a relative verb", withPart({ verb: { id: "did" } }), "$.verb.id iri_malformed"],
    [
      "a malformed language",
      withPart({ verb: { id: "http://v", display: { "a-very-wrong_tag": "x" } } }),
      '$.verb.display["a-very-wrong_tag"] language_malformed',
    ],
    [
      "an unknown kind of object",
      withPart({ object: { objectType: "activity", id: "http://a" } }),
      "$.object.objectType value_unknown",
    ],
    [
      "components without interactionType",
      definition({ choices: [] }),
      "$.object.definition.interactionType interaction_type_missing",
    ],
    [
      "two components of one id",
      definition({ interactionType: "choice", choices: [{ id: "a" }, { id: "a" }] }),
      "$.object.definition.choices[1].id duplicate_component",
    ],
    [
      "a sub-statement in another",
      withPart({ object: sub({ object: sub({}) }) }),
      "$.object.object sub_statement_nested",
    ],
    [
      "a sub-statement with an id",
      withPart({ object: sub({ id: "11111111-1111-4111-8111-111111111111" }) }),
      "$.object.id property_unknown",
    ],
    [
      "a score out of range",
      withPart({ result: { score: { scaled: 1.1 } } }),
      "$.result.score.scaled out_of_range",
    ],
    ["min above max", withPart({ result: { score: { min: 2, max: 1 } } }), "$.result.score.min out_of_range"],
    [
      "a raw score below min",
      withPart({ result: { score: { min: 2, raw: 1 } } }),
      "$.result.score.raw out_of_range",
    ],
    ["a number as text", withPart({ result: { score: { raw: "1" } } }), "$.result.score.raw not_a_number"],
    ["a truth as text", withPart({ result: { success: "true" } }), "$.result.success not_a_boolean"],
    ["weeks with days", withPart({ result: { duration: "P1W1D" } }), "$.result.duration duration_malformed"],
    ["an empty duration", withPart({ result: { duration: "P" } }), "$.result.duration duration_malformed"],
    [
      "a relative extension",
      withPart({ result: { extensions: { x: 1 } } }),
      "$.result.extensions.x iri_malformed",
    ],
    [
      "a registration that is none",
      withPart({ context: { registration: "1" } }),
      "$.context.registration uuid_malformed",
    ],
    [
      "an agent as team",
      withPart({ context: { team: { mbox: "mailto:a@b.c" } } }),
      "$.context.team.objectType property_missing",
    ],
    [
      "a platform about an agent",
      withPart({ object: { objectType: "Agent", mbox: "mailto:a@b.c" }, context: { platform: "x" } }),
      "$.context.platform object_not_an_activity",
    ],
    ["a day that is not", withPart({ timestamp: "2026-02-29T00:00:00Z" }), "$.timestamp timestamp_malformed"],
    [
      "a zone that says nothing",
      withPart({ timestamp: "2026-02-28T00:00:00-00:00" }),
      "$.timestamp timestamp_malformed",
    ],
    ["version 2", withPart({ version: "2.0.0" }), "$.version version_unsupported"],
    [
      "an authority of three",
      withPart({
        authority: { objectType: "Group", member: [1, 2, 3].map((n) => ({ mbox: `mailto:${n}@b.c` })) },
      }),
      "$.authority authority_group_malformed",
    ],
    [
      "voiding an activity",
      withPart({ verb: { id: "http://adlnet.gov/expapi/verbs/voided" } }),
      "$.object voiding_object_malformed",
    ],
    [
      "an attachment of a negative length",
      withPart({
        attachments: [
          { usageType: "http://u", display: {}, contentType: "a/b", length: -1, sha2: "a".repeat(64) },
        ],
      }),
      "$.attachments[0].length not_a_whole_number",
    ],
  ];
  for (const [what, value, finding] of refused)
    it(`refuses ${what}`, () => expect(findings(value)).to.deep.equal([finding]));

  it("reads the instant that a timestamp names", () => {
    expect(instantOf("2026-11-21T10:30:00.25+01:30")).to.equal(Date.parse("2026-11-21T09:00:00.250Z"));
    expect(instantOf("2026-11-21T09:00:00")).to.equal(Date.parse("2026-11-21T09:00:00Z"));
    expect(instantOf("0026-01-01T00:00:00Z")).to.equal(Date.parse("0026-01-01T00:00:00Z"));
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(8e12), noInvalidDate: true }), (date) => {
        expect(instantOf(date.toISOString())).to.equal(date.getTime());
      }),
    );
  });
});

describe("statement equality", () => {
  const same = (one: unknown, other: unknown) =>
    fingerprint(one as Statement) === fingerprint(other as Statement);

  it("leaves out what an LRS assigns, attachments, displays and definitions", () => {
    fc.assert(
      fc.property(validStatement, (statement) => {
        const changed = {
          ...statement,
          id: "11111111-1111-4111-8111-111111111111",
          stored: "2026-01-01T00:00:00Z",
          timestamp: "2026-01-01T00:00:00Z",
          authority: { mbox: "mailto:x@y.z" },
          version: "1.0.1",
          attachments: [],
          verb: { ...(statement["verb"] as object), display: { en: "other" } },
        };
        expect(same(statement, changed)).to.equal(true);
        expect(same(statement, JSON.parse(JSON.stringify(statement)))).to.equal(true);
      }),
    );
  });

  it("tells statements apart by anything else", () => {
    fc.assert(
      fc.property(validStatement, (statement) => {
        for (const part of [
          { verb: { id: "http://other/verb" } },
          { result: { response: "\u0000other" } },
          { actor: { mbox: "mailto:other@other.other" } },
        ])
          expect(same(statement, { ...statement, ...part })).to.equal(false);
      }),
    );
  });

  it("evens out what may be written in several ways", () => {
    const pairs: [object, object][] = [
      [
        { actor: { mbox: "mailto:a@EXAMPLE.org" } },
        { actor: { objectType: "Agent", mbox: "mailto:a@example.org" } },
      ],
      [
        { object: { id: "http://a/1", definition: { name: { en: "x" } } } },
        { object: { objectType: "Activity", id: "http://a/1" } },
      ],
      [
        { context: { contextActivities: { parent: { id: "http://p" } } } },
        { context: { contextActivities: { parent: [{ id: "http://p" }] } } },
      ],
      [
        { actor: { objectType: "Group", member: [{ mbox: "mailto:a@b.c" }, { mbox: "mailto:d@e.f" }] } },
        { actor: { objectType: "Group", member: [{ mbox: "mailto:d@e.f" }, { mbox: "mailto:a@b.c" }] } },
      ],
      [
        { object: sub({ timestamp: "2026-01-01T01:00:00+01:00" }) },
        { object: sub({ timestamp: "2026-01-01T00:00:00.000Z" }) },
      ],
      [{ result: { duration: "PT1.234S" } }, { result: { duration: "PT1.23S" } }],
    ];
    for (const [one, other] of pairs) expect(same(withPart(one), withPart(other))).to.equal(true);
    expect(
      same(withPart({ actor: { mbox: "mailto:A@b.c" } }), withPart({ actor: { mbox: "mailto:a@b.c" } })),
    ).to.equal(false);
    expect(
      same(withPart({ result: { duration: "PT60S" } }), withPart({ result: { duration: "PT1M" } })),
    ).to.equal(false);
  });
});

describe("statement keys", () => {
  it("hold each agent and activity where a query looks for it", () => {
    const keys = statementKeys({
      actor: { objectType: "Group", mbox: "mailto:g@B.C", member: [{ mbox: "mailto:m@b.c" }] },
      verb: { id: "http://v" },
      object: {
        objectType: "SubStatement",
        actor: { openid: "http://inner" },
        verb: { id: "http://w" },
        object: { id: "http://a/inner" },
        context: { contextActivities: { other: { id: "http://a/other" } } },
      },
      context: {
        registration: "ABCDEFAB-1111-4111-8111-111111111111",
        instructor: { account: { homePage: "http://h", name: "i" } },
        contextActivities: { category: [{ id: "http://a/category" }] },
      },
      authority: { openid: "http://authority" },
    });
    const instructor = 'account:["http://h","i"]';
    expect(keys.agents).to.have.members(["mbox:mailto:g@b.c", "mbox:mailto:m@b.c"]);
    expect(keys.relatedAgents).to.have.members([
      ...keys.agents,
      instructor,
      "openid:http://inner",
      "openid:http://authority",
    ]);
    expect(keys.activities).to.deep.equal([]);
    expect(keys.relatedActivities).to.have.members(["http://a/inner", "http://a/other", "http://a/category"]);
    expect(keys.registration).to.equal("abcdefab-1111-4111-8111-111111111111");
    expect(keys.authority).to.equal("openid:http://authority");
    expect(keys).to.not.have.property("refersTo");
  });
});
