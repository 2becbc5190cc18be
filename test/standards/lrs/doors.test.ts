import { createHash } from "node:crypto";
import { expect } from "chai";
import { evidenceLens } from "../../../src/standards/lrs/client.js";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";

const canary = "canary";
const activityId = "https://example.org/activities/watched";
const verb = { id: "http://example.org/verbs/watched" };
const agent = { account: { homePage: "https://tessera.example", name: "trainee-1" } };
const registration = "6a5ab2cc-7d10-4a35-9f3e-1d7b6a1a3e11";
const said = {
  name: { en: `${canary} name` },
  extensions: { "https://example.org/e": `${canary} extension` },
};

/** Every part of a statement that an answer could be made of says the word. */
const telling = (id: string, changes: object = {}): Record<string, unknown> =>
  aStatement({
    ...{
      id,
      actor: { ...agent, name: `${canary} actor` },
      verb: { ...verb, display: { en: `${canary} verb` } },
    },
    object: { id: activityId, definition: said },
    result: { response: `${canary} response` },
    context: {
      registration,
      contextActivities: { parent: [{ id: `${activityId}/parent`, definition: said }] },
    },
    ...changes,
  });

const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
const asText = JSON.stringify(agent);

/** Every way of asking for anything. */
function doors(ids: readonly string[]): string[] {
  const filters = [
    {},
    { agent: asText, related_agents: "true" },
    { verb: verb.id },
    { activity: activityId },
    { activity: `${activityId}/parent`, related_activities: "true" },
    { registration },
    { limit: "1", ascending: "true" },
  ];
  const presentations = ["exact", "ids", "canonical"].flatMap((format) => [
    { format },
    { format, attachments: "true" },
  ]);
  const statements = [
    ...filters,
    ...ids.flatMap((id) => [{ statementId: id }, { voidedStatementId: id }]),
  ].flatMap((one) => presentations.map((shown) => `/xapi/statements?${query({ ...one, ...shown })}`));
  const state = { activityId, agent: asText };
  return [
    ...statements,
    `/xapi/activities?${query({ activityId })}`,
    `/xapi/activities?${query({ activityId: `${activityId}/parent` })}`,
    `/xapi/agents?${query({ agent: asText })}`,
    ...[{}, { registration }].flatMap((more) => [
      `/xapi/activities/state?${query({ ...state, ...more })}`,
      `/xapi/activities/state?${query({ ...state, ...more, stateId: canary })}`,
    ]),
    `/xapi/activities/profile?${query({ activityId })}`,
    `/xapi/activities/profile?${query({ activityId, profileId: canary })}`,
    `/xapi/agents/profile?${query({ agent: asText })}`,
    `/xapi/agents/profile?${query({ agent: asText, profileId: canary })}`,
  ];
}

const documents = [
  `/xapi/activities/state?${query({ activityId, agent: asText, stateId: canary })}`,
  `/xapi/activities/state?${query({ activityId, agent: asText, registration, stateId: canary })}`,
  `/xapi/activities/profile?${query({ activityId, profileId: canary })}`,
  `/xapi/agents/profile?${query({ agent: asText, profileId: canary })}`,
];

/** All that is answered at a door and behind its `more` links, headers too. */
async function answers(lrs: AnLrs, door: string, as: string): Promise<string> {
  let all = "";
  for (let next = door; next !== "";) {
    const answer = await lrs.ask(next, { as });
    const text = await answer.text();
    all += `${JSON.stringify([...answer.headers])}\n${text}`;
    // What a client asked for itself stands in the link.
    next = /"more":"((?:[^"\\]|\\.)+)"/.exec(text)?.[1] ?? "";
  }
  return all;
}

