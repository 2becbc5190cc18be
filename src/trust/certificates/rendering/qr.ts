import { create } from "qrcode";

/** A QR code (ISO/IEC 18004) of an address as one SVG path, a unit a module, and how many modules it has a side. */
export function qrPath(text: string): { readonly path: string; readonly size: number } {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const { size } = modules;
  const rows: string[] = [];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const begin = x;
      while (x < size && modules.get(y, x)) x += 1;
      if (x > begin) rows.push(`M${String(begin)} ${String(y)}h${String(x - begin)}v1H${String(begin)}z`);
    }
  }
  return { path: rows.join(""), size };
}
