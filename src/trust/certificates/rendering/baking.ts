import { crc32 } from "node:zlib";

/**
 * Puts a signed credential into an SVG, right behind its first tag (OB 3.0 §5.3.2.1): its JSON as CDATA, byte for byte.
 * @param svg one that begins with its `<svg …>` tag
 */
export function bakeSvg(svg: string, credential: string): string {
  const end = svg.indexOf(">");
  // The only text that may not stand in CDATA is its end.
  const content = credential.replaceAll("]]>", "]]]]><![CDATA[>");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    svg.slice(0, end),
    ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">',
    `<openbadges:credential><![CDATA[${content}]]></openbadges:credential>`,
    svg.slice(end + 1),
  ].join("");
}

/** The signature and the header chunk, which always comes first and has 13 bytes (PNG §5.6, §11.2.1). */
const headEnd = 8 + 12 + 13;

/** Puts a signed credential into a PNG as an uncompressed iTXt chunk before the picture's data (OB 3.0 §5.3.1.1). */
export function bakePng(png: Uint8Array, credential: string): Buffer {
  const type = Buffer.from("iTXt", "latin1");
  // Keyword, not compressed, no language, no translated keyword (PNG §11.3.3.4).
  const data = Buffer.from(`openbadgecredential\0\0\0\0\0${credential}`, "utf8");
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(data, crc32(type)));
  return Buffer.concat([png.subarray(0, headEnd), length, type, data, sum, png.subarray(headEnd)]);
}
