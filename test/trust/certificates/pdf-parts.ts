import { inflateSync } from "node:zlib";

/** A PDF as it is, and each of its packed streams unpacked: all that a search of every byte has to look at. */
export function insideOf(pdf: Buffer): Buffer[] {
  const parts = [pdf];
  for (let at = pdf.indexOf("stream\n"); at >= 0; at = pdf.indexOf("stream\n", at + 7)) {
    try {
      parts.push(inflateSync(pdf.subarray(at + 7)));
    } catch {
      // Not packed: it stands in the file as it is.
    }
  }
  return parts;
}

/**
 * What is written on its pages, as a screen reader has it: the numbers of glyphs, read by the maps that the file has for
 * that. Each text is read by each map, so that there is nonsense between the lines.
 */
export function writtenOn(pdf: Buffer): string {
  const streams = insideOf(pdf)
    .slice(1)
    .map((part) => part.toString("latin1"));
  const maps = streams
    .filter((stream) => stream.includes("beginbfrange"))
    .map((stream) =>
      [...stream.matchAll(/<(\w+)> <\w+> \[([^\]]*)\]/g)].flatMap(([, from = "", list = ""]) =>
        [...list.matchAll(/<([^>]*)>/g)].map(
          ([, text = ""], place) => [parseInt(from, 16) + place, fromUtf16(text)] as const,
        ),
      ),
    )
    .map((entries) => new Map(entries));
  const texts = streams
    .filter((stream) => stream.includes("BT"))
    .flatMap((stream) => [...stream.matchAll(/\[([^\]]*)\] TJ/g)])
    .map(([, inner = ""]) => [...inner.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = ""]) => hex).join(""));
  return texts
    .flatMap((hex) =>
      maps.map((map) =>
        (hex.match(/.{4}/g) ?? []).map((glyph) => map.get(parseInt(glyph, 16)) ?? "").join(""),
      ),
    )
    .join("\n");
}

const fromUtf16 = (hex: string): string =>
  Buffer.from(hex.replaceAll(/\s/g, ""), "hex").swap16().toString("utf16le");
