import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { RegistrationError } from "../../../src/standards/lti/index.js";
import { anAcademy, words } from "./an-academy.js";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

describe("what is written about registration", () => {
  it("names every code, and only codes that there are", () => {
    const codes = Object.keys(RegistrationError.statuses);
    const page = read("docs/registration.md");
    const rows = [...page.matchAll(/^\| `([a-z_]+)`/gm)].map(([, code]) => code);
    expect(rows).to.have.members(codes);
  });

  it("has words for every code, that need nothing but what the error says", () => {
    const values = { part: "issuer", reason: "why", status: 400, clientId: "client" };
    for (const code of Object.keys(RegistrationError.statuses)) {
      for (const part of ["title", "text", "next"])
        expect(words.t(`errors.${code}.${part}`, values)).to.match(/^[^⟦{…]{10,}$/);
    }
  });

  it("shows the JSON for Canvas as the tool itself serves it", async () => {
    const tool = await anAcademy();
    const response = await fetch(`${tool.origin}/lti/canvas.json`);
    await tool.stop();
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.include("application/json");
    const text = JSON.stringify(await response.json(), null, 2)
      .replaceAll(tool.origin, "https://tessera.example")
      .replaceAll(new URL(tool.origin).host, "tessera.example");
    expect(`${text}\n`).to.equal(read("lti-config/canvas.json.txt"));
  });
});
