import fc from "fast-check";

/** Arbitrary valid statements: every kind of actor and object, and most optional parts. */

const iri = fc.webUrl({ withFragments: true });
const text = fc.string({ unit: "grapheme" });
const languageMap = fc.dictionary(fc.constantFrom("en", "de-AT", "zh-Hant", "x-own", "sl-rozaj"), text, {
  maxKeys: 3,
});
const extensions = fc.dictionary(iri, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>, { maxKeys: 2 });

const maybe = <T extends Record<string, fc.Arbitrary<unknown>>>(parts: T, required: (keyof T)[] = []) =>
  fc.record(parts, { requiredKeys: required as never[] });

const identifier = fc.oneof(
  fc.record({ mbox: fc.emailAddress().map((address) => `mailto:${address}`) }),
  fc.record({
    mbox_sha1sum: fc.stringMatching(/^[0-9a-fA-F]{40}$/),
  }),
  fc.record({ openid: iri }),
  fc.record({ account: fc.record({ homePage: iri, name: text }) }),
);
const agent = fc
  .tuple(identifier, maybe({ name: text, objectType: fc.constant("Agent") }))
  .map(([id, rest]) => ({ ...rest, ...id }));
/** As an object it has to say what it is: an object without objectType is an Activity. */
const agentObject = agent.map((one) => ({ ...one, objectType: "Agent" }));
const members = fc.array(agent, { minLength: 1, maxLength: 3 });
const group = fc.oneof(
  fc.record({ objectType: fc.constant("Group"), member: members }),
  fc
    .tuple(identifier, maybe({ name: text, member: members }))
    .map(([id, rest]) => ({ objectType: "Group", ...rest, ...id })),
);
const actor = fc.oneof(agent, group);
const verb = maybe({ id: iri, display: languageMap }, ["id"]);

const definition = maybe({
  name: languageMap,
  type: iri,
  moreInfo: iri,
  extensions,
});
const activity = maybe({ objectType: fc.constant("Activity"), id: iri, definition }, ["id"]);
const reference = fc.record({ objectType: fc.constant("StatementRef"), id: fc.uuid() });
const activities = fc.oneof(activity, fc.array(activity, { maxLength: 2 }));

const result = maybe({
  score: maybe({ scaled: fc.double({ min: -1, max: 1, noNaN: true }), raw: fc.integer() }),
  success: fc.boolean(),
  completion: fc.boolean(),
  response: text,
  duration: fc.constantFrom("PT1H", "P1DT2.5S", "P3W", "P0.5Y"),
  extensions,
});
const context = maybe({
  registration: fc.uuid(),
  instructor: actor,
  team: group,
  contextActivities: maybe({
    parent: activities,
    grouping: activities,
    category: activities,
    other: activities,
  }),
  language: fc.constantFrom("en", "pt-BR"),
  statement: reference,
  extensions,
});
const timestamp = fc
  .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());

const plain = { actor, verb, result, context, timestamp };
const subStatement = maybe(
  {
    objectType: fc.constant("SubStatement"),
    ...plain,
    object: fc.oneof(activity, agentObject, group, reference),
  },
  ["objectType", "actor", "verb", "object"],
);

export const validStatement = maybe(
  {
    id: fc.uuid(),
    ...plain,
    object: fc.oneof(activity, agentObject, group, reference, subStatement),
    version: fc.constantFrom("1.0.0", "1.0.3"),
  },
  ["actor", "verb", "object"],
) as fc.Arbitrary<Record<string, unknown>>;