describe("every way out of the record store", () => {
  let lrs: AnLrs;
  const formative = "11111111-1111-4111-8111-111111111111";
  const voided = "22222222-2222-4222-8222-222222222222";
  const foreign = "33333333-3333-4333-8333-333333333333";
  const ids = [formative, voided, foreign];

  const send = async (method: "POST" | "PUT", path: string, body: unknown, as = "all"): Promise<number> => {
    const headers = { "If-None-Match": "*" };
    const init = { method, body: JSON.stringify(body), as, ...(method === "PUT" ? { headers } : {}) };
    return (await lrs.ask(path, init)).status;
  };

  /** Learning, and all that another academy has. */
  async function fill(): Promise<void> {
    const content = Buffer.from(`${canary} content`);
    const sha2 = createHash("sha256").update(content).digest("hex");
    const usage = {
      usageType: "http://example.org/usage",
      display: { en: canary },
      contentType: "text/plain",
    };
    await lrs.lrs.append(lrs.tenant, {
      text: JSON.stringify([
        telling(formative, { attachments: [{ ...usage, length: content.length, sha2 }] }),
        telling(voided),
      ]),
      authority: { mbox: "mailto:tool@tessera.example" },
      class: "formative",
      attachments: [{ sha2, content }],
    });
    // Evidence that refers to it is seen, and tells nothing of it.
    const voids = { id: "http://adlnet.gov/expapi/verbs/voided" };
    for (const [id, by] of [
      [voided, voids],
      [formative, { id: "http://example.org/verbs/confirmed" }],
    ] as const)
      expect(
        await send(
          "POST",
          "/xapi/statements",
          aStatement({ verb: by, object: { objectType: "StatementRef", id } }),
        ),
      ).to.equal(200);
    expect(await send("POST", "/xapi/statements", telling(foreign), "stranger")).to.equal(200);
    for (const path of documents)
      expect(await send("PUT", path, { said: `${canary} document` }, "stranger")).to.equal(204);
  }

  it("tells nothing of what is formative, and nothing of another academy", async () => {
    lrs = await anLrs();
    await fill();
    for (const as of ["all", "all reader", "reader", "own", "state", "profile"])
      for (const door of doors(ids)) {
        const told = await answers(lrs, door, as);
        // The names of what is asked for stand in a refusal; what was said of it nowhere.
        expect(told, `${as} ${door}`).not.to.match(
          /canary (name|extension|actor|verb|response|content|document)/,
        );
        expect(told, `${as} ${door}`).not.to.include('["canary"]');
      }
    const own = await answers(lrs, `/xapi/statements?${query({ activity: activityId })}`, "stranger");
    expect(own, "the other academy sees its own").to.include(`${canary} response`);
    for (const path of documents)
      expect(await answers(lrs, path, "stranger")).to.include(`${canary} document`);
    await lrs.stop();
  }).timeout(60_000);

  it("asks the lens: what it does not show is not there, and can't be changed", async () => {
    const hidden = { on: false };
    lrs = await anLrs({
      lens: {
        classesVisibleTo: (client) => (hidden.on ? [] : evidenceLens.classesVisibleTo(client)),
        showsDocuments: (_client, about) => !(hidden.on && about.activity !== `${activityId}/shown`),
      },
    });
    const shown = `/xapi/activities/profile?${query({ activityId: `${activityId}/shown`, profileId: canary })}`;
    const evidence = "44444444-4444-4444-8444-444444444444";
    expect(await send("POST", "/xapi/statements", telling(evidence))).to.equal(200);
    for (const path of [...documents, shown])
      expect(await send("PUT", path, { said: `${canary} document` })).to.equal(204);
    hidden.on = true;
    for (const door of doors([evidence])) {
      const told = await answers(lrs, door, "all");
      expect(told, door).not.to.match(/canary (name|extension|actor|verb|response|content|document)/);
      expect(told, door).not.to.include('["canary"]');
    }
    for (const path of documents) {
      expect((await lrs.ask(path)).status).to.equal(404);
      expect((await lrs.ask(path, { method: "HEAD" })).status).to.equal(404);
      for (const method of ["PUT", "POST"] as const)
        expect(await send(method, path, {}), `${method} ${path}`).to.equal(403);
      expect((await lrs.ask(path, { method: "DELETE" })).status).to.equal(403);
    }
    const all = `/xapi/activities/state?${query({ activityId, agent: asText })}`;
    expect((await lrs.ask(all, { method: "DELETE" })).status).to.equal(403);
    expect(await answers(lrs, shown, "all")).to.include(`${canary} document`);
    hidden.on = false;
    for (const path of documents) expect(await answers(lrs, path, "all")).to.include(`${canary} document`);
    await lrs.stop();
  }).timeout(60_000);

  it("tells nothing of what is formative, whatever a lens would show", async () => {
    lrs = await anLrs({
      lens: { ...evidenceLens, classesVisibleTo: () => ["evidence", "formative"] },
    });
    await fill();
    for (const door of doors(ids)) {
      const told = await answers(lrs, door, "all");
      expect(told, door).not.to.match(/canary (name|extension|actor|verb|response|content|document)/);
    }
    await lrs.stop();
  }).timeout(60_000);

  it("gives no documents to credentials that are for their own statements alone", async () => {
    lrs = await anLrs();
    for (const path of documents) expect((await lrs.ask(path, { as: "own" })).status).to.equal(403);
    await lrs.stop();
  });
});
