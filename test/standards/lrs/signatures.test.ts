import { createHmac, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";
import { anAttachment, aPart, multipart } from "./multipart-kit.js";

const pem = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures/signing", name), "utf8");
const der = (name: string) => pem(name).replace(/-----[^-]+-----|\s/g, "");
const key = pem("signer.key.pem");
const chain = [der("signer.pem"), der("ca.pem")];
const base64url = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function jws(
  payload: unknown,
  header: object,
  signer = (data: string) => sign("sha256", Buffer.from(data), key),
) {
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${signer(signed).toString("base64url")}`;
}

describe("a signed statement", () => {
  let lrs: AnLrs;
  before(async () => void (lrs = await anLrs()));
  after(() => lrs.stop());

  const send = (statement: object, signature: string, changes: object = {}) => {
    const usageType = "http://adlnet.gov/expapi/attachments/signature";
    const attachment = anAttachment(signature, {
      ...{ usageType, contentType: "application/octet-stream" },
      ...changes,
    });
    return lrs.ask(
      "/xapi/statements",
      multipart({ ...statement, attachments: [attachment] }, [aPart(signature)]),
    );
  };
  const rule = async (answer: Response) => {
    const { code, data } = (await answer.json()) as { code: string; data?: { rule?: string } };
    return [answer.status, code, data?.rule].filter((one) => one !== undefined);
  };

  it("is taken with each of the three algorithms, with a chain of certificates and without", async () => {
    for (const bits of ["256", "384", "512"]) {
      const signer = (data: string) => sign(`sha${bits}`, Buffer.from(data), key);
      for (const x5c of [chain, chain.slice(0, 1), undefined]) {
        const answer = await send(aStatement(), jws(aStatement(), { alg: `RS${bits}`, x5c }, signer));
        expect(answer.status, `RS${bits}`).to.equal(200);
      }
    }
  });

  it("is the one that was signed, up to what two statements may differ in", async () => {
    const result = { duration: "PT1.2345S" };
    const signed = aStatement({ result, timestamp: "2026-01-01T01:00:00+01:00" });
    const sent = { ...aStatement({ result: { duration: "PT1.23S" } }), timestamp: "2026-01-01T00:00:00Z" };
    expect((await send(sent, jws(signed, { alg: "RS256", x5c: chain }))).status).to.equal(200);
    for (const changes of [
      { result: { success: false } },
      { timestamp: "2027-01-01T00:00:00Z" },
      { id: "11111111-1111-4111-8111-111111111111" },
      { attachments: [anAttachment("other", { fileUrl: "https://example.org/x" })] },
    ]) {
      const before = aStatement({ timestamp: "2026-01-01T00:00:00Z", id: crypto.randomUUID(), ...changes });
      const after = aStatement({ timestamp: "2026-01-01T00:00:00Z", id: crypto.randomUUID() });
      expect(await rule(await send(after, jws(before, { alg: "RS256", x5c: chain })))).to.include(
        "lrs_signature_refused",
      );
    }
  });

  it("is refused with anything else", async () => {
    const good = jws(aStatement(), { alg: "RS256", x5c: chain });
    const hmac = (data: string) =>
      createHmac("sha256", chain[0] ?? "")
        .update(data)
        .digest();
    const changed = `${good.slice(0, -8)}${good.endsWith("AAAAAAAA") ? "BBBBBBBB" : "AAAAAAAA"}`;
    const bad: Readonly<Record<string, string>> = {
      "not compact": "{}",
      "no JSON in the header": `${base64url("x")}.${base64url(aStatement())}.AAAA`,
      "no JSON in the payload": jws("{'a':1}", { alg: "RS256" }),
      "no statement in the payload": jws({ actor: 1 }, { alg: "RS256" }),
      "no signature": jws(aStatement(), { alg: "none" }),
      "a shared secret": jws(aStatement(), { alg: "HS256" }, hmac),
      "an extension that has to be understood": jws(aStatement(), { alg: "RS256", crit: ["b64"] }),
      "a changed signature": changed,
      "somebody else's certificate": jws(aStatement(), { alg: "RS256", x5c: [der("stranger.pem")] }),
      "a chain that does not hold": jws(aStatement(), { alg: "RS256", x5c: [chain[0], der("stranger.pem")] }),
      "no certificate": jws(aStatement(), { alg: "RS256", x5c: ["AAAA"] }),
      "an empty chain": jws(aStatement(), { alg: "RS256", x5c: [] }),
    };
    for (const [name, signature] of Object.entries(bad))
      expect((await rule(await send(aStatement(), signature))).slice(0, 2), name).to.deep.equal([
        400,
        "lrs_signature_refused",
      ]);
    const text = await send(aStatement(), good, { contentType: "text/plain" });
    expect(await rule(text)).to.include("lrs_signature_refused");
  });
});
