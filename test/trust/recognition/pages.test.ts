import { expect } from "chai";
import { bundledContexts, contexts } from "../../../src/standards/vc/index.js";
import {
  anInstallation,
  board,
  didOf,
  issuerDid,
  subject,
  terms,
  withBelmora,
  type Installation,
} from "./an-installation.js";

describe("what an authority shows", () => {
  let here: Installation;
  let url: string;
  before(async () => {
    here = await anInstallation();
    await withBelmora(here);
    const agreement = await here.recognition.grant(board, subject, terms);
    url = `/recognitions/${(await here.issuing.all(agreement))[0]!.id}`;
    const from = Date.parse("2027-01-01T00:00:00Z");
    await here.recognition.listIssuer("belmora", {
      ...{ did: `did:web:localhost%3A${new URL(here.origin).port}:academies:south`, name: "South", from },
    });
  });
  after(() => here.close());

  const get = (path: string, accept = "text/html") => fetch(`${here.origin}${path}`, { headers: { accept } });
  const ask = async (path: string, body: unknown) => {
    const response = await fetch(`${here.origin}/trqp${path}`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
    });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      body: (await response.json()) as Record<string, unknown>,
    };
  };

  it("is a page of what it recognises, as what, and every decision", async () => {
    const html = await (await get("/authorities/belmora")).text();
    for (const said of [
      "Recognised in part",
      "Belmoran Level 4",
      "an interview on",
      "Decided by Board",
      "South",
    ])
      expect(html, said).to.include(said);
    expect(await (await get("/authorities/council")).text()).to.include("Root of trust");
    expect((await get("/authorities/nobody")).status).to.equal(404);
  });
  it("is a page of each recognition, and exactly what was signed for programs", async () => {
    const html = await (await get(url)).text();
    expect(html).to.include("Belmoran Certificate in Policing Ethics").and.include(issuerDid);
    const signed = await get(url, "application/vc");
    expect(signed.headers.get("content-type")).to.equal("application/vc");
    expect(await signed.json()).to.include({ id: `${here.origin}${url}` });
    expect((await get("/recognitions/0197b4de-0000-7000-8000-000000000001")).status).to.equal(404);
    expect(
      (await get("/recognitions/0197b4de-0000-7000-8000-000000000001", "application/json")).status,
    ).to.equal(404);
  });
  it("is the context that never changes, also under this installation", async () => {
    const served = await get("/contexts/recognition/v1", "application/ld+json");
    expect(await served.json()).to.deep.equal(bundledContexts.get(contexts.policeRecognition));
    expect(served.headers.get("cache-control")).to.include("immutable");
  });
  it("is a signed list of who issues in its jurisdiction", async () => {
    const document = (await (await get("/issuers.json")).json()) as { lists: Record<string, unknown>[] };
    const [list] = document.lists;
    expect(list).to.include({ type: "IssuerList", issuer: didOf(here, "belmora") });
    expect((list!.issuers as { name: string }[]).map(({ name }) => name)).to.deep.equal(["South"]);
  });
  it("answers a trust registry's question about recognition, of a moment in the past too", async () => {
    const query = {
      ...{ authority_id: didOf(here, "belmora"), entity_id: issuerDid },
      ...{ action: "recognise", resource: subject.achievementId },
    };
    const plain = await ask("/recognition", query);
    expect(plain.status).to.equal(200);
    expect(plain.body).to.deep.equal({
      ...query,
      recognized: true,
      time_evaluated: "2027-03-14T10:00:00.000Z",
    });
    const context = { time: "2026-12-31T23:59:59Z" };
    const past = await ask("/recognition", { ...query, context });
    expect(past.body).to.include({ recognized: false, time_requested: context.time });
    expect(past.body.context).to.deep.equal(context);
    const unknown = { context: { as_known_at: "2027-03-14T09:59:59Z" } };
    expect((await ask("/recognition", { ...query, ...unknown })).body.recognized).to.equal(false);
    for (const change of [
      { action: "revoke" },
      { resource: `${subject.achievementId}2` },
      { entity_id: "did:web:x" },
    ])
      expect(
        (await ask("/recognition", { ...query, ...change })).body.recognized,
        JSON.stringify(change),
      ).to.equal(false);
  });
  it("answers who is authorised: an authority by its root, an issuer by its authority", async () => {
    const [council, belmora] = [didOf(here, "council"), didOf(here, "belmora")];
    const mandate = { authority_id: council, entity_id: belmora, action: "recognise", resource: "XB" };
    expect((await ask("/authorization", mandate)).body.authorized).to.equal(true);
    expect((await ask("/authorization", { ...mandate, resource: "XC" })).body.authorized).to.equal(false);
    const early = { ...mandate, context: { time: "2025-12-31T23:59:59Z" } };
    expect((await ask("/authorization", early)).body.authorized).to.equal(false);
    const issue = {
      ...{ authority_id: belmora, entity_id: belmora.replace("authorities:belmora", "academies:south") },
      ...{ action: "issue", resource: `${here.origin}/achievements/x/v1` },
    };
    expect((await ask("/authorization", issue)).body.authorized).to.equal(true);
    const foreign = { ...issue, resource: "https://other.example/achievements/x/v1" };
    expect((await ask("/authorization", foreign)).body.authorized).to.equal(false);
  });
  it("answers for a root what that root itself said, as far as it was known by then, and else no", async () => {
    const others = { name: "Another", jurisdictionName: "elsewhere", demonstration: false };
    await here.recognition.ensureAuthority({ ...others, kind: "root", slug: "league", jurisdictionId: "ZZ" });
    here.roots.push(didOf(here, "league"));
    const mandate = { entity_id: didOf(here, "belmora"), action: "recognise", resource: "XB" };
    const said = async (root: string, context: object = {}) =>
      (await ask("/authorization", { ...mandate, authority_id: didOf(here, root), context })).body.authorized;
    expect(await said("council")).to.equal(true);
    expect(await said("league")).to.equal(false);
    expect(await said("council", { as_known_at: "2027-03-14T09:59:59Z" })).to.equal(false);
  });
  it("recognises nothing, whatever it decided, without a mandate", async () => {
    const place = { name: "Castellan", jurisdictionName: "Castellan", jurisdictionId: "XC" };
    await here.recognition.ensureAuthority({ ...place, slug: "castellan", demonstration: false });
    await here.recognition.grant({ ...board, authority: "castellan" }, subject, terms);
    const query = { entity_id: issuerDid, action: "recognise", resource: subject.achievementId };
    const said = async (slug: string) =>
      (await ask("/recognition", { ...query, authority_id: didOf(here, slug) })).body.recognized;
    expect(await said("belmora")).to.equal(true);
    expect(await said("castellan")).to.equal(false);
  });
  it("answers queries that are none with a problem document", async () => {
    const good = { authority_id: didOf(here, "belmora"), entity_id: "e", action: "a", resource: "r" };
    const without = { ...good, action: undefined };
    for (const [body, status] of [
      [without, 400],
      [{ ...good, context: { time: "2027-03-14T10:00:00+01:00" } }, 400],
      [{ ...good, context: { time: "yesterday" } }, 400],
      [{ ...good, authority_id: "did:web:elsewhere.example" }, 404],
      [[], 400],
    ] as const) {
      const refused = await ask("/recognition", body);
      expect([refused.status, refused.type], JSON.stringify(body)).to.deep.equal([
        status,
        "application/problem+json; charset=utf-8",
      ]);
    }
    const fetched = await fetch(`${here.origin}/trqp/recognition`);
    expect([fetched.status, fetched.headers.get("allow")]).to.deep.equal([405, "POST"]);
  });
});
