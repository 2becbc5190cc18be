import { expect } from "chai";
import { aStranger, type Stranger } from "./a-stranger.js";
import { aVerifier, type FrontDoor } from "./a-verifier.js";

interface Data {
  readonly on: string;
  readonly certificate: { readonly title: string } | null;
  readonly answers: { question: string; answer: string; reason: string; text: string; asOf?: string }[];
}

describe("verification for programs", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  let text: string;
  before(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
    text = await stranger.certificate();
    stranger.pages.set("/c", (_req, res) => res.end(text));
  });
  after(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });
  const ask = async (path: string, init: RequestInit): Promise<{ response: Response; data: Data }> => {
    const response = await fetch(`${door.base}/verify${path}`, init);
    return { response, data: (await response.json()) as Data };
  };
  const json = { "Content-Type": "application/json", Accept: "application/json" };

  it("gives the same answers as the page, in each way that it can be asked", async () => {
    const url = `${stranger.origin}/c`;
    const accept = { Accept: "application/json" };
    const ways: [string, RequestInit][] = [
      [`?url=${encodeURIComponent(url)}`, { headers: accept }],
      ["", { method: "POST", headers: json, body: JSON.stringify({ url }) }],
      ["", { method: "POST", headers: json, body: JSON.stringify({ certificate: JSON.parse(text) }) }],
      ["", { method: "POST", headers: json, body: JSON.stringify({ certificate: text }) }],
      ["", { method: "POST", headers: json, body: text }],
      ["", { method: "POST", headers: { ...accept, "Content-Type": "application/vc" }, body: text }],
      ["", { method: "POST", headers: { "Content-Type": "application/json" }, body: text }],
      ...["application/vc", "application/vc+ld+json", "application/ld+json; charset=utf-8"].map(
        (type): [string, RequestInit] => [
          "",
          { method: "POST", headers: { "Content-Type": type }, body: text },
        ],
      ),
      ["", { method: "POST", headers: accept, body: new URLSearchParams({ text }) }],
    ];
    const page = await door.ofUrl(url);
    for (const [path, init] of ways) {
      const { response, data } = await ask(path, init);
      expect(response.status).to.equal(200);
      expect(response.headers.get("access-control-allow-origin")).to.equal("*");
      expect(data.certificate?.title).to.equal("Custody officers");
      for (const { question, answer, reason, text: words } of data.answers) {
        const shown = page.answers[question]!;
        expect([answer, reason]).to.deep.equal([shown.answer, shown.reason]);
        expect(shown.words).to.contain(words);
      }
      expect(data.answers).to.have.length(7);
    }
  });

  it("says how old the data behind an answer is, and of which day it is true", async () => {
    const body = JSON.stringify({ certificate: text, on: "2026-05-03" });
    const { data } = await ask("", { method: "POST", headers: json, body });
    expect(data.on).to.equal("2026-05-03T23:59:59.999Z");
    const now = await ask("", { method: "POST", headers: json, body: text });
    const standing = now.data.answers.find(({ question }) => question === "standing");
    expect(standing?.asOf).to.equal("2026-11-21T11:20:00.000Z");
  });

  it("gives nothing of what an altered certificate says", async () => {
    const body = text.replace("Custody officers", "Chief inspectors");
    const { data } = await ask("", { method: "POST", headers: json, body });
    expect(data.certificate).to.equal(null);
    expect(JSON.stringify(data)).not.to.contain("Chief inspectors").and.not.to.contain("Far Academy");
  });

  it("refuses with a stable code what can't be read", async () => {
    const refusals: [string, number, string][] = [
      ["{}", 400, "verification_nothing_given"],
      ["", 400, "verification_nothing_given"],
      ['{"url":"ftp://x"}', 400, "verification_address_malformed"],
      ['{"url":"https://x.example","certificate":{}}', 400, "verification_several_given"],
      ['{"certificate":{}}', 422, "verification_no_certificate"],
      ['{"other":1}', 422, "verification_no_certificate"],
      ['{"a":', 422, "verification_not_json"],
      [`{"certificate":${JSON.stringify(text)},"on":"soon"}`, 400, "verification_date_malformed"],
    ];
    for (const [body, status, code] of refusals) {
      const { response, data } = await ask("", { method: "POST", headers: json, body });
      expect(response.headers.get("content-type"), body).to.contain("application/problem+json");
      expect([response.status, (data as unknown as { code: string }).code], body).to.deep.equal([
        status,
        code,
      ]);
    }
  });

  it("may be asked by a script of any origin", async () => {
    const response = await fetch(`${door.base}/verify`, {
      method: "OPTIONS",
      headers: { Origin: "https://a.example", "Access-Control-Request-Method": "POST" },
    });
    expect(response.status).to.equal(204);
    expect(response.headers.get("access-control-allow-methods")).to.contain("POST");
    expect(response.headers.get("access-control-allow-headers")).to.contain("Content-Type");
  });
});

describe("verification in four languages", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  before(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
  });
  after(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });

  it("is in the language of the link that was chosen, else of the browser, and no page mixes two", async () => {
    const text = await stranger.certificate();
    stranger.pages.set("/c", (_req, res) => res.end(text));
    const url = encodeURIComponent(`${stranger.origin}/c`);
    for (const [lang, dir, words] of [
      ["fr", "ltr", "Est-il inchangé ?"],
      ["es", "ltr", "¿Está inalterado?"],
      ["ar", "rtl", "هل بقيت دون تغيير؟"],
      ["en", "ltr", "Is it unaltered?"],
    ] as const) {
      for (const page of [
        await door.send(`?url=${url}&lang=${lang}`),
        await door.send(`?url=${url}`, { headers: { "Accept-Language": `${lang}-XX, en;q=0.5` } }),
      ]) {
        expect(page.html).to.contain(`<html lang="${lang}" dir="${dir}">`).and.to.contain(words);
        expect(page.html).not.to.contain("⟦");
        if (lang !== "en") expect(page.html).not.to.match(/Verify|Unknown|Skip to|As of|Ask again/);
      }
      const form = await door.send(`?lang=${lang}`);
      expect(form.html).to.contain(`action="/verify?lang&#x3D;${lang}"`);
      expect(form.html.match(/hreflang="(\w+)"/g)).to.have.length(3);
    }
    const other = await door.send("", { headers: { "Accept-Language": "de" } });
    expect(other.html).to.contain('<html lang="en"');
  });
});
