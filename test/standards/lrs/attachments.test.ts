import { expect } from "chai";
import fc from "fast-check";
import { readParts } from "../../../src/standards/lrs/http/multipart.js";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";
import { anAttachment, aPart, multipart, partsOf, sha2Of, withAttachment } from "./multipart-kit.js";

const id = "11111111-1111-4111-8111-111111111111";

describe("attachments", () => {
  let lrs: AnLrs;
  beforeEach(async () => void (lrs = await anLrs({ largestMultipart: 300_000 })));
  afterEach(() => lrs.stop());

  const post = (init: RequestInit, as = "all") => lrs.ask("/xapi/statements", { ...init, as });
  const code = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];
  const withParts = (query: string, as = "all") =>
    lrs.ask(`/xapi/statements?attachments=true${query}`, { as });

  it("come back as they came, each content once, behind the statements", async () => {
    const [one, two] = ["one", new Uint8Array([0, 255, 13, 10, 45, 45, 97, 98, 99, 100, 13, 10])];
    const both = aStatement({ id, attachments: [anAttachment(one), anAttachment(two)] });
    expect((await post(multipart([both, withAttachment(one)], [aPart(one), aPart(two)]))).status).to.equal(
      200,
    );
    const answer = await withParts(`&statementId=${id}`);
    expect(answer.headers.get("content-type")).to.match(/^multipart\/mixed; boundary=/);
    const [json, ...files] = await partsOf(answer);
    expect(JSON.parse(json?.content.toString() ?? "")).to.include({ id });
    expect(files.map(({ content }) => [...content])).to.have.deep.members([[...Buffer.from(one)], [...two]]);
    for (const { headers, content } of files) {
      expect(headers.get("x-experience-api-hash")).to.equal(sha2Of(content));
      expect(headers.get("content-type")).to.equal("text/plain");
      expect(headers.get("content-transfer-encoding")).to.equal("binary");
    }
    expect(await partsOf(await withParts(""))).to.have.lengthOf(3);
    expect((await lrs.ask("/xapi/statements")).headers.get("content-type")).to.match(/^application\/json/);
  });

  it("may be any bytes, under any boundary, with SHA-256, SHA-384 and SHA-512", async () => {
    const boundary = fc.stringMatching(/^[A-Za-z0-9'()+_,./:=?-]{1,70}$/);
    const algorithm = fc.constantFrom("sha256", "sha384", "sha512");
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        boundary,
        algorithm,
        async (content, name, kind) => {
          const sha2 = sha2Of(content, kind).toUpperCase();
          const statement = aStatement({ attachments: [anAttachment(content, { sha2 })] });
          const header = `multipart/mixed; charset=x; boundary="${name}"`;
          const sent = await post(multipart(statement, [aPart(content, sha2)], { boundary: name, header }));
          expect(sent.status).to.equal(200);
          const [found] = (await sent.json()) as string[];
          const [, file] = await partsOf(await withParts(`&statementId=${found ?? ""}`));
          expect([...(file?.content ?? [])]).to.deep.equal([...content]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("have to be there, to be named and to be what their hash says", async () => {
    const statement = withAttachment("one");
    const cases: readonly [RequestInit, string][] = [
      [multipart(statement, []), "lrs_attachment_missing"],
      [multipart(statement, [aPart("two")]), "lrs_attachment_unexpected"],
      [multipart(statement, [aPart("one"), aPart("two")]), "lrs_attachment_unexpected"],
      [multipart(statement, [aPart("two", sha2Of("one"))]), "lrs_attachment_differs"],
      [multipart(aStatement(), [aPart("one")]), "lrs_attachment_unexpected"],
      [
        multipart(statement, [{ head: ["Content-Type: text/plain"], content: "one" }]),
        "lrs_multipart_malformed",
      ],
      [
        multipart(statement, [
          { ...aPart("one"), head: [...aPart("one").head.slice(2), "Content-Transfer-Encoding: base64"] },
        ]),
        "lrs_multipart_malformed",
      ],
      [multipart(statement, [aPart("one")], { header: "multipart/mixed" }), "lrs_multipart_malformed"],
      [
        multipart(statement, [aPart("one")], { header: "multipart/mixed; boundary=abx" }),
        "lrs_multipart_malformed",
      ],
      [
        multipart(statement, [aPart("one")], { header: "multipart/form-data; boundary=abc" }),
        "lrs_content_type_unsupported",
      ],
      [{ ...multipart(statement, []), body: "--abc\r\n\r\n[]" }, "lrs_multipart_malformed"],
      [{ ...multipart(statement, []), body: "--abc\r\n\r\n[]\r\n--abc--" }, "lrs_content_type_unsupported"],
    ];
    for (const [init, expected] of cases) expect(await code(await post(init))).to.deep.equal([400, expected]);
    const { statements } = (await (await lrs.ask("/xapi/statements")).json()) as { statements: unknown[] };
    expect(statements).to.deep.equal([]);
  });

  it("are read from whatever parts, and what is none is refused, never an error of ours", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "--abc",
        "--abc--",
        "\r\n",
        "\r\n--abc\r\n",
        "\r\n\r\n",
        ":",
        "X-Experience-API-Hash: ",
        " ",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.string(), (pieces, tail) => {
        for (const header of ["multipart/mixed; boundary=abc", `multipart/mixed; boundary=${tail}`]) {
          try {
            const parts = readParts(header, Buffer.from(pieces.join("")));
            if (header.endsWith("=abc"))
              expect(parts.some(({ content }) => content.includes("\r\n--abc\r\n"))).to.equal(false);
          } catch (error) {
            expect(error).to.have.property("code", "lrs_multipart_malformed");
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("larger than the limit get 413", async () => {
    const content = "x".repeat(300_001);
    expect(await code(await post(multipart(withAttachment(content), [aPart(content)])))).to.deep.equal([
      413,
      "body_too_large",
    ]);
  });

  it("go only where their statements go", async () => {
    await post(multipart(withAttachment("secret"), [aPart("secret")]));
    const text = JSON.stringify(withAttachment("formative"));
    const sha2 = sha2Of("formative");
    const authority = { account: { homePage: "https://tessera.example", name: "tessera" } };
    await lrs.lrs.append(lrs.tenant, {
      ...{ text, authority, class: "formative" },
      attachments: [{ sha2, content: Buffer.from("formative") }],
    });
    expect(await partsOf(await withParts(""))).to.have.lengthOf(2);
    expect(await partsOf(await withParts("", "own"))).to.have.lengthOf(1);
    // The same digest in another academy's statement opens nothing of this one.
    const elsewhere = aStatement({
      attachments: [anAttachment("secret", { fileUrl: "https://example.org/x" })],
    });
    await lrs.ask("/xapi/statements", { method: "POST", body: JSON.stringify(elsewhere), as: "stranger" });
    expect(await partsOf(await withParts("", "stranger"))).to.have.lengthOf(1);
  });

  it("are left out of an answer to HEAD", async () => {
    await post(multipart(withAttachment("one"), [aPart("one")]));
    const answer = await lrs.ask("/xapi/statements?attachments=true", { method: "HEAD" });
    expect([answer.status, await answer.text()]).to.deep.equal([200, ""]);
    expect(answer.headers.get("content-type")).to.match(/^multipart\/mixed/);
  });

  it("can't write headers of their own", async () => {
    const contentType = "text/plain\r\n;x=\u00e9";
    await post(
      multipart(aStatement({ attachments: [anAttachment("one", { contentType })] }), [aPart("one")]),
    );
    const [, file] = await partsOf(await withParts(""));
    expect([...(file?.headers.keys() ?? [])]).to.deep.equal([
      "content-type",
      "content-transfer-encoding",
      "x-experience-api-hash",
    ]);
  });
});
