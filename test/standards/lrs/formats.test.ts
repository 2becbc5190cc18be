import { expect } from "chai";
import fc from "fast-check";
import { inFormat } from "../../../src/standards/lrs/formats.js";
import { matchLanguage } from "../../../src/standards/lrs/languages.js";
import {
  fingerprint,
  statementKeys,
  validateStatement,
  type Statement,
} from "../../../src/standards/xapi/index.js";
import { validStatement } from "../xapi/arbitraries.js";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";

const agent = { objectType: "Agent", name: "Ann", mbox: "mailto:ann@example.org" };
const anonymous = { objectType: "Group", name: "Team", member: [agent] };
const names = { en: "colour", "en-US": "color", de: "Farbe" };
const activity = {
  objectType: "Activity",
  id: "http://a/1",
  definition: {
    name: names,
    interactionType: "choice",
    choices: [{ id: "a", description: names }],
    extensions: { "http://e/1": names },
  },
};
const verb = { id: "http://v/did", display: names };
const whole = {
  actor: anonymous,
  verb,
  object: {
    objectType: "SubStatement",
    actor: agent,
    verb,
    object: activity,
    context: {
      contextActivities: { parent: [activity] },
      contextAgents: [{ objectType: "contextAgent", agent }],
      contextGroups: [{ objectType: "contextGroup", group: { ...anonymous, mbox: "mailto:t@example.org" } }],
    },
  },
};

