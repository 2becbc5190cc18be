import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { createKeyRotation } from "../src/foundation/keys/index.js";
import { ed25519, secure, type JsonObject } from "../src/standards/vc/index.js";
import type { Storage } from "../src/storage/index.js";
import { roomsBeside } from "./kit/beside-tool.js";
import { until } from "./kit/chromium.js";
import { fixedAt } from "./kit/clock.js";
import { pause } from "./kit/kill-harness.js";
import { aTool, type Tool } from "./kit/tool.js";
import { aReceiver } from "./standards/lrs/forwarding/a-receiver.js";
import { aHolder } from "./trust/verification/a-holder.js";
import { aCertificate, aDidKey, today } from "./trust/verification/a-stranger.js";
import { doorAt, inShort } from "./trust/verification/a-verifier.js";

const clock = fixedAt(new Date(today).toISOString());

describe("a running tool", function () {
  this.timeout(60_000);
  let tool: Tool;
  before(async () => {
    tool = await aTool({ clock });
  });
  after(() => tool.close());

  const ask = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${tool.origin}${path}`, { headers, redirect: "manual" });
  const door = () => doorAt(tool.config.port);

  it("leads from its first address to the sandbox LMS", async () => {
    expect((await ask("/")).headers.get("location")).to.equal(tool.sandboxOrigin);
    expect(tool.app.address).to.equal(tool.sandboxOrigin);
    expect(tool.log()).not.to.include("no platform is registered");
  });

  it("answers about its log as data, to browsers too", async () => {
    const answer = await ask("/log/entries?from=5&to=1", { accept: "text/html" });
    expect(answer.status).to.equal(400);
    expect(answer.headers.get("content-type")).to.match(/^application\/problem\+json/);
  });

  it("says its version to a record store's client that names none", async () => {
    expect((await ask("/xapi/about")).headers.get("x-experience-api-version")).to.equal("1.0.3");
    const other = await aTool({ clock, settings: { TESSERA_XAPI_VERSION: "2.0.0" } });
    const { headers } = await fetch(`${other.origin}/xapi/about`);
    await other.close();
    expect(headers.get("x-experience-api-version")).to.equal("2.0.0");
  });

  it("vouches for a statement by its client's account at its own address", async () => {
    const { base, close } = await roomsBeside(tool, clock);
    const tenant = await base.directory.chooseAcademy("northgate");
    const { key, secret } = await base.directory.apiClients.add({ tenant, name: "Body", scopes: ["all"] });
    const headers = {
      Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
      ...{ "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json" },
    };
    const statement = {
      actor: { mbox: "mailto:a@example.org" },
      verb: { id: "https://example.org/verbs/passed" },
      object: { id: "https://example.org/activities/one" },
    };
    const url = `${tool.origin}/xapi/statements`;
    const posted = await fetch(url, { method: "POST", headers, body: JSON.stringify(statement) });
    const [id = ""] = (await posted.json()) as string[];
    const { authority } = (await (await fetch(`${url}?statementId=${id}`, { headers })).json()) as {
      authority: object;
    };
    await close();
    expect(authority).to.deep.equal({
      ...{ objectType: "Agent", name: "Body", account: { homePage: tool.origin, name: key } },
    });
  });

  it("is shown a certificate by its holder once, whatever they are called", async () => {
    const [holder, issuer] = [aHolder(), aDidKey()];
    const { credentialSubject, ...rest } = aCertificate(issuer.did);
    const subject = { ...(credentialSubject as JsonObject), id: holder.did };
    const certificate = await secure({ ...rest, credentialSubject: subject }, issuer.key, today);
    const made = await fetch(`${tool.origin}/verify/challenges`, { method: "POST" });
    const { challenge, domain } = (await made.json()) as Record<"challenge" | "domain", string>;
    expect(domain).to.equal(tool.origin);
    const text = holder.present(certificate, { challenge, domain });
    const shown = inShort(await door().ofText(text));
    expect(shown).to.include({ unaltered: "yes bothMatch", holder: "yes presented" });
    expect(shown.issuer).to.equal("unknown notListed");
    expect(inShort(await door().ofText(text)).holder).to.equal("no replayed");
    const again = (await (await fetch(`${tool.origin}/verify/challenges`, { method: "POST" })).json()) as {
      challenge: string;
    };
    const another = holder.present(certificate, { challenge: again.challenge, domain });
    expect(inShort(await door().ofText(another)).holder).to.equal("yes presented");
  });

  it("takes nobody for its own academy who only has the same name elsewhere", async () => {
    const did = "did:web:localhost%3A1:northgate";
    const jwk = { ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) };
    const signed = await secure(aCertificate(did), ed25519.proofKeyFrom(jwk, `${did}#key-1`), today);
    expect(inShort(await door().ofText(JSON.stringify(signed))).issuer).to.equal("unknown notListed");
  });

  it("signs for each academy by keys of its own, and goes on believing those that are retired", async () => {
    const { base, ground, close } = await roomsBeside(tool, clock);
    const here = await base.directory.chooseAcademy("northgate");
    const there = await base.directory.ensureAcademy({
      ...{ slug: "southgate", name: "Southgate", jurisdictionId: "XA", demonstration: true },
    });
    const keysOf = async (slug: string): Promise<string[]> => {
      const document = (await (await ask(`/academies/${slug}/did.json`)).json()) as {
        verificationMethod: { publicKeyMultibase: string }[];
      };
      return document.verificationMethod.map(({ publicKeyMultibase }) => publicKeyMultibase);
    };
    for (const academy of [here, there]) await ground.issuing.sealManifest(academy, { type: "Manifest" });
    const [own, other] = [await keysOf("northgate"), await keysOf("southgate")];
    expect([own.length, other.length]).to.deep.equal([1, 1]);
    expect(own).not.to.deep.equal(other);
    await createKeyRotation(ground.keyRings).rotate(
      { tenant: here, keySet: "certificates", alg: "EdDSA" },
      true,
    );
    await close();
    expect(await keysOf("northgate")).to.have.length(2);
    expect(await keysOf("southgate")).to.deep.equal(other);
  });

  it("trusts the demonstration's root in a demonstration alone", async () => {
    const belmora = async (demonstration: boolean): Promise<string | undefined> => {
      const config = { ...tool.config, demonstration };
      const { ground, recognition, close } = await roomsBeside({ ...tool, config }, clock);
      const [agreement] = await recognition.agreements("belmora");
      const { achievementId, issuerDid } = agreement!;
      const answers = await recognition.about({ achievementId, issuerDid, on: clock.now() });
      await close();
      expect(ground.log.origin).to.include("localhost");
      return answers.find(({ jurisdiction }) => jurisdiction === "XB")?.reason;
    };
    expect(await belmora(true)).to.equal("partial");
    expect(await belmora(false)).to.equal("mandate-missing");
  });

  it("lets in any number of logins where it is told to", async () => {
    const open = await aTool({ clock, settings: { TESSERA_LOGINS_A_MINUTE: "0" } });
    const status = async () => (await fetch(`${open.origin}/lti/login`)).status;
    const statuses = [await status(), await status()];
    await open.close();
    expect(statuses).to.deep.equal([400, 400]);
  });
});

