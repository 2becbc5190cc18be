import { expect } from "chai";
import type { CredentialRecord } from "../../../src/standards/issuing/index.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";

const html = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const by = "Registry";

describe("a certificate's address", () => {
  let office: Office;
  let record: CredentialRecord & { readonly text: string };
  let url: string;
  before(async () => {
    office = await anOffice();
  });
  beforeEach(async () => {
    record = await aCertificate(office, office.newId());
    url = `${office.origin}/certificates/${record.id}`;
  });
  after(() => office.close());

  const page = async (address = url): Promise<string> => {
    const response = await fetch(address, { headers: html });
    expect(response.status).to.equal(200);
    return response.text();
  };

  it("answers programs with exactly what was signed, from anywhere", async () => {
    for (const [accept, type] of [
      ["application/vc", "application/vc"],
      ["application/ld+json", "application/ld+json"],
      ["application/json", "application/json"],
      ["application/ld+json, application/json;q=0.9, */*;q=0.1", "application/ld+json"],
      ["*/*", "application/vc"],
    ] as const) {
      const response = await fetch(url, { headers: { accept } });
      expect(await response.text(), accept).to.equal(record.text);
      expect(response.headers.get("content-type"), accept).to.equal(type);
      expect(response.headers.get("access-control-allow-origin")).to.equal("*");
      expect(response.headers.get("vary")).to.include("Accept");
      expect(response.headers.get("set-cookie")).to.equal(null);
    }
  });

  it("is not sent again to who has it", async () => {
    const accept = "application/vc";
    const etag = (await fetch(url, { headers: { accept } })).headers.get("etag")!;
    const again = await fetch(url, {
      headers: { accept, "if-none-match": etag, "cache-control": "max-age=0" },
    });
    expect([again.status, await again.text()]).to.deep.equal([304, ""]);
  });

  it("gives the file to take along", async () => {
    const response = await fetch(`${url}?download`, { headers: html });
    expect(response.headers.get("content-disposition")).to.equal(
      `attachment; filename=certificate-${record.id}.json`,
    );
    expect(await response.text()).to.equal(record.text);
  });

  it("shows people what it attests, and where it can be checked", async () => {
    const response = await fetch(url, { headers: html });
    expect(response.headers.get("set-cookie")).to.equal(null);
    expect(response.headers.get("x-robots-tag")).to.equal("noindex");
    expect(response.headers.get("vary")).to.include("Accept-Language");
    const text = await response.text();
    for (const words of [
      '<meta name="robots" content="noindex">',
      "Induction Certificate in Rights-Based Policing",
      "Programme hcp-induction, curriculum 0.2.0",
      "Northgate Police Academy, Arvenia",
      "21 November 2026",
      "20 November 2028",
      "2, applies (EQF 5, indicative)",
      "12 statements, sealed",
      "Demonstration.",
      "Draft, not reviewed.",
      `href="/verify?url&#x3D;${encodeURIComponent(url)}"`,
    ])
      expect(text, words).to.include(words);
    expect(text).to.not.include('class="standing"');
  });

  it("says first when the academy does not stand by it any more, and why", async () => {
    const { certificates, tenant } = office;
    await certificates.suspend(tenant, record.id, { reason: "investigation", decidedBy: by });
    expect(await page())
      .to.include("Not valid at present")
      .and.include("something is being looked into");
    const successor = await certificates.lift(tenant, record.id, { reason: "cleared", decidedBy: by });
    const old = await page();
    expect(old).to.include("Replaced by a newer certificate").and.include(`/certificates/${successor.id}"`);
    const next = `${office.origin}/certificates/${successor.id}`;
    expect(await page(next)).to.not.include('class="standing"');
    await certificates.revoke(tenant, successor.id, { reason: "assessment-fraud", decidedBy: by });
    const revoked = await page(next);
    expect(revoked).to.include("<title>Revoked: ").and.include("not the holder&#x27;s own work");
    expect(revoked).to.not.include(by);
    // What was signed stays what it is: the status list says that it does not count.
    expect(await (await fetch(next)).text()).to.equal(successor.text);
  });

  it("says when its time is over", async () => {
    office.clock.advance(3 * 365 * 86_400_000);
    expect(await page()).to.include("Its time is over");
    office.clock.advance(-3 * 365 * 86_400_000);
  });

  it("of no certificate is a calm page, and a problem for programs", async () => {
    for (const id of [office.newId(), "x", "%00", "a".repeat(5000), "..%2f..%2fetc"]) {
      const asPage = await fetch(`${office.origin}/certificates/${id}`, { headers: html });
      expect(asPage.status, id).to.equal(404);
      expect(await asPage.text()).to.include("There is no such certificate here");
      const asData = await fetch(`${office.origin}/certificates/${id}`, {
        headers: { accept: "application/vc" },
      });
      expect([asData.status, ((await asData.json()) as { code: string }).code]).to.deep.equal([
        404,
        "certificate_unknown",
      ]);
      expect(asData.headers.get("access-control-allow-origin")).to.equal("*");
      expect((await fetch(`${office.origin}/certificates/${id}/evidence`)).status).to.equal(404);
    }
  });

  it("is known to the verifier without the network", async () => {
    const { certificates } = office;
    expect(await certificates.local(url)).to.equal(record.text);
    expect(await certificates.local(`${url}/evidence`)).to.equal(
      await (await fetch(`${url}/evidence`)).text(),
    );
    for (const other of [
      `${url}/`,
      `${url}/code`,
      "https://elsewhere.example/x",
      url.replace("http:", "https:"),
    ])
      expect(await certificates.local(other), other).to.equal(undefined);
    expect(await certificates.factsAt(url)).to.include({
      id: record.id,
      state: "valid",
      academyName: "Northgate Police Academy",
    });
  });
});

describe("an achievement's address", () => {
  let office: Office;
  before(async () => {
    office = await anOffice();
  });
  after(() => office.close());

  it("says what a certificate attests, as a page and as the very achievement that stands in it", async () => {
    const { text } = await aCertificate(office);
    const { achievement } = (JSON.parse(text) as { credentialSubject: { achievement: { id: string } } })
      .credentialSubject;
    const page = await (await fetch(achievement.id, { headers: html })).text();
    expect(page).to.include("Human rights foundations for policing").and.include("24 months");
    const { "@context": context, ...served } = (await (await fetch(achievement.id)).json()) as Record<
      string,
      unknown
    >;
    expect(context).to.have.length(3);
    expect(served).to.deep.equal(achievement);
  });

  it("of another version, or of a programme that is not written yet, is a calm page", async () => {
    for (const path of [
      "hcp-induction/v9.9.9",
      "hcp-induction/0.2.0",
      "hcp-none/v0.2.0",
      "__proto__/v0.2.0",
    ]) {
      const response = await fetch(`${office.origin}/achievements/${path}`, { headers: html });
      expect(response.status, path).to.equal(404);
      expect(await response.text()).to.include("There is no such achievement here");
    }
  });
});
