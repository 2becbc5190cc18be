import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { decodeProtectedHeader, importJWK, jwtVerify, type JWK } from "jose";
import { Resvg } from "@resvg/resvg-js";
import jsQr from "jsqr";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import type { CredentialRecord } from "../../../src/standards/issuing/index.js";
import { openStorage } from "../../../src/storage/index.js";
import type { CertificateAbout } from "../../../src/trust/certificates/about.js";
import type { Issued } from "../../../src/trust/certificates/facts.js";
import { draw } from "../../../src/trust/certificates/rendering/drawing.js";
import { sheetOf } from "../../../src/trust/certificates/rendering/sheet.js";
import { extractCredential } from "../../../src/trust/verification/formats/index.js";
import { CanarySearch } from "../../kit/canaries.js";
import { fixedAt } from "../../kit/clock.js";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { storeRows } from "../../kit/store-rows.js";
import { aCertificate, anOffice, type Office } from "./an-office.js";
import { insideOf, writtenOn } from "./pdf-parts.js";

const forms = {
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  jwt: "text/plain",
} as const;

describe("a certificate to take along", function () {
  // The thread that draws has to begin, and fonts are opened.
  this.timeout(120_000);
  let office: Office;
  let record: CredentialRecord & { readonly text: string };
  let url: string;
  before(async () => {
    office = await anOffice();
    record = await aCertificate(office);
    url = `${office.origin}/certificates/${record.id}`;
  });
  after(() => office.close());

  const fetched = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url + query, { headers });
    const body = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, body, text: body.toString("utf8") };
  };

  for (const [form, type] of Object.entries(forms)) {
    it(`as ${form.toUpperCase()}: with its type, a file name and an ETag, from anywhere and in no search engine`, async () => {
      const { status, headers, body } = await fetched(`?as=${form}`, { accept: "text/html" });
      expect(status).to.equal(200);
      expect(headers.get("content-type")).to.equal(type);
      expect(headers.get("content-disposition")).to.equal(
        `attachment; filename=certificate-${record.id}.${form}`,
      );
      expect(headers.get("access-control-allow-origin")).to.equal("*");
      expect(headers.get("x-robots-tag")).to.equal("noindex");
      expect(headers.get("set-cookie")).to.equal(null);
      const etag = headers.get("etag")!;
      expect(etag).to.include(createHash("sha256").update(body).digest("base64url"));
      const again = await fetched(`?as=${form}`, { "if-none-match": etag, "cache-control": "max-age=0" });
      expect(again.status).to.equal(304);
    });
  }

  it("has exactly what was signed in it: JSON, PNG, SVG and PDF byte for byte", async () => {
    for (const form of ["json", "png", "svg", "pdf"]) {
      const found = await extractCredential((await fetched(`?as=${form}`)).body);
      expect(found).to.deep.equal({ format: form.toUpperCase(), text: record.text });
    }
  });

  it("is given by the Accept header too, and as the text to whoever takes anything", async () => {
    for (const [accept, type] of [
      ["image/png", "image/png"],
      ["image/svg+xml", "image/svg+xml"],
      ["image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "image/png"],
      ["application/pdf", "application/pdf"],
      ["application/jwt", "application/jwt"],
      ["*/*", "application/vc"],
      ["text/plain", "text/html; charset=utf-8"],
    ] as const) {
      const { headers, status } = await fetched("", { accept });
      expect([status, headers.get("content-type")], accept).to.deep.equal([200, type]);
      expect(headers.get("content-disposition"), accept).to.equal(null);
      expect(headers.get("vary"), accept).to.include("Accept");
    }
  });

  it("in no other form, and of no certificate that is not there", async () => {
    const { status, text } = await fetched("?as=docx", { accept: "text/html" });
    expect(status).to.equal(404);
    expect(text).to.include("json, pdf, png, svg, jwt");
    for (const accept of ["application/json", "application/vc", "image/png", "*/*"]) {
      const refused = await fetched("?as=docx", { accept });
      expect([refused.status, refused.headers.get("content-type")], accept).to.deep.equal([
        404,
        "application/problem+json; charset=utf-8",
      ]);
      expect((JSON.parse(refused.text) as { code: string }).code).to.equal("certificate_form_unknown");
    }
    for (const form of Object.keys(forms)) {
      const response = await fetch(`${office.origin}/certificates/${office.newId()}?as=${form}`);
      expect([response.status, ((await response.json()) as { code: string }).code], form).to.deep.equal([
        404,
        "certificate_unknown",
      ]);
    }
  });

  it("is offered on its page, each with what it is good for, paper in each of its languages", async () => {
    const { text } = await fetched("", { accept: "text/html" });
    expect(text).to.include("Take it offline");
    for (const form of [...Object.keys(forms), "bundle"]) expect(text).to.include(`href="?as=${form}"`);
    for (const [locale, name] of [
      ["en", "English"],
      ["fr", "français"],
      ["es", "español"],
      ["ar", "العربية"],
    ])
      expect(text).to.include(
        `href="?as=pdf&amp;lang=${locale}" hreflang="${locale}" lang="${locale}">${name}<`,
      );
  });

  it("bakes into a picture as Open Badges asks: one iTXt chunk before the picture, not packed", async () => {
    const { body } = await fetched("?as=png");
    const chunks: { type: string; data: Buffer }[] = [];
    for (let at = 8; at < body.length; at += 12 + body.readUInt32BE(at)) {
      chunks.push({
        type: body.toString("latin1", at + 4, at + 8),
        data: body.subarray(at + 8, at + 8 + body.readUInt32BE(at)),
      });
    }
    expect(chunks.map(({ type }) => type).slice(0, 3)).to.deep.equal(["IHDR", "iTXt", "IDAT"]);
    expect(chunks.filter(({ type }) => type === "iTXt")).to.have.length(1);
    expect(chunks[1]!.data.toString("utf8")).to.equal(`openbadgecredential\0\0\0\0\0${record.text}`);
    expect([chunks[0]!.data.readUInt32BE(0), chunks[0]!.data.readUInt32BE(4)]).to.deep.equal([800, 800]);
  });

  it("shows the same in every viewer: its text is outlines, said in words beside; its code leads to its address", async () => {
    const { text } = await fetched("?as=svg");
    expect(text).to.match(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg [^>]*xmlns:openbadges="https:\/\/purl\.imsglobal\.org\/ob\/v3p0"><openbadges:credential><!\[CDATA\[\{/,
    );
    expect(text).to.not.match(/<(text|script|style|image|linearGradient|foreignObject)\b/);
    expect(text).to.include(
      '<title id="title">Certificate: Induction Certificate in Rights-Based Policing</title>',
    );
    expect(text).to.include(
      "Demonstration. Draft, not reviewed. Northgate Police Academy. Awarded 21 November 2026",
    );
    for (const value of [300, 800]) {
      const image = new Resvg(text, {
        fitTo: { mode: "width", value },
        font: { loadSystemFonts: false },
      }).render();
      // A CommonJS package: its function stands under `default` once more.
      const read = jsQr.default;
      expect(read(new Uint8ClampedArray(image.pixels), image.width, image.height)?.data).to.equal(url);
    }
  });

  it("is paper that can be read: tagged, with its language and title, and the certificate as its data", async () => {
    const { body, headers } = await fetched("?as=pdf", { "accept-language": "es-MX, en;q=0.5" });
    expect(headers.get("content-language")).to.equal("es");
    expect(headers.get("vary")).to.include("Accept-Language");
    const raw = body.toString("latin1");
    for (const mark of [
      "/Lang (es)",
      "/Marked true",
      "/StructTreeRoot",
      "/S /H1",
      "/S /Figure",
      "/DisplayDocTitle true",
    ])
      expect(raw, mark).to.include(mark);
    for (const mark of [
      "/AFRelationship /Data",
      "/AF [",
      "(certificate.json)",
      "/Subtype /application#2Fjson",
    ])
      expect(raw, mark).to.include(mark);
    expect(raw).to.include("Induction Certificate in Rights-Based Policing: certificado");
    const words = writtenOn(body);
    for (const said of [
      "El papel no es prueba",
      "21 de noviembre de 2026",
      url,
      "Borrador, sin revisar",
      "2, aplica",
    ])
      expect(words, said).to.include(said);
  });

  it("is in the language that is asked for; right to left too", async () => {
    expect(writtenOn((await fetched("?as=pdf&lang=fr", { "accept-language": "en" })).body)).to.include(
      "Le papier ne prouve rien",
    );
    const { body, headers } = await fetched("?as=pdf&lang=ar");
    expect(headers.get("content-language")).to.equal("ar");
    const signs = new Set(writtenOn(body));
    for (const sign of "شهادة")
      expect(
        [...signs].some((one) => one.normalize("NFKC") === sign),
        sign,
      ).to.equal(true);
    expect(
      (await fetched("?as=pdf&lang=xx", { "accept-language": "xx" })).headers.get("content-language"),
    ).to.equal("en");
  });

  it("has no date but the certificate's, no author, and is the same bytes wherever it is drawn", async () => {
    const { body } = await fetched("?as=pdf&lang=en");
    const raw = body.toString("latin1");
    const dates = [...raw.matchAll(/\(D:(\d{14})Z?\)/g)].map(([, date]) => date);
    const awarded = (JSON.parse(record.text) as { awardedDate: string }).awardedDate.replaceAll(/\D/g, "");
    expect(new Set(dates)).to.deep.equal(new Set([awarded]));
    expect(raw).to.not.match(/\/Author|\/Keywords|\/Subject/);
    const words = office.deps.catalogues.negotiate(["en"], ["paper"]);
    const about = record.about as unknown as CertificateAbout;
    const sheet = sheetOf(
      (await office.certificates.factsOf(record.id))!,
      { about: about as Issued["about"] },
      words,
    );
    for (const form of ["pdf", "png", "svg"] as const)
      expect((await draw(form, sheet)).equals((await fetched(`?as=${form}&lang=en`)).body), form).to.equal(
        true,
      );
  });
});

describe("a certificate as a token", function () {
  this.timeout(60_000);
  let office: Office;
  let record: CredentialRecord & { readonly text: string };
  let token: string;
  before(async () => {
    office = await anOffice();
    record = await aCertificate(office);
    token = await (await fetch(`${office.origin}/certificates/${record.id}?as=jwt`)).text();
  });
  after(() => office.close());

  it("has a header of alg, kid and typ, and the certificate's own members with the claims that repeat them", () => {
    const header = decodeProtectedHeader(token);
    expect(header).to.deep.equal({
      ...{ alg: "RS256", typ: "JWT" },
      kid: `${office.origin}/academies/northgate/keys/${header.kid!.split("/").at(-1)!}`,
    });
    const payload = Buffer.from(token.split(".")[1]!, "base64url").toString("utf8");
    const { iss, jti, nbf, sub, exp, ...credential } = JSON.parse(payload) as Record<string, unknown>;
    expect(JSON.stringify(credential)).to.equal(record.text);
    const own = JSON.parse(record.text) as {
      id: string;
      issuer: { id: string };
      credentialSubject: { id: string };
      validFrom: string;
      validUntil: string;
    };
    expect({ iss, jti, sub }).to.deep.equal({
      ...{ iss: own.issuer.id, jti: own.id, sub: own.credentialSubject.id },
    });
    expect({ nbf, exp }).to.deep.equal({
      ...{ nbf: Date.parse(own.validFrom) / 1000, exp: Date.parse(own.validUntil) / 1000 },
    });
  });

  it("is signed by the key that its kid leads to: a public JWK, and nothing else of it", async () => {
    const { kid } = decodeProtectedHeader(token);
    const response = await fetch(kid!);
    expect(response.headers.get("content-type")).to.equal("application/jwk+json");
    const key = (await response.json()) as JWK;
    expect(Object.keys(key).sort()).to.deep.equal(["alg", "e", "kid", "kty", "n", "use"]);
    const { payload } = await jwtVerify(token, await importJWK(key, "RS256"), {
      currentDate: new Date(office.clock.now()),
    });
    expect(payload.jti).to.equal(`${office.origin}/certificates/${record.id}`);
    const other = `${token.slice(0, -8)}AAAAAAAA`;
    const failed = await jwtVerify(other, await importJWK(key, "RS256")).catch(
      (error: unknown) => (error as Error).name,
    );
    expect(failed).to.equal("JWSSignatureVerificationFailed");
  });

  it("is the same each time, and none is left of a key that is retired", async () => {
    const jwtUrl = `${office.origin}/certificates/${record.id}?as=jwt`;
    expect(await (await fetch(jwtUrl)).text()).to.equal(token);
    const kid = decodeProtectedHeader(token).kid!;
    for (const address of [`${kid}x`, kid.replace("northgate", "southgate")])
      expect((await fetch(address)).status, address).to.equal(404);
    await office.storage.keys.retireKey(kid.split("/").at(-1)!, office.clock.now());
    expect((await fetch(kid)).status).to.equal(404);
  });
});

describe("paper with the holder's name", function () {
  this.timeout(120_000);
  const name = "Zoë Ångström-Quillfeather";
  let office: Office;
  let record: CredentialRecord & { readonly text: string };
  let directory: string;
  let address: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "tessera-paper-"));
    address = `file:${join(directory, "office.db")}`;
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const [newId, logger] = [createNewId(clock), createLogger("silent")];
    office = await anOffice({ storage: await openStorage(address, { clock, newId, logger, serving: true }) });
    record = await aCertificate(office);
  });
  after(async () => {
    await office.close();
    rmSync(directory, { recursive: true });
  });

  const askedBy = async (personId = record.ownerId): Promise<{ browser: HttpBrowser; page: Page }> => {
    const browser = new HttpBrowser();
    const enter = await browser.get(`${office.origin}/enter/trainee/${personId}?certificate=${record.id}`);
    const path = enter.forms[0]!.action.replace(/\/code$/, "/pdf");
    return { browser, page: await browser.get(new URL(path, enter.url).href) };
  };

  it("is made for the holder who types it, and kept by nobody on the way", async () => {
    const { browser, page } = await askedBy();
    expect(page.html).to.include("Name to be printed").and.include("it is not stored");
    const answer = await browser.submit(page, page.forms[0]!, { name, language: "fr" });
    expect(answer.status).to.equal(200);
    expect(answer.html.slice(0, 5)).to.equal("%PDF-");
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    expect(answer.headers.get("content-disposition")).to.include("attachment");
    expect(answer.url).to.not.include("Quillfeather");
    const rows = [...(await storeRows(address))].map(([table, content]) => [table, content] as const);
    expect(new CanarySearch([name, "Quillfeather"]).found(rows)).to.deep.equal([]);
    // Nor does the next one who asks for paper get it.
    const plain = Buffer.from(
      await (await fetch(`${office.origin}/certificates/${record.id}?as=pdf&lang=fr`)).arrayBuffer(),
    );
    expect(writtenOn(plain)).to.include("le certificat ne nomme personne").and.not.include("Quillfeather");
  });

  it("has it on the page and nowhere else in the file", async () => {
    const words = office.deps.catalogues.negotiate(["en"], ["paper"]);
    const about = record.about as unknown as Issued["about"];
    const facts = (await office.certificates.factsOf(record.id))!;
    const pdf = await draw("pdf", sheetOf(facts, { about }, words, name));
    expect(writtenOn(pdf)).to.include(name).and.include("The certificate itself names no person");
    expect(
      new CanarySearch([name]).found(insideOf(pdf).map((part, place) => [String(place), part] as const)),
    ).to.deep.equal([]);
    expect(pdf.toString("latin1").replaceAll("\0", "")).to.not.include("Quillfeather");
  });

  it("is made of a name that needs a joiner", async () => {
    const { browser, page } = await askedBy();
    const answer = await browser.submit(page, page.forms[0]!, { name: "علی\u200cرضا" });
    expect(answer.html.slice(0, 5)).to.equal("%PDF-");
  });

  it("is made of no name, and of no sentence", async () => {
    for (const typed of ["", "   ", "x".repeat(101), "a\u202eb"]) {
      const { browser, page } = await askedBy();
      const answer = await browser.submit(page, page.forms[0]!, { name: typed });
      expect(answer.status, JSON.stringify(typed)).to.equal(400);
      expect(answer.html).to.include("Which name shall be printed?");
    }
  });

  it("is made for nobody else, without the form's token, or when the certificate is not in force", async () => {
    expect((await askedBy(office.newId())).page.status).to.equal(404);
    const { browser, page } = await askedBy();
    expect((await browser.submit(page, page.forms[0]!, { name, token: "x" })).status).to.equal(403);
    const by = { reason: "investigation", decidedBy: "Registry" };
    await office.certificates.suspend(office.tenant, record.id, by);
    expect((await browser.submit(page, page.forms[0]!, { name })).status).to.equal(409);
  });
});
