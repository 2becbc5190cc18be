import { expect } from "chai";
import { secure, type JsonObject } from "../../../src/standards/vc/index.js";
import { aCertificate, aDidKey, aStranger, today, type Stranger } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

describe("a stranger's certificate", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  beforeEach(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
  });
  afterEach(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });

  const whole = {
    unaltered: "yes bothMatch",
    issuer: "unknown notListed",
    dates: "yes daysLeft",
    standing: "yes clear",
    evidence: "unknown sealWhole",
    recognised: "unknown notKnown",
    holder: "unknown elsewhere",
  };

  it("gets each of its answers, each with its reason and the age of what it rests on", async () => {
    const page = await door.ofText(await stranger.certificate());
    expect(page.status).to.equal(200);
    expect(inShort(page)).to.deep.equal(whole);
    expect(page.answers.unaltered?.words).to.contain("“key-1”").and.to.contain("As of now");
    expect(page.answers.dates?.words).to.contain("478 days are left").and.to.contain("14 March 2028");
    expect(page.answers.standing?.words).to.contain("As of 40 minutes ago");
    expect(page.answers.evidence?.words).to.contain("14 statements");
    expect(page.html).to.contain("Custody officers").and.to.contain("Far Academy");
  });

  it("is the same by its address, as a file, as text, and as an address that was pasted as text", async () => {
    const text = await stranger.certificate();
    stranger.pages.set("/c", (_req, res) => res.end(text));
    const url = `${stranger.origin}/c`;
    for (const page of [await door.ofUrl(url), await door.ofFile(text), await door.ofText(url)]) {
      expect(inShort(page)).to.deep.equal(whole);
    }
  });

  it("is followed by redirects, three at most", async () => {
    const text = await stranger.certificate();
    const { pages, origin } = stranger;
    pages.set("/c", (_req, res) => res.end(text));
    for (const n of [1, 2, 3, 4]) {
      const next = n === 1 ? "/c" : `/r${n - 1}`;
      pages.set(`/r${n}`, (_req, res) => res.writeHead(302, { Location: next }).end());
    }
    pages.set("/loop", (_req, res) => res.writeHead(302, { Location: "/loop" }).end());
    const three = await door.ofUrl(`${origin}/r3`);
    expect(three.answers.unaltered?.answer).to.equal("yes");
    for (const path of ["/r4", "/loop"]) {
      const page = await door.ofUrl(`${origin}${path}`);
      expect(page.status).to.equal(422);
      expect(page.html).to.contain("more than three times");
    }
  });

  it("that is revoked is said to be so", async () => {
    const page = await door.ofText(await stranger.certificate({ credentialStatus: stranger.entry("7") }));
    expect(inShort(page)).to.include({ unaltered: "yes bothMatch", standing: "no withdrawn" });
  });

  it("whose dates are over, or to come, or no dates, is said to be so", async () => {
    const dates = async (more: JsonObject) =>
      inShort(await door.ofText(await stranger.certificate(more))).dates;
    expect(await dates({ validUntil: "2026-11-21T12:00:00Z" })).to.equal("no expired");
    expect(await dates({ validUntil: "2026-11-21T12:00:01Z" })).to.equal("yes daysLeft");
    expect(await dates({ validFrom: "2026-11-21T12:00:01Z" })).to.equal("no notYet");
    expect(await dates({ validFrom: "2026-11-21T12:00:00Z" })).to.equal("yes daysLeft");
    expect(await dates({ validUntil: "2026-02-30T12:00:00Z" })).to.equal("unknown malformed");
    expect(await dates({ validUntil: "soon" })).to.be.oneOf(["unknown malformed", undefined]);
  });

  it("that has two lists is in force when both say so, and out of it when one says so", async () => {
    const { entry, origin } = stranger;
    const gone = { ...entry("5"), statusListCredential: `${origin}/status/gone` };
    const standing = async (...credentialStatus: JsonObject[]) =>
      inShort(await door.ofText(await stranger.certificate({ credentialStatus }))).standing;
    expect(await standing(entry("5"), entry("6"))).to.equal("yes clear");
    expect(await standing(entry("5"), gone)).to.equal("unknown listNotReached");
    expect(await standing(gone, entry("7"))).to.equal("no withdrawn");
    expect(await standing(entry("5"), entry("7"))).to.equal("no withdrawn");
  });

  it("by did:key needs nobody to be asked for its key", async () => {
    const { did, key } = aDidKey();
    const page = await door.ofText(JSON.stringify(await secure(aCertificate(did), key, today)));
    expect(inShort(page)).to.deep.equal({
      ...whole,
      standing: "unknown noList",
      evidence: "unknown none",
    });
    expect(stranger.asked).to.deep.equal([]);
  });

  describe("that is not as it was signed", () => {
    it("has no other answer, and nothing of what it says is shown", async () => {
      const text = (await stranger.certificate()).replace("Custody officers", "Chief inspectors");
      const page = await door.ofText(text);
      expect(inShort(page)).to.deep.equal({
        unaltered: "no signatureWrong",
        issuer: "unknown altered",
        dates: "unknown altered",
        standing: "unknown altered",
        evidence: "unknown altered",
        recognised: "unknown altered",
        holder: "unknown altered",
      });
      expect(page.html).to.contain("can&#x27;t be relied on").and.not.to.contain("Chief inspectors");
      expect(page.html).not.to.contain("Far Academy");
    });

    it("is found out in each of its parts", async () => {
      const original = JSON.parse(await stranger.certificate()) as Record<string, unknown>;
      const changed: Record<string, unknown> = {
        id: "urn:uuid:6f0f3c4e-5a07-4a0b-9b06-0f8a2f3c9a02",
        name: "Custody officers, third course",
        validFrom: "2025-03-14T00:00:00Z",
        validUntil: "2038-03-14T00:00:00Z",
        credentialStatus: stranger.entry("6"),
        evidence: [{ id: `${stranger.origin}/other`, type: ["Evidence"] }],
        relatedResource: [],
      };
      for (const [name, value] of Object.entries(changed)) {
        const page = await door.ofText(JSON.stringify({ ...original, [name]: value }));
        expect(page.answers.unaltered?.answer, name).to.equal("no");
      }
      for (const name of Object.keys(changed)) {
        const without = Object.fromEntries(Object.entries(original).filter(([key]) => key !== name));
        const page = await door.ofText(JSON.stringify(without));
        expect(page.answers.unaltered?.answer, `without ${name}`).to.equal("no");
      }
    });

    it("is not passed with one of its two signatures, a third one or another order", async () => {
      const original = JSON.parse(await stranger.certificate()) as { proof: JsonObject[] };
      const [rdfc, jcs] = original.proof as [JsonObject, JsonObject];
      const answers: [JsonObject[], string][] = [
        [[rdfc], "unknown signatureMissing"],
        [[jcs], "unknown signatureMissing"],
        [[rdfc, jcs, { ...jcs, cryptosuite: "ecdsa-sd-2023" }], "unknown suiteUnknown"],
        [[rdfc, jcs, { ...jcs, cryptosuite: "ecdsa-rdfc-2019" }], "no signatureWrong"],
        [[rdfc, jcs, jcs], "no signatureWrong"],
        [[jcs, rdfc], "unknown proofUnusual"],
        [[], "unknown unsigned"],
      ];
      for (const [proof, expected] of answers) {
        const page = await door.ofText(JSON.stringify({ ...original, proof }));
        expect(inShort(page).unaltered, expected).to.equal(expected);
        expect(Object.values(page.answers).filter(({ answer }) => answer === "yes")).to.deep.equal([]);
      }
    });

    it("is not passed when somebody else signed it in his own name", async () => {
      const { key } = aDidKey();
      const page = await door.ofText(JSON.stringify(await secure(aCertificate(stranger.did), key, today)));
      expect(inShort(page).unaltered).to.equal("no otherSigner");
    });
  });

  it("whose issuer lists another key, or none for certificates, can't be told to be unaltered", async () => {
    const text = await stranger.certificate();
    const { did } = stranger;
    const other = aDidKey();
    const method = (id: string) => ({
      ...{ id, type: "Multikey", controller: did },
      publicKeyMultibase: other.did.slice("did:key:".length),
    });
    const documents: [JsonObject, string][] = [
      [
        { id: did, verificationMethod: [method(`${did}#key-2`)], assertionMethod: [`${did}#key-2`] },
        "keyNotListed",
      ],
      [
        { id: did, verificationMethod: [{ ...method(`${did}#key-1`), type: "X25519" }], assertionMethod: [] },
        "keyNotListed",
      ],
      [{ id: `${did}x`, verificationMethod: [], assertionMethod: [] }, "keysNotReached"],
    ];
    for (const [document, reason] of documents) {
      stranger.json("/far/did.json", document);
      const page = await door.ofText(text);
      expect(inShort(page).unaltered).to.equal(`unknown ${reason}`);
      expect(inShort(page)).to.include({ dates: "unknown unverified" });
      expect(page.html).to.contain("Nobody could confirm");
    }
    stranger.json("/far/did.json", {
      ...{ id: did, verificationMethod: [method(`${did}#key-1`)], assertionMethod: [`${did}#key-1`] },
    });
    expect(inShort(await door.ofText(text)).unaltered).to.equal("no signatureWrong");
  });

  it("whose list is not to be had, or not the right one, or not of today, may be revoked for all we know", async () => {
    const text = await stranger.certificate();
    const reasonFor = async (list: JsonObject | string): Promise<string | undefined> => {
      stranger.pages.set("/status/1", (_req, res) =>
        res.end(typeof list === "string" ? list : JSON.stringify(list)),
      );
      return inShort(await door.ofText(text)).standing;
    };
    const { list } = stranger;
    expect(await reasonFor("{}")).to.equal("unknown listMalformed");
    expect(await reasonFor("<html>")).to.equal("unknown listMalformed");
    expect(await reasonFor(await list({ id: `${stranger.origin}/status/2` }))).to.equal("unknown listOther");
    expect(await reasonFor(await list({ issuer: aDidKey().did }))).to.equal("unknown listOtherIssuer");
    expect(await reasonFor(await list({}, { statusPurpose: "message" }))).to.equal("unknown listOther");
    expect(await reasonFor(await list({ validUntil: "2026-11-21T11:59:59Z" }))).to.equal("unknown listStale");
    expect(await reasonFor(await list({ validFrom: "2026-11-21T12:05:01Z" }))).to.equal("unknown listNotYet");
    // Another clock may go ahead of ours a little.
    expect(await reasonFor(await list({ validFrom: "2026-11-21T12:05:00Z" }))).to.equal("yes clear");
    const signed = await list();
    expect(await reasonFor({ ...signed, validUntil: "2026-11-21T13:30:00Z" })).to.equal("unknown listSeal");
    for (const proof of [[], (signed.proof as JsonObject[]).slice(1)])
      expect(await reasonFor({ ...signed, proof })).to.equal("unknown listSeal");
    expect(await reasonFor(signed)).to.equal("yes clear");
    stranger.pages.delete("/status/1");
    const gone = await door.ofText(text);
    expect(inShort(gone).standing).to.equal("unknown listNotReached");
    expect(gone.answers.standing?.words).to.contain("the server has none");
  });

  it("whose seal over the evidence is another one is told so, and what is not sealed is not", async () => {
    const text = await stranger.certificate();
    const { evidence } = JSON.parse(text) as { evidence: [JsonObject] };
    const two = await stranger.certificate({ evidence: [...evidence, { id: stranger.origin }] });
    expect(inShort(await door.ofText(two)).evidence).to.equal("unknown notPinned");
    stranger.json("/manifest", { statementCount: 41 });
    expect(inShort(await door.ofText(text)).evidence).to.equal("no manifestDiffers");
  });

  it("may say what it likes: it is shown as text, and can't turn the page round", async () => {
    const { did, key } = aDidKey();
    const name = `<script>alert(1)</script>\u202egnp.exe\u0000 ${"x".repeat(5000)}`;
    const document = aCertificate(did);
    const subject = document.credentialSubject as JsonObject;
    const achievement = { ...(subject.achievement as JsonObject), name };
    const signed = await secure({ ...document, credentialSubject: { ...subject, achievement } }, key, today);
    const { html, answers } = await door.ofText(JSON.stringify(signed));
    expect(answers.unaltered?.answer).to.equal("yes");
    expect(html).to.contain("&lt;script&gt;").and.not.to.contain("<script>alert");
    expect(html).not.to.contain("\u202e").and.not.to.contain("\u0000");
    expect(html).not.to.contain("x".repeat(400));
  });
});
