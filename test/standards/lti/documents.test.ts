import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { launchChecks, LtiError, readPlatformFiles } from "../../../src/standards/lti/index.js";

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

describe("what is written about LTI", () => {
  const page = readFileSync(root("docs/lti.md"), "utf8");

  it("shows the launch's checks in the order in which they are made", () => {
    const rows = [...page.matchAll(/^\| (\d{1,2}) \| ([^|]+) \|/gm)].map(
      ([, number, name]) => `${number} ${name?.trim()}`,
    );
    expect(rows).to.deep.equal(launchChecks.map(({ name }, index) => `${index + 1} ${name}`));
  });

  it("names only codes that there are, and every code of a login or launch", () => {
    const codes = Object.keys(LtiError.statuses);
    const named = new Set([...page.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, code]) => code));
    const others = [
      ...["login_hint", "target_link_uri", "client_id", "lti_deployment_id", "lti_storage_target"],
      ...["canvas_region", "for_user", "context_history", "previous_context_ids", "context_memberships_url"],
    ];
    for (const code of named) expect([...codes, ...others]).to.include(code);
    const ofServices = /^(token_refused|service_|platform_file|platform_url)/;
    for (const code of codes) if (!ofServices.test(code)) expect([...named]).to.include(code);
  });

  it("has words for every code, that need nothing but what the error says", () => {
    const words = loadCatalogues(root("views/locales")).negotiate(["en"]);
    const values = {
      part: "iss",
      reason: "login_required",
      status: 400,
      service: "token",
      faults: "x",
      urls: "x",
    };
    for (const code of Object.keys(LtiError.statuses)) {
      for (const part of ["title", "text", "next"]) {
        expect(words.t(`errors.${code}.${part}`, values)).to.match(/^[^⟦{]{10,}$/);
      }
    }
  });
});

describe("the platforms' files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "platforms-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const example = (): Record<string, unknown> =>
    JSON.parse(readFileSync(root("lti-config/platforms/example.json.txt"), "utf8")) as Record<
      string,
      unknown
    >;
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));

  it("are read in the order of their names, all *.json and nothing else", () => {
    write("b.json", { ...example(), name: "B" });
    write("a.json", { ...example(), name: "A" });
    write("c.json.txt", "not read");
    expect(readPlatformFiles(folder).map(({ name }) => name)).to.deep.equal(["A", "B"]);
  });

  it("may be none", () => {
    expect(readPlatformFiles(join(folder, "nowhere"))).to.deep.equal([]);
  });

  it("in a folder that can't be read are a fault, not none", () => {
    const file = join(folder, "no-folder");
    writeFileSync(file, "");
    expect(() => readPlatformFiles(file))
      .to.throw(LtiError)
      .with.property("data")
      .that.deep.equals({ faults: [`${file}: ENOTDIR`] });
  });

  it("need little: the rest follows from it", () => {
    const { name, issuer, clientId, authorizationUrl, tokenUrl, jwksUrl } = example();
    write("a.json", { name, issuer, clientId, authorizationUrl, tokenUrl, jwksUrl });
    expect(readPlatformFiles(folder)[0]).to.deep.include({
      flavour: "other",
      tokenAudience: tokenUrl,
      frameOrigin: "https://moodle.example",
      serviceOrigins: ["https://moodle.example"],
      status: "active",
      deployments: [],
    });
  });

  it("tell all their faults at once, with file and field", () => {
    write("a.json", { ...example(), issuer: "moodle", clientId: "" });
    write("b.json", { ...example(), jwksUrl: "ftp://moodle.example/keys", colour: "blue" });
    write("c.json", "{");
    write("d.json", { ...example(), tokenUrl: "https://user:secret@moodle.example/token" });
    let thrown: unknown;
    try {
      readPlatformFiles(folder);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).to.be.instanceOf(LtiError).and.to.include({ code: "platform_file_invalid" });
    const faults = (thrown as LtiError).data.faults as string[];
    expect(faults.map((fault) => fault.split(": ").slice(0, 2).join(" "))).to.have.members([
      "a.json issuer",
      "a.json clientId",
      "b.json jwksUrl",
      "b.json (file)",
      "c.json can't be read as JSON",
      "d.json tokenUrl",
    ]);
    expect(faults.join()).not.to.include("secret");
  });
});