describe("the format of statements", () => {
  it("ids leaves no more of agents, groups, verbs and activities than tells which they are", () => {
    const only = { objectType: "Agent", mbox: "mailto:ann@example.org" };
    expect(JSON.parse(inFormat(JSON.stringify(whole), "ids"))).to.deep.equal({
      actor: { objectType: "Group", member: [only] },
      verb: { id: verb.id },
      object: {
        objectType: "SubStatement",
        actor: only,
        verb: { id: verb.id },
        object: { id: activity.id },
        context: {
          contextActivities: { parent: [{ id: activity.id }] },
          contextAgents: [{ objectType: "contextAgent", agent: only }],
          contextGroups: [
            { objectType: "contextGroup", group: { objectType: "Group", mbox: "mailto:t@example.org" } },
          ],
        },
      },
    });
  });

  it("canonical leaves one language of each, and extensions and numbers as they are", () => {
    const text = JSON.stringify(whole).replace(
      '"verb":',
      '"result":{"extensions":{"http://e/n":1.00e400}},"verb":',
    );
    const shown = inFormat(text, "canonical", { languages: "fr, de;q=0.5, en;q=0.4" });
    expect(shown).to.include("1.00e400");
    const { object, verb: shownVerb } = JSON.parse(shown) as typeof whole;
    expect(shownVerb.display).to.deep.equal({ de: "Farbe" });
    expect(object.object.definition.name).to.deep.equal({ de: "Farbe" });
    expect(object.object.definition.choices[0]?.description).to.deep.equal({ de: "Farbe" });
    expect(object.object.definition.extensions["http://e/1"]).to.deep.equal(names);
    expect(object.context.contextActivities.parent[0]?.definition.name).to.deep.equal({ de: "Farbe" });
    expect(object.actor).to.deep.equal(agent);
  });

  it("leaves of any statement one that is in order", () => {
    fc.assert(
      fc.property(validStatement, fc.string(), (statement, languages) => {
        const text = JSON.stringify(statement);
        expect(inFormat(text, "exact", { languages })).to.equal(text);
        const canonical = JSON.parse(inFormat(text, "canonical", { languages })) as Statement;
        expect(validateStatement(canonical)).to.deep.equal([]);
        expect(fingerprint(canonical)).to.equal(fingerprint(JSON.parse(text) as Statement));
        const ids = JSON.parse(inFormat(text, "ids", { languages })) as Statement;
        expect(validateStatement(ids)).to.deep.equal([]);
        expect(statementKeys(ids).activities).to.deep.equal(statementKeys(canonical).activities);
        expect(ids.result).to.deep.equal(canonical.result);
      }),
      { numRuns: 200 },
    );
  });

  it("chooses a language as the reader likes it", () => {
    const tags = ["de", "en-US", "en", "zh-Hant-TW"];
    const cases: readonly [string | undefined, string][] = [
      ["en", "en"],
      ["EN-us", "en-US"],
      ["en-GB", "en"],
      ["zh", "zh-Hant-TW"],
      ["fr;q=1, en-US;q=0.2, de;q=0.3", "de"],
      ["en;q=0, zh-Hant", "zh-Hant-TW"],
      ["*", "de"],
      ["fr", "de"],
      ["de;q=x, en", "en"],
      [undefined, "de"],
      ["", "de"],
    ];
    for (const [header, expected] of cases) expect(matchLanguage(tags, header), header).to.equal(expected);
    expect(matchLanguage([], "en")).to.equal(undefined);
  });

  describe("asked for over HTTP", () => {
    let lrs: AnLrs;
    before(async () => void (lrs = await anLrs()));
    after(() => lrs.stop());

    it("holds for one statement and for many, and single context activities come back as lists", async () => {
      const statement = aStatement({
        verb,
        context: { contextActivities: { parent: activity, other: [activity] } },
      });
      const sent = await lrs.ask("/xapi/statements", { method: "POST", body: JSON.stringify(statement) });
      const [id = ""] = (await sent.json()) as string[];
      const one = await lrs.ask(`/xapi/statements?statementId=${id}&format=ids`);
      expect(await one.json()).to.deep.include({ verb: { id: verb.id } });
      const headers = { "Accept-Language": "de" };
      const many = await lrs.ask("/xapi/statements?format=canonical", { headers });
      expect(many.headers.get("vary")).to.include("Accept-Language");
      const { statements } = (await many.json()) as { statements: { verb: typeof verb }[] };
      expect(statements[0]?.verb.display).to.deep.equal({ de: "Farbe" });
      const exact = await lrs.ask(`/xapi/statements?statementId=${id}`);
      expect(await exact.json()).to.deep.include({
        verb,
        context: { contextActivities: { parent: [activity], other: [activity] } },
      });
    });

    it("canonical shows what all statements together say of an activity, in the reader's language", async () => {
      const id = "https://example.org/activities/canonical";
      const inOther = "https://example.org/activities/other";
      const store = async (changes: object): Promise<string> => {
        const body = JSON.stringify(aStatement(changes as Record<string, unknown>));
        lrs.clock.advance(5);
        return ((await (await lrs.ask("/xapi/statements", { method: "POST", body })).json()) as [string])[0];
      };
      const definition = { name: { en: "old", fr: "vieux" }, moreInfo: "https://example.org/old" };
      const old = await store({ object: { id, definition } });
      const bare = await store({ object: { id } });
      await store({
        object: { id: inOther },
        context: {
          contextActivities: {
            parent: [{ id, definition: { name: { en: "new", de: "neu" }, type: "https://example.org/t" } }],
          },
        },
      });
      const shown = async (statementId: string, language: string): Promise<unknown> => {
        const headers = { "Accept-Language": language };
        const path = `/xapi/statements?format=canonical&statementId=${statementId}`;
        return ((await (await lrs.ask(path, { headers })).json()) as { object: unknown }).object;
      };
      const joined = { moreInfo: "https://example.org/old", type: "https://example.org/t" };
      for (const one of [old, bare]) {
        expect(await shown(one, "en")).to.deep.include({
          id,
          definition: { ...joined, name: { en: "new" } },
        });
        expect(await shown(one, "fr")).to.deep.include({
          id,
          definition: { ...joined, name: { fr: "vieux" } },
        });
        expect(await shown(one, "de")).to.deep.include({
          id,
          definition: { ...joined, name: { de: "neu" } },
        });
      }
      const exact = await (await lrs.ask(`/xapi/statements?statementId=${bare}`)).json();
      expect((exact as { object: unknown }).object).to.deep.equal({ id });
    });

    it("canonical says nothing that the asker may not see", async () => {
      const id = "https://example.org/activities/guarded";
      const definition = { name: { en: "an answer" } };
      await lrs.lrs.append(lrs.tenant, {
        text: JSON.stringify(aStatement({ object: { id, definition } })),
        authority: { mbox: "mailto:tool@tessera.example" },
        class: "formative",
      });
      const own = async (as: string): Promise<unknown> => {
        const body = JSON.stringify(aStatement({ object: { id } }));
        lrs.clock.advance(5);
        const [statementId = ""] = (await (
          await lrs.ask("/xapi/statements", { method: "POST", body, as })
        ).json()) as string[];
        const path = `/xapi/statements?format=canonical&statementId=${statementId}`;
        return ((await (await lrs.ask(path, { as })).json()) as { object: unknown }).object;
      };
      expect(await own("all"), "formative").to.deep.equal({ id });
      const body = JSON.stringify(aStatement({ object: { id, definition: { name: { en: "ours" } } } }));
      await lrs.ask("/xapi/statements", { method: "POST", body });
      expect(await own("all")).to.deep.equal({ id, definition: { name: { en: "ours" } } });
      expect(await own("stranger"), "another academy's").to.deep.equal({ id });
      expect(await own("own"), "another client's").to.deep.equal({ id });
    });
  });
});
