import { expect } from "chai";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import {
  canonicalJson,
  digestMultibase,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import type { RecognitionSource } from "../../../src/trust/recognition/index.js";
import {
  createResolver,
  makeBundle,
  ownHistory,
  readTrust,
  VerificationError,
} from "../../../src/trust/verification/index.js";
import { createOutbound } from "../../../src/foundation/outbound/index.js";
import { aCertificate, anOffice, type Office } from "../certificates/an-office.js";
import { aVerifier } from "./a-verifier.js";

type Issued = Awaited<ReturnType<typeof aCertificate>>;

describe("an offline bundle", function () {
  this.timeout(60_000);
  let office: Office;
  let issued: Issued;
  let bundle: string;
  let logKeys: string[];
  let didDocument: JsonObject;
  const castellan: RecognitionSource = {
    about: ({ on }) =>
      Promise.resolve([
        { jurisdiction: "XC", name: "Castellan", answer: "no", reason: "none", asOf: on },
        { jurisdiction: "XB", name: "Belmora", answer: "yes", reason: "partial", asOf: on },
      ]),
  };
  before(async () => {
    office = await anOffice();
    issued = await aCertificate(office);
    const { certificates, issuing, log, clock, origin, tenant } = office;
    const url = `${origin}/certificates/${issued.id}`;
    const noted = canonicalJson({ digestMultibase: digestMultibase(issued.text), id: url });
    await log.append({
      ...{ kind: "credential", subject: url, key: `credential ${url}`, at: clock.now(), content: noted },
    });
    const outbound = createOutbound({ allowPrivate: true, userAgent: "Tessera/test" });
    const resolver = createResolver({
      ...{ origin, outbound, clock, allowPrivate: true },
      local: async (at) => (await issuing.local(at)) ?? certificates.local(at),
    });
    const deps = { certificates, issuing, log, resolver, recognition: castellan, clock };
    bundle = (await makeBundle(issued.id, deps))!;
    expect(await makeBundle("00000000-0000-7000-8000-000000000000", deps)).to.equal(undefined);
    logKeys = await log.keys();
    didDocument = JSON.parse((await issuing.local(documentUrl(await issuing.didOf(tenant))))!) as JsonObject;
    await outbound.close();
  });
  after(() => office.close());
  const documentUrl = (did: string): string =>
    `${office.origin}/academies/${did.split(":").at(-1) ?? ""}/did.json`;

  /** A verifier that knows nothing, where there is no network. */
  const offline = async (
    text: string,
    trust: object | undefined,
    on?: string,
  ): Promise<Record<string, string>> => {
    const stranger = await aVerifier({
      clock: office.clock,
      ...(trust ? { trust: readTrust(JSON.stringify(trust)) } : {}),
    });
    try {
      const asked = { offline: true, ...(on === undefined ? {} : { on }) };
      const { answers, bundledAt } = await stranger.verifier.ofText(text, asked);
      expect(bundledAt).to.be.a("number");
      return Object.fromEntries(
        answers.map(({ question, answer, reason, recognition }) => [
          recognition ? `${question} ${recognition.jurisdiction}` : question,
          `${answer} ${reason}`,
        ]),
      );
    } finally {
      await stranger.close();
    }
  };
  const whole = {
    unaltered: "yes bothMatch",
    issuer: "unknown notListed",
    dates: "yes daysLeft",
    standing: "yes clear",
    evidence: "unknown sealWhole",
    "recognised XB": "unknown unverified",
    "recognised XC": "no none",
    holder: "unknown elsewhere",
  };

  it("gives its answers without a network, by the key of a log or by a DID document that was chosen before", async () => {
    expect(await offline(bundle, { logs: logKeys })).to.deep.equal(whole);
    expect(await offline(bundle, { documents: [didDocument] })).to.deep.equal(whole);
  });

  it("says yes to nothing when nothing that was chosen vouches for its keys: anyone could have made it", async () => {
    for (const trust of [
      undefined,
      {},
      ["did:web:x.example"],
      { documents: [{ ...didDocument, id: "did:x:y" }] },
    ]) {
      const answers = await offline(bundle, trust);
      expect(answers.unaltered).to.equal("unknown keysNotReached");
      expect(Object.values(answers).filter((one) => one.startsWith("yes"))).to.deep.equal([]);
    }
  });

  it("is stale when its lists are, and keeps what it says of the time that it was made", async () => {
    const made = new Date(office.clock.now()).toISOString();
    office.clock.advance(2 * 3_600_000);
    const later = await offline(bundle, { logs: logKeys });
    expect(later).to.include({ unaltered: "yes bothMatch", standing: "unknown listStale" });
    office.clock.advance(48 * 3_600_000);
    expect(await offline(bundle, { logs: logKeys })).to.include({ "recognised XC": "unknown stale" });
    expect((await offline(bundle, { logs: logKeys }, made)).dates).to.equal("yes within");
  });

  it("brings a certificate of this installation to its own page, which answers from its own books", async () => {
    const { issuing, certificates, clock, origin } = office;
    const door = await aVerifier({
      ...{ clock, origin, history: ownHistory({ issuing, log: office.log }) },
      local: async (at) => (await issuing.local(at)) ?? certificates.local(at),
      own: {
        find: (at) => certificates.factsAt(at),
        redeemCode: (id, code) => certificates.redeemCode(id, code),
      },
    });
    try {
      const page = await door.ofFile(bundle);
      expect(page.answers.standing).to.include({ answer: "yes", reason: "valid" });
      expect(page.answers.evidence).to.include({ answer: "yes", reason: "match" });
      expect(page.html).to.contain("From an offline bundle that was made on");
    } finally {
      await door.close();
    }
  });

  it("is never shown as sound when a member of it is changed, dropped or doubled", async () => {
    const original = JSON.parse(bundle) as JsonObject & {
      certificate: { url: string; text: string };
      documents: { url: string; text: string; asOf: number }[];
      log: { head: string; leaves: JsonObject[] };
    };
    const { certificate, documents, log } = original;
    const good = await offline(bundle, { logs: logKeys });
    const altered = (text: string): string => {
      const document = JSON.parse(text) as JsonObject;
      return canonicalJson({ ...document, id: `${document.id as string}x` });
    };
    const variants: [string, JsonObject][] = [
      ["certificate", { ...original, certificate: { ...certificate, text: altered(certificate.text) } }],
      ["head", { ...original, log: { ...log, head: log.head.replace(/\n\d+\n/, "\n99\n") } }],
      ["no log", Object.fromEntries<Json>(Object.entries(original).filter(([name]) => name !== "log"))],
      ["no leaves", { ...original, log: { ...log, leaves: [] } }],
      ...log.leaves.flatMap((leaf, place): [string, JsonObject][] =>
        leaf.kind === "did-document"
          ? [
              [
                "leaf",
                { ...original, log: { ...log, leaves: log.leaves.with(place, { ...leaf, index: 7 }) } },
              ],
              [
                "leaf",
                { ...original, log: { ...log, leaves: log.leaves.with(place, { ...leaf, proof: [] }) } },
              ],
            ]
          : [],
      ),
      ...documents.map((one, place): [string, JsonObject] => [
        one.url,
        { ...original, documents: documents.with(place, { ...one, text: altered(one.text) }) },
      ]),
      ...documents.map((one, place): [string, JsonObject] => [
        `without ${one.url}`,
        { ...original, documents: documents.toSpliced(place, 1) },
      ]),
    ];
    for (const [what, variant] of variants) {
      const answers = await offline(JSON.stringify(variant), { logs: logKeys });
      expect(answers, what).not.to.deep.equal(good);
      for (const [question, said] of Object.entries(answers)) {
        if (said.startsWith("yes")) expect(said, `${what}: ${question}`).to.equal(good[question]);
      }
    }
  });

  it("brings no key for a token: whoever makes a bundle could write any", async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
    const original = JSON.parse(bundle) as JsonObject & { documents: JsonObject[] };
    const url = `${office.origin}/certificates/4d1a3f6e-0b5c-4a57-9d5e-0123456789ab`;
    const credential = JSON.parse(issued.text) as JsonObject & { issuer: { id: string } };
    const kid = `${documentUrl(credential.issuer.id).replace("did.json", "keys")}/mallory`;
    const token = await new SignJWT({ ...credential, id: url, name: "Forged", iss: credential.issuer.id })
      .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
      .sign(privateKey);
    const key = { url: kid, text: JSON.stringify(await exportJWK(publicKey)), asOf: office.clock.now() };
    const forged = {
      ...original,
      certificate: { url, text: token },
      documents: [...original.documents, key],
    };
    for (const trust of [undefined, { logs: logKeys }, { documents: [didDocument] }]) {
      const refusal = await offline(JSON.stringify(forged), trust).catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(VerificationError);
    }
  });

  it("shows no certificate as sound that the log which vouches for its keys does not have", async () => {
    const original = JSON.parse(bundle) as JsonObject & { log: { leaves: JsonObject[] } };
    const leaves = original.log.leaves.filter(({ kind }) => kind !== "credential");
    expect(leaves.length).to.equal(original.log.leaves.length - 1);
    const unlogged = JSON.stringify({ ...original, log: { ...original.log, leaves } });
    // Whoever stole a key that is retired since could bring the DID document of then.
    const answers = await offline(unlogged, { logs: logKeys });
    expect(answers.unaltered).to.equal("unknown keysNotReached");
    expect(Object.values(answers).filter((one) => one.startsWith("yes"))).to.deep.equal([]);
    expect((await offline(unlogged, { documents: [didDocument] })).unaltered).to.equal("yes bothMatch");
  });

  it("is refused when it is none that can be read", async () => {
    const read = JSON.parse(bundle) as JsonObject;
    for (const broken of [{ ...read, version: 2 }, { ...read, madeAt: "then" }, { type: read.type! }]) {
      const refusal = await offline(JSON.stringify(broken), undefined).catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(VerificationError);
    }
    for (const text of ["", "[1]", '{"roots":1}', '{"a":1,"a":2}']) {
      expect(() => readTrust(text), text).to.throw(VerificationError);
    }
  });
});