describe("a tool that stops", function () {
  this.timeout(60_000);

  it("is ready while its store answers and its keys open, and no longer once it drains", async () => {
    const fault: { of?: "store" | "keys" } = {};
    const gone = () => Promise.reject(new TypeError("the power went"));
    const tool = await aTool({
      clock,
      through: (storage): Storage => ({
        ...storage,
        ping: () => (fault.of === "store" ? gone() : storage.ping()),
        keys: {
          ...storage.keys,
          keysOf: (...of) => (fault.of === "keys" ? gone() : storage.keys.keysOf(...of)),
        },
      }),
    });
    const status = async () => (await fetch(`${tool.origin}/readyz`)).status;
    const told = [await status()];
    for (const of of ["store", "keys"] as const) {
      fault.of = of;
      told.push(await status());
    }
    delete fault.of;
    told.push(await status());
    tool.app.drain();
    told.push(await status(), (await fetch(`${tool.origin}/healthz`)).status);
    await tool.close();
    expect(told).to.deep.equal([200, 503, 503, 200, 503, 200]);
  });

  it("ends what it began: nothing asks its store any more", async () => {
    const tool = await aTool({ clock, running: true });
    await tool.close();
    // Forwarding looks each second, the outbox at least as often.
    await pause(1500);
    expect(tool.log()).not.to.match(/"level":(40|50)/);
  });

  it("cuts off whoever keeps it waiting", async () => {
    const slow = await aReceiver();
    let cut = 0;
    slow.behave((_came, res) => void res.once("close", () => (cut += 1)));
    const tool = await aTool({ clock });
    const looking = doorAt(tool.config.port).ofUrl(`${slow.address}/certificate`);
    await until("the question", () => Promise.resolve(slow.came.length > 0 || undefined), 10_000);
    await tool.app.stop(0);
    await until("the end of it", () => Promise.resolve(cut > 0 || undefined), 2000);
    expect((await looking).status).to.be.above(399);
    await tool.close();
    await slow.stop();
  });
});
