import { deflateSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { VerificationError } from "../../../../src/trust/verification/index.js";
import { extractCredential, mostFileBytes } from "../../../../src/trust/verification/formats/index.js";
import { chunk, credential, iTXt, pdf, png, svg, tEXt, token, zTXt, type Attached } from "./made.js";

/** `PNG: text`, or the code with which it was refused. */
async function outcome(file: string | Buffer): Promise<string> {
  try {
    const { format, text } = await extractCredential(Buffer.from(file));
    return `${format}: ${text}`;
  } catch (error) {
    if (error instanceof VerificationError) return error.code.replace("verification_", "");
    throw error;
  }
}

describe("a certificate is found", () => {
  it("in JSON and in a token, whatever white space and mark of order stand around it", async () => {
    expect(await outcome(credential)).to.equal(`JSON: ${credential}`);
    expect(await outcome(`\ufeff \n${credential}\r\n`)).to.equal(`JSON: ${credential}`);
    expect(await outcome(` ${token}\n`)).to.equal(`JWT: ${token}`);
  });

  it("in a picture, in each way in which bakers write it", async () => {
    for (const text of [
      iTXt(credential),
      iTXt(credential, true),
      tEXt(credential),
      zTXt(deflateSync(credential)),
    ])
      expect(await outcome(png(chunk("tEXt", Buffer.from("Software\0x")), text))).to.equal(
        `PNG: ${credential}`,
      );
    expect(await outcome(png(iTXt(token)))).to.equal(`JWT: ${token}`);
    expect(await outcome(png(iTXt(credential), iTXt(token))), "the first counts").to.equal(
      `PNG: ${credential}`,
    );
  });

  it("in a drawing: as CDATA, as escaped text, as an attribute, behind comments and a plain DOCTYPE", async () => {
    const cdata = `<openbadges:credential>\n<![CDATA[${credential.replaceAll("]]>", "]]]]><![CDATA[>")}]]> </openbadges:credential>`;
    const escaped = credential.replaceAll("&", "&amp;").replaceAll("<", "&#60;").replaceAll(">", "&#x3e;");
    const doctype = `<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">`;
    for (const file of [
      ...[
        svg(cdata),
        svg(cdata, doctype),
        svg(`<!-- <openbadges:credential>{}</openbadges:credential> -->${cdata}`),
      ],
      ...[svg(`<openbadges:credential>${escaped}</openbadges:credential>`), `\ufeff${svg(cdata)}`],
    ])
      expect(await outcome(file), file).to.equal(`SVG: ${credential}`);
    for (const tag of [
      `<openbadges:credential verify="${token}"/>`,
      `<openbadges:credential verify='${token}'></openbadges:credential>`,
    ])
      expect(await outcome(svg(tag))).to.equal(`JWT: ${token}`);
  });

  it("in a PDF that it is attached to, packed or not, among other files", async () => {
    const packed = deflateSync(credential);
    const own: Attached = { content: packed, filter: "/FlateDecode" };
    const other: Attached = { content: Buffer.from('{"invoice":1}') };
    for (const files of [
      ...[
        [own],
        [{ content: Buffer.from(credential) }],
        [other, own],
        [{ ...own, filter: "[ /FlateDecode ]" }],
      ],
      ...[[{ ...own, length: "12 0 R" }], [{ ...own, length: "99999999" }], [{ ...own, length: "3" }]],
      [{ content: Buffer.from("garbage"), filter: "/FlateDecode" }, { ...own, filter: "/Crypt" }, own],
    ])
      expect(await outcome(pdf(...files)), JSON.stringify(files[0])).to.equal(`PDF: ${credential}`);
    expect(await outcome(pdf({ content: Buffer.from(token) }))).to.equal(`JWT: ${token}`);
    expect(await outcome(Buffer.concat([Buffer.from("\n\n"), pdf(own)]))).to.equal(`PDF: ${credential}`);
  });
});

describe("a file is refused", () => {
  const refusals: readonly (readonly [what: string, file: string | Buffer, code: string])[] = [
    ["an empty one", "", "not_json"],
    ["bytes that are no text", Buffer.from([0xc3, 0x28, 0xa0]), "not_json"],
    ["a photograph", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), "other_format"],
    ["an archive", Buffer.from("PK\u0003\u0004aaaa"), "other_format"],
    ["a packed drawing", Buffer.from([0x1f, 0x8b, 8, 0]), "other_format"],
    ["a picture without a certificate", png(), "nothing_inside"],
    ["a picture with an empty one", png(iTXt("")), "nothing_inside"],
    ["a picture cut off", png(iTXt(credential)).subarray(0, 90), "file_damaged"],
    [
      "a picture with a wrong checksum",
      png(chunk("tEXt", Buffer.from(`openbadgecredential\0${credential}`), 7)),
      "file_damaged",
    ],
    [
      "a picture whose text ends in its head",
      png(chunk("iTXt", Buffer.from("openbadgecredential\0\0\0xx"))),
      "file_damaged",
    ],
    [
      "a picture with what is no UTF-8",
      png(chunk("iTXt", Buffer.from("openbadgecredential\0\0\0\0\0\xff\xfe", "latin1"))),
      "file_damaged",
    ],
    ["a picture with a broken stream", png(zTXt(Buffer.from("no stream"))), "file_damaged"],
    [
      "a picture with a chunk that claims all memory",
      Buffer.concat([
        png().subarray(0, 8),
        Buffer.from([0xff, 0xff, 0xff, 0xff]),
        Buffer.from("iTXtopenbadgecredential\0"),
      ]),
      "file_damaged",
    ],
    ["a drawing without a certificate", svg(""), "nothing_inside"],
    ["a drawing with an empty one", svg("<openbadges:credential/>"), "nothing_inside"],
    ["a drawing cut off", svg("<openbadges:credential>").slice(0, 150), "file_damaged"],
    [
      "a drawing with markup for a certificate",
      svg("<openbadges:credential><b/></openbadges:credential>"),
      "file_damaged",
    ],
    ["a drawing that declares entities", svg("", '<!DOCTYPE svg [<!ENTITY a "aaaa">]>'), "file_unsafe"],
    [
      "a drawing that fetches",
      svg("", '<!DOCTYPE svg [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'),
      "file_unsafe",
    ],
    [
      "a drawing with an entity of its own",
      svg("<openbadges:credential>&lol9;</openbadges:credential>"),
      "file_unsafe",
    ],
    ["a PDF without files", pdf(), "nothing_inside"],
    ["a PDF with another file", pdf({ content: Buffer.from('{"a":1}') }), "nothing_inside"],
    [
      "a PDF whose certificate is no attachment",
      pdf({ content: Buffer.from(credential), type: "/XObject" }),
      "nothing_inside",
    ],
    ["a file that is too large", Buffer.alloc(mostFileBytes + 1, "{"), "too_large"],
    ["JSON that is too large", Buffer.alloc(513 * 1024, "{"), "too_large"],
  ];
  for (const [what, file, code] of refusals) {
    it(`${what}: ${code}`, async () => {
      expect(await outcome(file)).to.equal(code);
    });
  }

  it("with a bomb in it: too_large, and soon", async function () {
    this.timeout(20_000);
    const bomb = deflateSync(Buffer.alloc(300 * 1024 * 1024));
    const begun = performance.now();
    expect(await outcome(png(zTXt(bomb)))).to.equal("too_large");
    const attached: Attached = { content: bomb, filter: "/FlateDecode" };
    expect(await outcome(pdf(...Array.from({ length: 20 }, () => attached)))).to.equal("too_large");
    expect(performance.now() - begun).to.be.lessThan(5000);
  });

  it("soon, however often something begins in it", async function () {
    this.timeout(60_000);
    const full = (part: string): Buffer =>
      Buffer.from(part.repeat(Math.floor((mostFileBytes - 200) / part.length)));
    const chunks = Buffer.alloc(mostFileBytes - 100);
    png().copy(chunks);
    for (const [name, file] of Object.entries({
      "empty chunks": Buffer.concat([
        png().subarray(0, 33),
        ...Array.from({ length: 200_000 }, () => chunk("aaAa", Buffer.alloc(0))),
      ]),
      "zeros behind a picture": chunks,
      "open tags": full("<svg a='b' "),
      "open comments": Buffer.concat([Buffer.from("<svg>"), full("<!-")]),
      entities: Buffer.concat([Buffer.from("<svg>"), full("&amp;")]),
      attributes: Buffer.concat([Buffer.from("<svg"), full(' a="b"')]),
      blanks: Buffer.concat([Buffer.from("<svg"), full(" ")]),
      "attached files": Buffer.concat([
        Buffer.from("%PDF-1.7\n"),
        full("1 0 obj<</Type/EmbeddedFile>>stream\n"),
      ]),
      "names of files": Buffer.concat([Buffer.from("%PDF-1.7\n"), full("/EmbeddedFile ")]),
    })) {
      const begun = performance.now();
      expect(await outcome(file), name).not.to.contain(":");
      expect(performance.now() - begun, name).to.be.lessThan(5000);
    }
  });
});

describe("a file of which some bytes were changed", function () {
  this.timeout(120_000);
  const whole = {
    PNG: png(iTXt(credential)),
    SVG: Buffer.from(
      svg(`<openbadges:credential>${credential.replaceAll(/[&<>]/g, "_")}</openbadges:credential>`),
    ),
    PDF: pdf({ content: deflateSync(credential), filter: "/FlateDecode" }),
  };
  for (const [name, file] of Object.entries(whole)) {
    it(`is read or refused in words, never anything else: ${name}`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
          fc.nat(file.length),
          fc.boolean(),
          async (changes, cut, isCut) => {
            const changed = Buffer.from(isCut ? file.subarray(0, cut) : file);
            for (const [at, byte] of changes) if (at < changed.length) changed[at] = byte;
            expect(await outcome(changed)).to.be.a("string");
          },
        ),
        { numRuns: 300 },
      ));
  }
  it("never loses a bit of a picture's certificate without a word: its checksum holds it", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(whole.PNG.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(whole.PNG);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const result = await outcome(changed);
        if (result.includes(": ")) expect(result).to.be.oneOf([`PNG: ${credential}`, `JSON: ${credential}`]);
      }),
      { numRuns: 300 },
    ));
});
