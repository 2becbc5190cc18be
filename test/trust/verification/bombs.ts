import { crc32, deflateSync } from "node:zlib";
import { mib } from "./harm.js";

/** 200 MiB of nothing, as 200 kB of zlib stream. */
const inflating = (): Buffer => deflateSync(Buffer.alloc(200 * mib), { level: 9 });
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const keyword = Buffer.from("openbadgecredential\0", "latin1");

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, "latin1");
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data, crc32(type)));
  return Buffer.concat([head, data, sum]);
}

const png = (...chunks: Buffer[]): Buffer =>
  Buffer.concat([signature, ...chunks, chunk("IEND", Buffer.alloc(0))]);

const embedded = (bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `1 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length ${bytes.length} >>\nstream\n`,
      "latin1",
    ),
    bytes,
    Buffer.from("\nendstream\nendobj\n", "latin1"),
  ]);
const pdf = (...parts: Buffer[]): Buffer => Buffer.concat([Buffer.from("%PDF-1.7\n", "latin1"), ...parts]);

const longest = 8 * mib - 1024;
const filled = (begin: string, piece: string, end = ""): Buffer =>
  Buffer.from(begin + piece.repeat(Math.floor((longest - begin.length - end.length) / piece.length)) + end);

/** Files that are small, or at most as large as one may be, and would be much more for whoever takes them at their word. */
export const bombs: Readonly<Record<string, () => Buffer>> = {
  "bomb.png: packed text of 200 MiB": () =>
    png(chunk("zTXt", Buffer.concat([keyword, Buffer.alloc(1), inflating()]))),
  "bomb.png: packed international text of 200 MiB": () =>
    png(chunk("iTXt", Buffer.concat([keyword, Buffer.from([1, 0, 0, 0]), inflating()]))),
  "bomb.png: 100,000 chunks": () =>
    png(...Array.from({ length: 100_000 }, () => chunk("tEXt", Buffer.from("a\0b")))),
  "bomb.png: a chunk that says it has 2 GiB": () =>
    Buffer.concat([signature, Buffer.from([0x7f, 0xff, 0xff, 0xff]), Buffer.from("iTXt"), keyword]),
  "bomb.svg: a million elements in one another": () => filled("<svg>", "<g>"),
  "bomb.svg: a million attributes": () => filled("<svg", ' a1="b"', "/>"),
  "bomb.svg: a million attributes with names of their own": () =>
    Buffer.from(`<svg${Array.from({ length: 600_000 }, (_, n) => ` a${n}="b"`).join("")}/>`),
  "bomb.svg: a million pieces of text": () =>
    filled("<svg><openbadges:credential>", "a<!---->", "</openbadges:credential></svg>"),
  "bomb.svg: blanks without end": () => filled("<svg a", " "),
  "bomb.svg: text that is all escapes": () =>
    filled("<svg><openbadges:credential>", "&amp;", "</openbadges:credential></svg>"),
  "bomb.pdf: an attached file of 200 MiB": () => pdf(embedded(inflating())),
  "bomb.pdf: thirty attached files of 200 MiB": () => {
    const one = embedded(inflating());
    return pdf(...Array.from({ length: 30 }, () => one));
  },
  "bomb.pdf: 100,000 marks of attached files": () => filled("%PDF-1.7\n", "1 0 obj /EmbeddedFile "),
  "bomb.pdf: a dictionary of opened brackets": () =>
    pdf(
      ...Array.from({ length: 100 }, () =>
        Buffer.from(
          `1 0 obj<<${"/Filter[".repeat(500)}/EmbeddedFile ${"/Filter[".repeat(450)}>>stream\nx\nendstream\n`,
        ),
      ),
    ),
  "bomb.json: as deep as it is long": () => Buffer.from(`{"a":${"[".repeat(500_000)}`),
};
