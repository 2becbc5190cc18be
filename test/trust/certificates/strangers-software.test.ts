import { expect } from "chai";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { verifyCredential } from "@digitalcredentials/verifier-core";
import { bundledContexts, type JsonObject } from "../../../src/standards/vc/index.js";
import { describeWith } from "../../kit/needs.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

/** What was found out about each step, or the fault that ended it. */
interface Found {
  readonly log?: readonly { readonly id: string; readonly valid: boolean }[];
  readonly errors?: readonly { readonly name: string }[];
}

const schema = readFileSync(
  new URL("../../fixtures/open-badges/achievement-credential.schema.json", import.meta.url),
  "utf8",
);

describe("a certificate in the Digital Credentials Consortium's verifier", () => {
  let office: Office;
  const network = globalThis.fetch;
  before(async () => {
    office = await anOffice();
    // The verifier has no clock but the machine's, and what an achiever does takes some minutes.
    office.clock.advance(Date.now() - office.clock.now() - 1_800_000);
    // It fetches what a certificate names; on its network are this office and the schema of Open Badges.
    globalThis.fetch = async (input): Promise<Response> => {
      const url = input instanceof Request ? input.url : String(input);
      const found =
        (await office.issuing.local(url)) ??
        (await office.certificates.local(url)) ??
        (url.endsWith("/ob_v3p0_achievementcredential_schema.json") ? schema : undefined);
      const headers = { "content-type": "application/json" };
      return found === undefined ? new Response("", { status: 404 }) : new Response(found, { headers });
    };
  });
  after(async () => {
    globalThis.fetch = network;
    await office.close();
  });

  const verify = async (credential: JsonObject): Promise<Record<string, boolean | string>> => {
    const { log = [], errors = [] } = (await verifyCredential({
      credential,
      knownDIDRegistries: [],
    } as unknown as Parameters<typeof verifyCredential>[0])) as Found;
    const found: Record<string, boolean | string> = {};
    for (const { id, valid } of log) found[id] = valid;
    for (const { name } of errors) found["fault"] = name;
    return found;
  };

  it("has a valid signature, its dates, and is not revoked", async () => {
    const { text } = await aCertificate(office);
    const found = await verify(JSON.parse(text) as JsonObject);
    expect(found).to.include({ valid_signature: true, expiration: true, revocation_status: true });
  });

  it("is revoked there as soon as it is suspended here", async () => {
    const { id, text } = await aCertificate(office);
    await office.certificates.suspend(office.tenant, id, { reason: "investigation", decidedBy: "Registrar" });
    expect(await verify(JSON.parse(text) as JsonObject)).to.include({ revocation_status: false });
  });

  it("holds no more when it was changed", async () => {
    const { text } = await aCertificate(office);
    const changed = { ...(JSON.parse(text) as JsonObject), validUntil: "2099-01-01T00:00:00Z" };
    expect(await verify(changed)).to.include({ fault: "invalid_signature" });
  });
});

describeWith("python", "a certificate in another language", (python) => {
  let office: Office;
  before(async () => {
    office = await anOffice();
  });
  after(() => office.close());

  const ask = async (credential: JsonObject): Promise<string[]> => {
    const [slug] = [office.academy.slug];
    const didText = await office.issuing.local(`${office.origin}/academies/${slug}/did.json`);
    const script = fileURLToPath(new URL("second-opinion.py", import.meta.url));
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "inherit"] });
    const contexts = Object.fromEntries(bundledContexts);
    child.stdin.end(
      JSON.stringify({ credential, contexts, didDocument: JSON.parse(didText ?? "{}") as unknown }),
    );
    return (await textOf(child.stdout)).trim().split("\n");
  };

  it("holds by each of its proofs, and by none when it was changed", async () => {
    const credential = JSON.parse((await aCertificate(office)).text) as JsonObject;
    expect(await ask(credential)).to.deep.equal(["eddsa-rdfc-2022 valid", "eddsa-jcs-2022 valid"]);
    const changed = { ...credential, validUntil: "2099-01-01T00:00:00Z" };
    expect(await ask(changed)).to.deep.equal(["eddsa-rdfc-2022 invalid", "eddsa-jcs-2022 invalid"]);
  });
});
