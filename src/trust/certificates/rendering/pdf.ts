import PDFDocument from "pdfkit";
import { Page, pageSize } from "./pdf-page.js";
import { colours } from "./look.js";
import { attachedFile, type Sheet } from "./sheet.js";

/**
 * A certificate on paper (A4): tagged, in one language, with its address as a QR code and the signed JSON attached. The
 * same sheet gives the same bytes: its only date is the certificate's, it has no author, and a name that the holder asks
 * for is drawn on the page and stands nowhere else.
 */
export async function printCertificate(sheet: Sheet): Promise<Buffer> {
  const awarded = new Date(sheet.awardedAt);
  const document = new PDFDocument({
    ...{ size: [pageSize.width, pageSize.height], margin: 0, pdfVersion: "1.7", lang: sheet.locale },
    ...{ tagged: true, displayTitle: true },
    info: { Title: sheet.paper.documentTitle, CreationDate: awarded, ModDate: awarded },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on("data", (chunk: Buffer) => chunks.push(chunk));
    document.on("end", () => {
      resolve(Buffer.concat(chunks));
    });
    document.on("error", reject);
  });
  document.file(Buffer.from(sheet.credential, "utf8"), {
    ...{ name: attachedFile, type: "application/json", relationship: "Data" },
    ...{ creationDate: awarded, modifiedDate: awarded, description: sheet.paper.attached },
  });
  const page = new Page(document, sheet.direction);
  drawHead(page, sheet);
  drawRows(page, sheet);
  drawCheck(page, sheet);
  page.end();
  return done;
}

function drawHead(page: Page, { kicker, title, marks, paper }: Sheet): void {
  page.mark(paper.mark);
  page.text("P", kicker, { size: 12, weight: 600, colour: colours.shared, after: 22, inset: 44 });
  page.text("H1", title, { size: 24, weight: 600, after: 6 });
  page.text("P", paper.subtitle, { size: 10.5, colour: colours.muted, after: 16 });
  for (const { short, text } of marks) {
    page.text("P", short, { size: 12, weight: 600, colour: colours.own, after: 1 });
    page.text("P", text, { size: 10.5, after: 8 });
  }
}

function drawRows(page: Page, { paper }: Sheet): void {
  page.gap(8);
  for (const { label, values } of paper.rows) page.row(label, values);
  if (paper.named !== undefined) page.text("P", paper.named, { size: 9, colour: colours.muted, after: 6 });
}

function drawCheck(page: Page, { url, paper }: Sheet): void {
  const code = 124;
  const inset = code + 24;
  page.together(170);
  page.gap(10);
  page.rule();
  page.code(url, { alt: paper.code, side: code });
  page.text("H2", paper.check, { size: 15, weight: 600, after: 4, inset });
  page.text("P", paper.checkText, { size: 10.5, after: 6, inset });
  page.link(url, { size: 9.5, weight: 600, colour: colours.shared, after: 8, inset });
  page.text("P", paper.attached, { size: 9, colour: colours.muted, after: 0, inset });
}
