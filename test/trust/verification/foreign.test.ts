import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { verifyCredential } from "@digitalcredentials/verifier-core";
import {
  contexts,
  encodeStatusList,
  foreignContexts,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import {
  aForeignKey,
  foreignProof,
  selfNamed,
  type ForeignKey,
  type ForeignSuite,
} from "../../kit/foreign-software.js";
import { mutationsOf } from "../../standards/vc/mutations.js";
import { aCertificate, aStranger, type Stranger } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

/** What the stock verifier fetches. */
const schema = readFileSync(
  new URL("../../fixtures/open-badges/achievement-credential.schema.json", import.meta.url),
  "utf8",
);
const ob = contexts.openBadges;
const v2 = [contexts.credentialsV2, ob, foreignContexts.ed25519Signature2020];
const v1 = [
  ...[foreignContexts.credentialsV1, ob, foreignContexts.dataIntegrityV2],
  foreignContexts.ed25519Signature2020,
];

/** As the data model 1.1 has it: other names for the dates. */
function inV1(document: JsonObject, context: readonly string[] = v1): JsonObject {
  const { validFrom, validUntil, ...rest } = document;
  const dates = { issuanceDate: validFrom ?? null, expirationDate: validUntil ?? null };
  return { ...rest, ...dates, "@context": context };
}

interface Made {
  readonly suite: ForeignSuite;
  readonly key: ForeignKey;
  readonly method: string;
}

const signed = async (document: JsonObject, ...by: readonly Made[]): Promise<JsonObject> => {
  const proofs = await Promise.all(
    by.map(({ suite, key, method }) => foreignProof(document, suite, key, { verificationMethod: method })),
  );
  return { ...document, proof: proofs.length === 1 ? proofs[0]! : proofs };
};

describe("a certificate of another issuer's software", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  before(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
  });
  after(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });

  const shown = (document: JsonObject | string) =>
    door.ofText(typeof document === "string" ? document : JSON.stringify(document));
  const unaltered = async (document: JsonObject | string) => inShort(await shown(document)).unaltered;

  const keys = { ed: aForeignKey("Ed25519"), p256: aForeignKey("P-256") };
  const made = (suite: ForeignSuite, key = suite.startsWith("ecdsa") ? keys.p256 : keys.ed): Made => ({
    ...{ suite, key },
    method: selfNamed(key).method,
  });
  const suites = [
    "Ed25519Signature2020",
    "eddsa-rdfc-2022",
    "eddsa-jcs-2022",
    "ecdsa-rdfc-2019",
    "ecdsa-jcs-2019",
  ] as const;

  for (const suite of suites) {
    it(`is verified by ${suite}, under both data models, and its dates are read`, async () => {
      const { key } = made(suite);
      const plain = { ...aCertificate(selfNamed(key).did), "@context": v2 };
      for (const document of [plain, inV1(plain)]) {
        const page = await shown(await signed(document, made(suite)));
        expect(inShort(page)).to.include({ unaltered: "yes oneMatches", dates: "yes daysLeft" });
        expect(page.answers.unaltered?.words).to.contain(`(${suite})`);
        const over = { "2026-11-20T00:00:00Z": "no expired", "2026-11-22T00:00:00Z": "yes daysLeft" };
        for (const [until, answer] of Object.entries(over)) {
          const name = document === plain ? "validUntil" : "expirationDate";
          const ended = await shown(await signed({ ...document, [name]: until }, made(suite)));
          expect(inShort(ended)).to.include({ unaltered: "yes oneMatches", dates: answer });
        }
      }
    });
  }

  it("in each of the versions of Open Badges 3.0 is verified", async () => {
    const { did } = selfNamed(keys.ed);
    for (const version of [
      ...[foreignContexts.openBadges300, foreignContexts.openBadges301, foreignContexts.openBadges302],
      ob,
    ]) {
      const context = [foreignContexts.credentialsV1, version, foreignContexts.ed25519Signature2020];
      const document = await signed(inV1(aCertificate(did), context), made("Ed25519Signature2020"));
      expect(await unaltered(document), version).to.equal("yes oneMatches");
    }
  });

  it("is taken by the Digital Credentials Consortium's verifier too, and refused by both when it was changed", async () => {
    const { did } = selfNamed(keys.ed);
    const stock = async (credential: JsonObject) => {
      const { log = [] } = (await verifyCredential({
        credential: structuredClone(credential) as never,
        knownDIDRegistries: [] as never,
      })) as unknown as { log?: { id: string; valid: boolean }[] };
      return log.find(({ id }) => id === "valid_signature")?.valid ?? false;
    };
    const network = globalThis.fetch;
    globalThis.fetch = (input, init) =>
      (input instanceof Request ? input.url : String(input)).startsWith(door.base)
        ? network(input, init)
        : Promise.resolve(new Response(schema, { headers: { "content-type": "application/json" } }));
    try {
      const plain = { ...aCertificate(did), "@context": v2 };
      for (const document of [plain, inV1(plain)]) {
        for (const by of [
          [made("Ed25519Signature2020")],
          [made("eddsa-rdfc-2022"), made("Ed25519Signature2020")],
        ]) {
          const good = await signed(document, ...by);
          expect(await stock(good)).to.equal(true);
          expect(await unaltered(good)).to.match(/^yes/);
          const changed = { ...good, name: "Chief inspectors" };
          expect(await stock(changed)).to.equal(false);
          expect(await unaltered(changed)).to.equal("no signatureWrong");
        }
      }
    } finally {
      globalThis.fetch = network;
    }
  });

  it("with several signatures is verified by all of them together", async () => {
    const { did } = selfNamed(keys.ed);
    const document = { ...aCertificate(did), "@context": v2 };
    const two = await signed(document, made("eddsa-rdfc-2022"), made("Ed25519Signature2020"));
    const page = await shown(two);
    expect(inShort(page).unaltered).to.equal("yes allMatch");
    expect(page.answers.unaltered?.words).to.contain("All of its 2 signatures");
    const proofs = two.proof as JsonObject[];
    const other = aForeignKey();
    const wrong = await foreignProof(document, "Ed25519Signature2020", other, {
      verificationMethod: selfNamed(keys.ed).method,
    });
    expect(await unaltered({ ...two, proof: [proofs[0]!, wrong] })).to.equal("no signatureWrong");
    const unheard = { ...proofs[1]!, type: "BbsBlsSignature2020" };
    const withOther = await shown({ ...two, proof: [proofs[0]!, unheard] });
    expect(inShort(withOther).unaltered).to.equal("unknown suiteUnknown");
    expect(withOther.answers.unaltered?.words).to.contain("(BbsBlsSignature2020)");
  });

  it("by a did:web is verified with whatever form its key has there", async () => {
    const { did } = stranger;
    const forms = {
      Ed25519VerificationKey2020: [keys.ed, { publicKeyMultibase: keys.ed.multikey }],
      Multikey: [keys.p256, { publicKeyMultibase: keys.p256.multikey }],
      JsonWebKey: [keys.p256, { publicKeyJwk: keys.p256.jwk as JsonObject }],
      JsonWebKey2020: [keys.ed, { publicKeyJwk: keys.ed.jwk as JsonObject }],
    } as const;
    for (const [type, [key, form]] of Object.entries(forms)) {
      const method = `${did}#far`;
      stranger.json("/far/did.json", {
        id: did,
        verificationMethod: [{ id: "#far", type, controller: did, ...form }],
        assertionMethod: ["#far"],
      });
      const suite = key === keys.ed ? "Ed25519Signature2020" : "ecdsa-rdfc-2019";
      const document = { ...aCertificate(did), "@context": v2 };
      const good = await signed(document, { suite, key, method });
      expect(await unaltered(good), type).to.equal("yes oneMatches");
      const other = await signed(document, {
        suite,
        key: aForeignKey(suite === "ecdsa-rdfc-2019" ? "P-256" : "Ed25519"),
        method,
      });
      expect(await unaltered(other), type).to.equal("no signatureWrong");
    }
  });

  it("is unknown, never altered, where something of it is not known here", async () => {
    const { did, method } = selfNamed(keys.ed);
    const document = { ...aCertificate(did), "@context": v2 };
    const good = await signed(document, made("eddsa-rdfc-2022"));
    const proof = good.proof as JsonObject;
    const odd: Record<string, JsonObject> = {
      "suiteUnknown ecdsa-sd-2023": { ...good, proof: { ...proof, cryptosuite: "ecdsa-sd-2023" } },
      "suiteUnknown RsaSignature2018": {
        ...good,
        proof: { type: "RsaSignature2018", verificationMethod: method, proofPurpose: "assertionMethod" },
      },
      "termsUnknown context": { ...good, "@context": [...v2, "https://w3id.org/dcc/v1"] },
      "termsUnknown member": { ...good, favouriteColour: "blue" },
      "keysNotReached method": await signed(
        { ...document, issuer: { id: "did:ion:abc", type: ["Profile"] } },
        { ...made("eddsa-rdfc-2022"), method: "did:ion:abc#k" },
      ),
      "issuerNoDid https": await signed(
        { ...document, issuer: { id: "https://far.example/issuer", type: ["Profile"] } },
        made("eddsa-rdfc-2022"),
      ),
      "keysNotReached rsa": await signed(
        { ...document, issuer: { id: "did:key:z4MXj1wBzi9jUstyP", type: ["Profile"] } },
        { ...made("eddsa-rdfc-2022"), method: "did:key:z4MXj1wBzi9jUstyP#k" },
      ),
    };
    for (const [name, one] of Object.entries(odd)) {
      const page = await shown(one);
      expect(inShort(page).unaltered, name).to.equal(`unknown ${name.split(" ")[0] ?? ""}`);
      const yeses = Object.values(page.answers).filter(({ answer }) => answer === "yes");
      expect(yeses, name).to.deep.equal([]);
    }
  });

  describe("with a status list of the draft before", () => {
    const list = async (more: JsonObject = {}, subject: JsonObject = {}): Promise<void> => {
      const { did } = selfNamed(keys.ed);
      const document: JsonObject = {
        "@context": [
          ...[foreignContexts.credentialsV1, foreignContexts.statusList2021],
          foreignContexts.ed25519Signature2020,
        ],
        id: stranger.listUrl,
        type: ["VerifiableCredential", "StatusList2021Credential"],
        issuer: did,
        issuanceDate: "2026-11-01T00:00:00Z",
        credentialSubject: {
          ...{ id: `${stranger.listUrl}#list`, type: "StatusList2021", statusPurpose: "revocation" },
          encodedList: encodeStatusList([7]).slice(1),
          ...subject,
        },
        ...more,
      };
      stranger.json("/status/1", await signed(document, made("Ed25519Signature2020")));
    };
    const withEntry = async (index: unknown, type = "StatusList2021Entry"): Promise<JsonObject> => {
      const { did } = selfNamed(keys.ed);
      const context = [...v1.slice(0, 2), foreignContexts.statusList2021, ...v1.slice(2)];
      const credentialStatus = { ...stranger.entry("5"), type, statusListIndex: index as string };
      return signed({ ...inV1(aCertificate(did), context), credentialStatus }, made("Ed25519Signature2020"));
    };

    it("is in force or not by that list", async () => {
      await list();
      expect(inShort(await shown(await withEntry("5"))).standing).to.equal("yes clear");
      expect(inShort(await shown(await withEntry(5))).standing).to.equal("yes clear");
      expect(inShort(await shown(await withEntry("7"))).standing).to.equal("no withdrawn");
    });

    it("is unknown where that list is stale, not signed, of another kind or can't be read", async () => {
      await list({ expirationDate: "2026-11-20T00:00:00Z" });
      expect(inShort(await shown(await withEntry("5"))).standing).to.equal("unknown listStale");
      await list({}, { encodedList: encodeStatusList([7]) });
      expect(inShort(await shown(await withEntry("5"))).standing).to.equal("unknown listMalformed");
      stranger.json("/status/1", await stranger.list());
      expect(inShort(await shown(await withEntry("5"))).standing).to.equal("unknown listMalformed");
      const { did } = selfNamed(keys.ed);
      const rows = { id: "https://far.example/revoked", type: "1EdTechRevocationList" };
      const context = [contexts.credentialsV2, ob, contexts.openBadgesExtensions];
      const document = { ...aCertificate(did), "@context": context, credentialStatus: rows };
      const page = await shown(await signed(document, made("eddsa-rdfc-2022")));
      expect(inShort(page)).to.include({ unaltered: "yes oneMatches", standing: "unknown listKind" });
      expect(page.answers.standing?.words).to.contain("(1EdTechRevocationList)");
    });
  });

  describe("whose signature is over its meaning only", () => {
    let good: JsonObject;
    before(async () => {
      stranger.json("/status/1", await stranger.list());
      const { did } = selfNamed(keys.ed);
      const credentialStatus = stranger.entry("7");
      const document = { ...aCertificate(did, { credentialStatus }), "@context": v2 };
      good = await signed(document, made("eddsa-rdfc-2022"));
    });

    it("is not passed when a part of it was written where nobody looks", async () => {
      const { validUntil, credentialStatus, credentialSubject, ...rest } = good;
      const subject = credentialSubject as JsonObject;
      const cred = "https://www.w3.org/2018/credentials#";
      const dateTime = "http://www.w3.org/2001/XMLSchema#dateTime";
      const whole = {
        validUntil: validUntil!,
        credentialStatus: credentialStatus!,
        credentialSubject: subject,
      };
      const types = { id: good.id!, type: good.type! };
      const status = credentialStatus as JsonObject;
      const hidden: Record<string, JsonObject> = {
        "a whole IRI": {
          ...{ ...rest, credentialStatus: status, credentialSubject: subject },
          [`${cred}validUntil`]: { "@value": validUntil!, "@type": dateTime },
        },
        "beside it": {
          ...rest,
          credentialStatus: status,
          credentialSubject: subject,
          "@included": [{ ...types, validUntil: validUntil! }],
        },
        "its status by a whole IRI": {
          ...{ ...rest, validUntil: validUntil!, credentialSubject: subject },
          [`${cred}credentialStatus`]: status,
        },
        "its status turned round": { ...rest, ...whole, credentialStatus: [[status]] },
        "its end as an object": {
          ...rest,
          ...whole,
          validUntil: { "@value": validUntil!, "@type": dateTime },
        },
      };
      for (const [name, document] of Object.entries(hidden)) {
        const page = await shown(document);
        expect(inShort(page).unaltered, name).to.equal("unknown formUnusual");
        expect(
          Object.values(page.answers).filter(({ answer }) => answer === "yes"),
          name,
        ).to.deep.equal([]);
      }
      // That each of them has the very meaning that was signed is what makes it worth a test.
      expect(inShort(await shown(good))).to.include({
        unaltered: "yes oneMatches",
        standing: "unknown listOtherIssuer",
      });
    });

    it("is never shown as sound with anything that it says changed, moved or gone", async function () {
      this.timeout(120_000);
      const facts = async (document: JsonObject): Promise<string> => {
        const page = await shown(document);
        if (page.answers.unaltered?.answer !== "yes") return "not sound";
        return page.html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, "");
      };
      const expected = await facts(good);
      expect(expected).to.contain("Custody officers").and.to.contain("14 March 2028");
      let same = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            mutationsOf(good),
            mutationsOf(good).chain(({ document }) => mutationsOf(document)),
          ),
          async ({ document }) => {
            const found = await facts(document);
            if (found === expected) same += 1;
            expect(found).to.be.oneOf(["not sound", expected]);
          },
        ),
        { numRuns: 400 },
      );
      // A value in a list of one is the same value.
      expect(same).to.be.greaterThan(0);
    });
  });
});
