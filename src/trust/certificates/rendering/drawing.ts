import { Resvg } from "@resvg/resvg-js";
import { drawBadge } from "./badge.js";
import { bakePng, bakeSvg } from "./baking.js";
import { printCertificate } from "./pdf.js";
import type { Sheet } from "./sheet.js";

/** What is drawn of a certificate, each with the signed JSON in it. */
export type DrawnForm = "png" | "svg" | "pdf";

/** Twice what a page shows it in, for dense screens. */
const pngWidth = 800;

/** Draws here and now, which may take a second: `createPress` has it done elsewhere. */
export async function draw(form: DrawnForm, sheet: Sheet): Promise<Buffer> {
  if (form === "pdf") return printCertificate(sheet);
  const badge = drawBadge(sheet);
  if (form === "svg") return Buffer.from(bakeSvg(badge, sheet.credential), "utf8");
  // Its text is outlines: no font is looked for, so it is the same on every machine.
  const options = { fitTo: { mode: "width", value: pngWidth }, font: { loadSystemFonts: false } } as const;
  return bakePng(new Resvg(badge, options).render().asPng(), sheet.credential);
}
