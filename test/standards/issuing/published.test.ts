import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { minutes } from "../../../src/foundation/kernel/index.js";
import type { Withdrawal } from "../../../src/standards/issuing/index.js";
import { parseJson, statusBit, type JsonObject } from "../../../src/standards/vc/index.js";
import { aSite, type Site } from "../../foundation/web/site.js";
import { anIssuer, bothValid, origin, verdicts, wanted, type AnIssuer } from "./an-issuer.js";

const didPath = "/academies/north-1/did.json";
const listPath = "/status/north-1-1";
const revoked: Withdrawal = { state: "revoked", step: { step: "revoked", at: 1 }, events: [] };

function encodedList(text: string): string {
  const { credentialSubject } = parseJson(text) as {
    credentialSubject: { encodedList: string };
  } & JsonObject;
  return credentialSubject.encodedList;
}

describe("what an issuer publishes", function () {
  this.timeout(60_000);
  let issuer: AnIssuer;
  let site: Site;
  /** Another process on the same store. */
  let beside: Site;
  beforeEach(async () => {
    issuer = await anIssuer();
    const { routes } = issuer.issuing;
    site = await aSite((app) => app.use(routes), { clock: issuer.clock });
    const others = issuer.another().routes;
    beside = await aSite((app) => app.use(others), { clock: issuer.clock });
  });
  afterEach(async () => {
    await Promise.all([site.close(), beside.close()]);
    await issuer.close();
  });

  describe("as its DID document", () => {
    it("has every key by which it may assert, retired ones too, for every page's scripts", async () => {
      const first = await issuer.issued("a");
      const [key] = await issuer.storage.keys.keysOf(issuer.academy, "credentials");
      await issuer.storage.keys.addKey({
        ...{ ...key!, kid: "retired", generation: 2, retiredAt: 5 },
        publicJwk: { ...key!.publicJwk, x: Buffer.alloc(32, 9).toString("base64url"), d: "canary" },
      });
      const answer = await site.ask(didPath);
      expect(answer.status).to.equal(200);
      expect(answer.headers).to.include({ "access-control-allow-origin": "*", vary: "Accept" });
      expect(answer.headers["cache-control"]).to.equal("public, max-age=60");
      expect(answer.text).not.to.contain("canary");
      const document = parseJson(answer.text);
      expect(document["@context"]).to.deep.equal([
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
      ]);
      expect(document["id"]).to.equal("did:web:tessera.example%3A8443:academies:north-1");
      expect(document["verificationMethod"]).to.have.length(2);
      expect(document["assertionMethod"]).to.have.length(2);
      expect(await verdicts(first.text, answer.text)).to.deep.equal(bothValid);
    });

    it("is there before anything is signed, the same from every process", async () => {
      const [one, other] = await Promise.all([site.ask(didPath), beside.ask(didPath)]);
      expect(one.status).to.equal(200);
      expect(one.text).to.equal(other.text);
      const etag = one.headers.etag ?? "";
      expect(await site.ask(didPath, { headers: { "if-none-match": etag } })).to.include({ status: 304 });
    });

    it("comes by the type that a resolver asks for", async () => {
      const typeFor = async (accept: string): Promise<unknown> =>
        (await site.ask(didPath, { headers: { accept } })).headers["content-type"];
      expect(await typeFor("*/*")).to.equal("application/did+json");
      expect(await typeFor("application/did+ld+json, application/json;q=0.5")).to.equal(
        "application/did+ld+json",
      );
      expect(await typeFor("application/json")).to.equal("application/json");
      expect(await typeFor("text/html")).to.equal("application/did+json");
    });
  });

  describe("as a status list", () => {
    it("is a credential of its own, signed by both proofs, for an hour", async () => {
      await issuer.issued("a");
      const [list, did] = await Promise.all([site.ask(listPath), site.ask(didPath)]);
      expect(list.status).to.equal(200);
      expect(list.headers).to.include({
        "content-type": "application/vc",
        "access-control-allow-origin": "*",
        "cache-control": "public, max-age=60",
      });
      expect(await verdicts(list.text, did.text)).to.deep.equal(bothValid);
      const { proof, ...document } = parseJson(list.text);
      expect(proof).to.have.length(2);
      expect(document).to.deep.equal({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        id: `${origin}${listPath}`,
        type: ["VerifiableCredential", "BitstringStatusListCredential"],
        issuer: "did:web:tessera.example%3A8443:academies:north-1",
        validFrom: "2027-03-14T10:20:30Z",
        validUntil: "2027-03-14T11:20:30Z",
        credentialSubject: {
          id: `${origin}${listPath}#list`,
          type: "BitstringStatusList",
          statusPurpose: "revocation",
          encodedList: encodedList(list.text),
        },
      });
    });

    it("shows a withdrawal at once in every process, and only that one", async () => {
      const records = [await issuer.issued("a"), await issuer.issued("b")] as const;
      const bits = async (at: Site): Promise<boolean[]> => {
        const { text } = await at.ask(listPath);
        return records.map(({ statusIndex }) => statusBit(encodedList(text), statusIndex));
      };
      expect([await bits(site), await bits(beside)]).to.deep.equal([
        [false, false],
        [false, false],
      ]);
      const etag = (await site.ask(listPath)).headers.etag ?? "";
      await issuer.issuing.changeState(records[1].id, () => revoked);
      expect([await bits(beside), await bits(site)]).to.deep.equal([
        [false, true],
        [false, true],
      ]);
      expect(await site.ask(listPath, { headers: { "if-none-match": etag } })).to.include({ status: 200 });
    });

    it("is signed once in ten minutes, whoever asks, and anew after them", async () => {
      await issuer.issued("a");
      const [one, two] = await Promise.all([site.ask(listPath), site.ask(listPath)]);
      expect(one.text).to.equal(two.text);
      issuer.clock.advance(minutes(1));
      const three = await site.ask(listPath);
      expect(three.text).to.equal(one.text);
      const etag = one.headers.etag ?? "";
      // Another process signed at another second; what it says is the same.
      expect(await beside.ask(listPath, { headers: { "if-none-match": etag } })).to.include({ status: 304 });
      issuer.clock.advance(minutes(9));
      const four = await site.ask(listPath, { headers: { "if-none-match": etag } });
      expect(four.status).to.equal(200);
      expect(parseJson(four.text)["validFrom"]).to.equal("2027-03-14T10:30:30Z");
    });

    it("exists from the first reservation, and no other does", async () => {
      expect(await site.ask(listPath)).to.include({ status: 404 });
      await issuer.issuing.reserve(issuer.academy, wanted("a"));
      expect(await site.ask(listPath)).to.include({ status: 200 });
      for (const name of [
        "north-1-2",
        "north-1-0",
        "north-1-01",
        "north-1",
        "north-2-1",
        "__proto__",
        "%00-1",
      ])
        expect((await site.ask(`/status/${name}`)).status, name).to.equal(404);
    });

    it("has the bits that are set, whatever set of places is withdrawn", async () => {
      const places = fc.uniqueArray(fc.oneof(fc.nat(131_071), fc.constantFrom(0, 7, 8, 131_071)), {
        maxLength: 40,
      });
      let number = 1;
      const { storage, issuing, academy } = issuer;
      const example = await issuing.reserve(academy, wanted("example"));
      await fc.assert(
        fc.asyncProperty(places, places, async (set, clear) => {
          number += 1;
          const kept = clear.filter((place) => !set.includes(place));
          for (const [statusIndex, withdrawn] of [
            ...set.map((place) => [place, 1] as const),
            ...kept.map((place) => [place, 0] as const),
            [[...Array(100).keys()].find((place) => ![...set, ...kept].includes(place)) ?? 0, 0] as const,
          ]) {
            const id = `${number}-${statusIndex}`;
            const place = { statusList: `north-1-${number}`, statusIndex, withdrawn };
            await storage.credentials.addCredential({ ...example, ...place, id, cause: id });
          }
          const text = (await issuing.local(`${origin}/status/north-1-${number}`)) ?? "";
          const bytes = gunzipSync(Buffer.from(encodedList(text).slice(1), "base64url"));
          const found = [...bytes].flatMap((byte, at) =>
            [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bit) => (byte & (0x80 >> bit) ? [at * 8 + bit] : [])),
          );
          expect(bytes).to.have.length(16_384);
          expect(found).to.deep.equal(set.toSorted((one, other) => one - other));
          for (const place of set) expect(statusBit(encodedList(text), place)).to.equal(true);
        }),
        { numRuns: 30 },
      );
    });
  });

  it("answers programs, whatever they accept, when there is no such thing or no such way to ask", async () => {
    for (const [path, code] of [
      ["/academies/south/did.json", "issuer_unknown"],
      ["/academies/..%2Fnorth-1/did.json", "issuer_unknown"],
      ["/status/south-1", "status_list_unknown"],
    ] as const) {
      const answer = await site.ask(path, { headers: { accept: "text/html" } });
      expect(answer.status, path).to.equal(404);
      expect(answer.headers["content-type"]).to.match(/^application\/problem\+json/);
      expect(answer.headers["cache-control"]).to.equal("no-store");
      expect(answer.headers["access-control-allow-origin"]).to.equal("*");
      expect(JSON.parse(answer.text)).to.include({ code });
    }
    const posted = await site.ask(didPath, { method: "POST" });
    expect(posted.status).to.equal(405);
    expect(posted.headers["allow"]).to.equal("GET, HEAD, OPTIONS");
    const asked = await site.ask(listPath, { method: "OPTIONS" });
    expect(asked).to.include({ status: 204 });
    expect(asked.headers["access-control-allow-methods"]).to.equal("GET, HEAD");
    expect(await site.ask(didPath, { method: "HEAD" })).to.include({ status: 200, text: "" });
  });

  it("is to be had without the network, by its own URLs and no others", async () => {
    await issuer.issued("a");
    const { issuing } = issuer;
    const did = (await site.ask(didPath)).text;
    expect(await issuing.local(`${origin}${didPath}`)).to.equal(did);
    expect(await issuing.local(`${origin}${listPath}`)).to.equal((await site.ask(listPath)).text);
    // A did:web says https, also where the tool is tried out on http.
    const inDevelopment = issuer.another({ origin: "http://localhost:3000" });
    expect(await inDevelopment.local(`https://localhost:3000${didPath}`)).to.contain(
      "did:web:localhost%3A3000:",
    );
    for (const url of [
      `https://other.example:8443${didPath}`,
      `${origin}.evil.example${didPath}`,
      `${origin}/academies/south/did.json`,
      `${origin}${didPath}?x=1`,
      `${origin}${listPath}#list`,
      `${origin}/status/north-1-2`,
      `${origin}/certificates/1`,
      "",
    ])
      expect(await issuing.local(url), url).to.equal(undefined);
  });
});
