import { expect } from "chai";
import { connect } from "node:net";
import fc from "fast-check";
import { canonicalJson, parseJson, type JsonObject } from "../../../src/standards/vc/index.js";
import { aStranger, type Stranger } from "./a-stranger.js";
import { aVerifier, type FrontDoor, type Page } from "./a-verifier.js";

describe("what the verifier is given", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  let certificate: string;
  before(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
    certificate = await stranger.certificate();
  });
  after(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });

  const withoutHtml = ({ html }: Page): string => html.replaceAll("&#x27;", "'").replaceAll("&quot;", '"');

  it("is asked for by a form, which is public: no cookie, not kept by anyone, not found by search engines", async () => {
    const form = await door.send("");
    expect(form.status).to.equal(200);
    for (const page of [form, await door.ofText(certificate), await door.ofText("")]) {
      expect(page.headers.get("set-cookie")).to.equal(null);
      expect(page.headers.get("cache-control")).to.equal("no-store");
      expect(page.headers.get("x-robots-tag")).to.equal("noindex");
      expect(page.html).to.contain('<meta name="robots" content="noindex">');
      expect(page.headers.get("content-security-policy")).to.contain("script-src 'self'");
      expect(page.html).not.to.match(/ style=|<style|⟦|…\./);
    }
  });

  it("is refused in plain words when it is nothing, or more than one thing", async () => {
    const refusals: [string | FormData | URLSearchParams, number, string][] = [
      [new URLSearchParams(), 400, "Nothing was given"],
      [new URLSearchParams({ url: " ", text: "\n" }), 400, "Nothing was given"],
      [new URLSearchParams({ url: "https://a.example", text: "{}" }), 400, "More than one thing"],
      [
        new URLSearchParams([
          ["text", "{}"],
          ["text", "{}"],
        ]),
        400,
        "Nothing was given",
      ],
    ];
    for (const [body, status, words] of refusals) {
      const page = await door.send("", { method: "POST", body });
      expect(page.status).to.equal(status);
      expect(page.html).to.contain(words).and.to.contain('action="/verify"');
    }
    const form = new FormData();
    form.append("file", new Blob(["{}"]), "a.json");
    form.append("file", new Blob(["{}"]), "b.json");
    const two = await door.send("", { method: "POST", body: form });
    expect([two.status, two.html.includes("More than one thing")]).to.deep.equal([400, true]);
  });

  it("that is a file of another kind, or a picture without a certificate in it, is refused in plain words", async () => {
    const files: [string | Uint8Array<ArrayBuffer>, number][] = [
      [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), 422],
      [new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0]), 415],
      ["%PDF-1.7 …", 422],
      ["<svg></svg>", 422],
      ["eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln", 422],
    ];
    for (const [content, status] of files) {
      const page = await door.ofFile(content);
      expect(page.status, String(content).slice(0, 20)).to.equal(status);
      expect(page.html).to.contain('role="alert"').and.not.to.contain("⟦");
    }
  });

  it("is refused when it can't be read as one JSON object, or is no certificate", async () => {
    const texts: [string | Uint8Array<ArrayBuffer>, string][] = [
      ["hello", "not the text of a certificate"],
      [new Uint8Array(0), "not the text of a certificate"],
      [new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), "not the text of a certificate"],
      [certificate.slice(0, -10), "not the text of a certificate"],
      ["[]", "not the text of a certificate"],
      ['{"a":1,"a":2}', "can be read in two ways"],
      ['{"__proto__":{}}', "not the text of a certificate"],
      ["{}", "no certificate here"],
      ['{"type":["VerifiableCredential"],"issuer":"did:key:z"}', "no certificate here"],
      ['{"type":"OpenBadgeCredential","credentialSubject":7}', "no certificate here"],
      [`{"a":"${"x".repeat(600_000)}"}`, "too large for a certificate"],
    ];
    for (const [content, words] of texts) {
      const page = await door.ofFile(content);
      expect(page.status, words).to.be.within(413, 422);
      expect(withoutHtml(page), String(content).slice(0, 60)).to.contain(words);
    }
  });

  it("is read with a byte order mark and blanks around it", async () => {
    const page = await door.ofFile(`\ufeff\n  ${certificate}\r\n`);
    expect(page.answers.unaltered?.answer).to.equal("yes");
  });

  it("keeps an address that could not be fetched in the form, for the next try", async () => {
    const url = `${stranger.origin}/nothing"><b>`;
    const page = await door.ofUrl(url);
    expect(page.status).to.equal(422);
    expect(page.html).to.contain('value="http://127.0.0.1').and.not.to.contain('<b>"');
    expect(page.html).to.contain("That says nothing about the certificate");
  });

  it("is refused when the form itself is broken, in whatever way", async () => {
    const boundary = "b";
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="c"\r\n\r\n`;
    const bodies: [string, string][] = [
      ["multipart/form-data", part],
      [`multipart/form-data; boundary=${boundary}`, part],
      [`multipart/form-data; boundary=${boundary}`, "nothing of the kind"],
      [`multipart/form-data; boundary=${boundary}`, ""],
      [`multipart/form-data; boundary=${boundary}`, `--${boundary}\r\n${"X: y\r\n".repeat(5000)}\r\n`],
      ["text/plain", certificate],
      ["application/x-www-form-urlencoded; charset=utf-7", "text=x"],
      ["application/x-www-form-urlencoded", "a=&".repeat(2000)],
    ];
    for (const [type, body] of bodies) {
      const page = await door.send("", { method: "POST", body, headers: { "Content-Type": type } });
      expect(page.status, `${type}: ${body.slice(0, 30)}`).to.be.within(400, 422);
      expect(page.html).to.contain("<h1>");
    }
  });

  it("may break off in the middle without harm", async () => {
    const socket = connect(door.port, "127.0.0.1");
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.write(
      "POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\n",
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await gone;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await door.send("")).status).to.equal(200);
    expect(door.log()).not.to.contain('"level":50').and.not.to.contain("request failed");
  });

  it("is told in words that all have their values", async () => {
    const reasons = new Set<string>();
    for (const page of [
      await door.ofText(certificate),
      await door.ofText(certificate.replace("Custody", "x")),
      await door.ofText(JSON.stringify({ ...(JSON.parse(certificate) as object), proof: [] })),
    ]) {
      for (const { words, reason } of Object.values(page.answers)) {
        reasons.add(reason);
        expect(words).not.to.match(/[…⟦⟧{}]/);
      }
    }
    expect(reasons.size).to.be.greaterThan(6);
  });

  describe("whatever it is", () => {
    const isPage = (page: Page): void => {
      expect(page.status).to.be.oneOf([200, 400, 413, 415, 422]);
      expect(page.html).to.contain("<h1");
    };
    const yeses = (page: Page): string[] =>
      Object.keys(page.answers).filter((question) => page.answers[question]?.answer === "yes");

    it("is answered by a page, and never by yes", async function () {
      this.timeout(60_000);
      const odd = fc.oneof(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.json({ maxDepth: 8 }),
        fc
          .dictionary(
            fc.constantFrom(
              "@context",
              "type",
              "issuer",
              "credentialSubject",
              "proof",
              "credentialStatus",
              "evidence",
              "id",
            ),
            fc.oneof(
              fc.jsonValue(),
              fc.constantFrom("OpenBadgeCredential", "did:web:127.0.0.1", "did:key:z6Mk"),
            ),
          )
          .map((one) => JSON.stringify(one)),
      );
      await fc.assert(
        fc.asyncProperty(odd, async (text) => {
          const page = await door.ofText(text);
          isPage(page);
          expect(yeses(page)).to.deep.equal([]);
        }),
        { numRuns: 150 },
      );
    });

    it("as a member of a real certificate, is answered by a page, and by yes only where nothing changed", async function () {
      this.timeout(120_000);
      const original = JSON.parse(certificate) as Record<string, unknown>;
      const paths = pathsOf(original);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...paths),
          fc.oneof(fc.jsonValue(), fc.constantFrom("", "OpenBadgeCredential", "did:key:z6Mk", 0, null)),
          async (path, value) => {
            const changed = JSON.stringify(replaced(original, path, value));
            const page = await door.ofText(changed);
            isPage(page);
            if (yeses(page).length > 0) expect(valueOf(changed)).to.equal(valueOf(certificate));
          },
        ),
        { numRuns: 200 },
      );
    });

    it("as a slip in a real certificate's text, is answered by yes only where its value is the same", async function () {
      this.timeout(120_000);
      await fc.assert(
        fc.asyncProperty(
          fc.nat(certificate.length - 1),
          fc.nat(3),
          fc.string({ maxLength: 3 }),
          async (at, cut, put) => {
            const changed = certificate.slice(0, at) + put + certificate.slice(at + cut);
            const page = await door.ofText(changed);
            isPage(page);
            if (page.answers.unaltered?.answer === "yes") {
              expect(valueOf(changed)).to.equal(valueOf(certificate));
            }
          },
        ),
        { numRuns: 300 },
      );
    });
  });
});

const valueOf = (text: string): string => canonicalJson(parseJson(text.trim()));

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([name, child]) =>
      pathsOf(child, [...path, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

function replaced(whole: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((one: unknown, at) => (at === name ? replaced(one, rest, value) : one));
  const object = whole as JsonObject;
  return { ...object, [name]: replaced(object[name], rest, value) };
}
