import { createPrivateKey, sign } from "node:crypto";
import { expect } from "chai";
import { days, hours, Secret } from "../../../src/foundation/kernel/index.js";
import { createSealer } from "../../../src/foundation/keys/index.js";
import { createOutbound } from "../../../src/foundation/outbound/index.js";
import {
  canonicalJson,
  digestMultibase,
  sealJson,
  secure,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import type { JurisdictionAnswer } from "../../../src/trust/recognition/index.js";
import { createResolver, makeBundle, readTrust } from "../../../src/trust/verification/index.js";
import { aCertificate, anOffice, type Office } from "../certificates/an-office.js";
import {
  anInstallation,
  board,
  didOf,
  terms,
  withBelmora,
  type Installation,
} from "../recognition/an-installation.js";
import { aDidKey } from "./a-stranger.js";
import { aVerifier } from "./a-verifier.js";

type Slug = "belmora" | "council";

interface BundleJson extends Record<string, Json> {
  recognitions: JsonObject[];
  log: { head: string; leaves: JsonObject[] };
}

describe("recognitions in an offline bundle", function () {
  this.timeout(60_000);
  let office: Office;
  let here: Installation;
  let issued: Awaited<ReturnType<typeof aCertificate>>;
  let genuine: JurisdictionAnswer;
  let mandate: string;
  beforeEach(async () => {
    office = await anOffice();
    issued = await aCertificate(office);
    here = await anInstallation({ clock: office.clock });
    await withBelmora(here);
    const { issuer, credentialSubject } = JSON.parse(issued.text) as {
      issuer: { id: string };
      credentialSubject: { achievement: { id: string } };
    };
    const subject = {
      ...{ achievementId: credentialSubject.achievement.id, issuerDid: issuer.id, title: "Induction" },
    };
    await here.recognition.grant(board, subject, { ...terms, from: Date.parse("2026-01-01T00:00:00Z") });
    [genuine] = (await here.recognition.about({ ...subject, on: office.clock.now() })) as [
      JurisdictionAnswer,
    ];
    [mandate] = (await here.recognition.mandatesOf(didOf(here, "belmora"))) as [string];
    office.clock.advance(days(1));
  });
  afterEach(async () => {
    await here.close();
    await office.close();
  });

  const ownerOf = async (slug: Slug) =>
    (await here.recognition.authorities()).find((one) => one.slug === slug)!;
  const retire = async (slug: Slug): Promise<void> => {
    await here.rotation.rotate({ tenant: await ownerOf(slug), keySet: "recognition", alg: "EdDSA" }, true);
  };

  /** A bundle as the office makes it, by whatever it was told of Belmora. */
  const bundled = async (
    told: { readonly recognition?: string; readonly mandate?: string } = {},
  ): Promise<string> => {
    const { certificates, issuing, clock, origin } = office;
    const outbound = createOutbound({ allowPrivate: true, userAgent: "Tessera/test" });
    const resolver = createResolver({
      ...{ origin, outbound, clock, allowPrivate: true },
      local: async (at) => (await issuing.local(at)) ?? certificates.local(at),
    });
    const { url, text } = genuine.credential!;
    const credential = { url, text: told.recognition ?? text };
    const bundle = await makeBundle(issued.id, {
      ...{ certificates, issuing, resolver, clock, log: here.log },
      recognition: { about: ({ on }) => Promise.resolve([{ ...genuine, asOf: on, credential }]) },
      mandatesOf: () => Promise.resolve([told.mandate ?? mandate]),
    });
    await outbound.close();
    return bundle!;
  };

  /** The same with other content, sealed by its issuer again. */
  const changed = async (text: string, change: (read: BundleJson) => JsonObject): Promise<string> => {
    const { proof, ...read } = JSON.parse(text) as BundleJson;
    expect(proof).to.be.an("object");
    return JSON.stringify(await office.issuing.sealManifest(issued, change(read)));
  };
  const withoutLeaves = (text: string, ...kinds: string[]): Promise<string> =>
    changed(text, (read) => {
      const leaves = read.log.leaves.filter(({ kind }) => !kinds.includes(kind as string));
      expect(leaves.length).to.equal(read.log.leaves.length - kinds.length);
      return { ...read, log: { ...read.log, leaves } };
    });

  const read = async (url: string): Promise<JsonObject> => (await fetch(url)).json() as Promise<JsonObject>;
  const documentOf = (slug: Slug) => read(`${here.origin}/authorities/${slug}/did.json`);

  /** What someone says off line who trusts the root and the log, and has the academy's DID document. */
  const said = async (bundle: string, more: object = {}): Promise<string> => {
    const { issuing, tenant, origin, clock } = office;
    const academy = await read(
      `${origin}/academies/${(await issuing.didOf(tenant)).split(":").at(-1)!}/did.json`,
    );
    const trust = {
      ...{ roots: [didOf(here, "council")], logs: await here.log.keys(), documents: [academy] },
      ...more,
    };
    const stranger = await aVerifier({ clock, trust: readTrust(JSON.stringify(trust)) });
    try {
      const { answers } = await stranger.verifier.ofText(bundle, { offline: true });
      const [unaltered, recognised] = ["unaltered", "recognised"].map((question) =>
        answers.find((one) => one.question === question)!,
      );
      expect(unaltered).to.include({ answer: "yes", reason: "bothMatch" });
      return `${recognised!.answer} ${recognised!.reason}`;
    } finally {
      await stranger.close();
    }
  };
  const pinned = async () => {
    const { issuing, tenant, origin } = office;
    const academy = `${origin}/academies/${(await issuing.didOf(tenant)).split(":").at(-1)!}/did.json`;
    return [await read(academy), await documentOf("belmora"), await documentOf("council")];
  };

  /** Signs whatever somebody wants by the first key of an authority, with yesterday's date. */
  const thiefOf = async (slug: Slug) => {
    const [key] = await here.storage.keys.keysOf(await ownerOf(slug), "recognition");
    const sealer = createSealer(new Secret(Buffer.alloc(48, 5)));
    const jwk = JSON.parse(sealer.open(key!.sealedPrivateJwk, `key recognition ${key!.kid}`)) as object;
    const stolen = createPrivateKey({ key: { ...jwk }, format: "jwk" });
    const original = JSON.parse(slug === "belmora" ? genuine.credential!.text : mandate) as JsonObject;
    const { proof, ...document } = original;
    const { verificationMethod } = (proof as { verificationMethod: string }[])[0]!;
    const signer = { verificationMethod, sign: (bytes: Uint8Array) => sign(null, bytes, stolen) };
    const yesterday = office.clock.now() - days(1);
    return async (more: JsonObject = {}): Promise<string> => {
      const id = `${here.origin}/recognitions/${here.newId()}`;
      return JSON.stringify(await secure({ ...document, id, name: "Forged", ...more }, signer, yesterday));
    };
  };

  /** Writes it into the log now, as the authority or the root does. */
  const logged = async (kind: "recognition" | "mandate", text: string): Promise<void> => {
    const document = JSON.parse(text) as JsonObject & { id: string };
    const digest = digestMultibase(kind === "mandate" ? canonicalJson(document) : text);
    await here.log.append({
      ...{ kind, subject: document.id, key: `${kind} ${document.id}`, at: office.clock.now() },
      content: canonicalJson({ id: document.id, digestMultibase: digest }),
    });
  };

  it("bring their leaves and those of their mandates, and need none while the keys are in force", async () => {
    const bundle = await bundled();
    const kinds = (JSON.parse(bundle) as BundleJson).log.leaves.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "recognition" || kind === "mandate")).to.have.members([
      "recognition",
      "mandate",
    ]);
    expect(await said(bundle)).to.equal("yes partial");
    const old = await withoutLeaves(bundle, "recognition", "mandate");
    expect(await said(old)).to.equal("yes partial");
    expect(await said(old, { logs: [], documents: await pinned() })).to.equal("yes partial");
  });

  it("count by a retired key when they were logged before, and are unknown where nothing proves that", async () => {
    await retire("belmora");
    office.clock.advance(hours(1));
    const bundle = await bundled();
    expect(await said(bundle)).to.equal("yes partial");
    expect(await said(await withoutLeaves(bundle, "mandate"))).to.equal("yes partial");
    expect(await said(await withoutLeaves(bundle, "recognition"))).to.equal("unknown unverified");
    // Whoever trusts no log has no proof, whatever the bundle brings.
    const documents = await pinned();
    expect(await said(bundle, { logs: [], documents })).to.equal("unknown unverified");
    expect(await said(bundle, { documents })).to.equal("yes partial");
  });

  it("stand on a mandate by a retired key when that was logged before, and on none where nothing proves that", async () => {
    await retire("council");
    office.clock.advance(hours(1));
    const bundle = await bundled();
    expect(await said(bundle)).to.equal("yes partial");
    expect(await said(await withoutLeaves(bundle, "recognition"))).to.equal("yes partial");
    expect(await said(await withoutLeaves(bundle, "mandate"))).to.equal("unknown mandate-missing");
  });

  it("are never a yes when a thief made them by a key that is retired, whatever day is written on them", async () => {
    const [forge, forgeMandate] = [await thiefOf("belmora"), await thiefOf("council")];
    const { id } = JSON.parse(genuine.credential!.text) as { id: string };
    const recognitions = [await forge(), await forge({ id })];
    const { id: mandateId } = JSON.parse(mandate) as { id: string };
    const mandates = [await forgeMandate(), await forgeMandate({ id: mandateId })];
    // Until its end is known the key's word counts.
    for (const recognition of recognitions)
      expect(await said(await bundled({ recognition }))).to.equal("yes partial");
    for (const one of mandates) expect(await said(await bundled({ mandate: one }))).to.equal("yes partial");
    await retire("belmora");
    await retire("council");
    office.clock.advance(hours(1));
    expect(await said(await bundled())).to.equal("yes partial");
    for (const recognition of recognitions) {
      expect(await said(await bundled({ recognition }))).to.equal("unknown unverified");
    }
    for (const one of mandates) {
      expect(await said(await bundled({ mandate: one }))).to.equal("unknown mandate-missing");
    }
  });

  it("count at the border: logged in the last millisecond before the key's end, not in the one that it ended with", async () => {
    const [forge, forgeMandate] = [await thiefOf("belmora"), await thiefOf("council")];
    const { clock } = office;
    clock.advance(1999 - (clock.now() % 1000));
    const before = { recognition: await forge(), mandate: await forgeMandate() };
    await logged("recognition", before.recognition);
    await logged("mandate", before.mandate);
    clock.advance(1);
    const at = { recognition: await forge(), mandate: await forgeMandate() };
    await retire("belmora");
    await retire("council");
    await logged("recognition", at.recognition);
    await logged("mandate", at.mandate);
    clock.advance(hours(1));
    expect(await said(await bundled(before))).to.equal("yes partial");
    expect(await said(await bundled({ recognition: at.recognition }))).to.equal("unknown unverified");
    expect(await said(await bundled({ mandate: at.mandate }))).to.equal("unknown mandate-missing");
  });

  it("prove nothing by a leaf that was written into the bundle, or that tells of something else", async () => {
    await retire("belmora");
    office.clock.advance(hours(1));
    const recognition = await (await thiefOf("belmora"))();
    const { id } = JSON.parse(recognition) as { id: string };
    const content = canonicalJson({ id, digestMultibase: digestMultibase(recognition) });
    await here.log.append({ ...{ kind: "mandate", subject: id, key: "x", at: 0 }, content });
    const bundle = await bundled({ recognition });
    const [entry, head] = [(await here.log.byKey("x"))!, await here.log.head()];
    const proof = await here.log.inclusion(entry.index, head.size);
    const leaf = { ...entry, proof };
    for (const one of [
      leaf,
      { ...leaf, kind: "recognition" },
      { ...leaf, kind: "recognition", loggedAt: 1 },
    ]) {
      const more = await changed(bundle, (old) => ({
        ...old,
        log: { head: head.text, leaves: [...old.log.leaves, one] },
      }));
      expect(await said(more), one.kind).to.equal("unknown unverified");
    }
  });

  it("say nothing, also not no, in a bundle that another one than the certificate's issuer sealed", async () => {
    const bundle = await bundled();
    const refused = (old: BundleJson): JsonObject => ({
      ...old,
      recognitions: old.recognitions.map((one) => ({ ...one, answer: "no", reason: "refused" })),
    });
    expect(await said(await changed(bundle, refused))).to.equal("no refused");
    const { proof, ...content } = JSON.parse(bundle) as BundleJson;
    expect(proof).to.be.an("object");
    const { did, key } = aDidKey();
    const sealed = sealJson({ ...refused(content), issuer: did }, key, office.clock.now());
    expect(await said(JSON.stringify(sealed))).to.equal("unknown unverified");
  });
});
