import { expect } from "chai";
import fc from "fast-check";
import { ConfigError, parseConfig } from "../../../src/foundation/config/index.js";

type Variables = Readonly<Record<string, string | undefined>>;

function faultsOf(variables: Variables): readonly string[] {
  try {
    parseConfig(variables);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as ConfigError).faults;
  }
  return [];
}

const namesOf = (variables: Variables): string[] =>
  [...new Set(faultsOf(variables).map((fault) => fault.slice(0, fault.indexOf(":"))))].sort();

const production = {
  TESSERA_URL: "https://tessera.example",
  TESSERA_SECRET_FILE: "/run/secrets/tessera",
  NODE_ENV: "production",
} as const;

describe("the configuration", () => {
  it("without any variable is a development installation with the sandbox beside it", () => {
    const config = parseConfig({});
    expect(config).to.deep.include({
      origin: "http://localhost:3000",
      port: 3000,
      host: "127.0.0.1",
      production: false,
      sandbox: { origin: "http://127.0.0.1:3001", port: 3001 },
      demonstration: true,
      secretFile: undefined,
      proxies: 0,
      xapiVersion: "1.0.3",
      logLevel: "info",
      stopDeadlineMs: 20_000,
    });
    expect(config.database.reveal()).to.equal("file:data/tessera.db");
  });

  it("on a public origin is production: no sandbox, no invented jurisdictions", () => {
    const config = parseConfig({ ...production, NODE_ENV: undefined });
    expect(config).to.deep.include({ production: true, sandbox: undefined, demonstration: false, port: 443 });
  });

  it("takes a mail server and a sender together, and keeps the server's address a secret", () => {
    const mail = {
      TESSERA_SMTP_URL: "smtps://tool:p%40ss@mail.example:2465",
      TESSERA_MAIL_FROM: "reminders@tessera.example",
    };
    const config = parseConfig(mail);
    expect(config.mail?.from).to.equal(mail.TESSERA_MAIL_FROM);
    expect(config.mail?.url.reveal()).to.equal(mail.TESSERA_SMTP_URL);
    expect(JSON.stringify(config)).not.to.include("p%40ss");
    expect(parseConfig({}).mail).to.equal(undefined);
    expect(namesOf({ ...mail, TESSERA_MAIL_FROM: "" })).to.deep.equal(["TESSERA_MAIL_FROM"]);
    expect(namesOf({ ...mail, TESSERA_SMTP_URL: "" })).to.deep.equal(["TESSERA_SMTP_URL"]);
    for (const url of [
      ...["mail.example", "http://mail.example", "smtp://", "smtp:mail.example", "smtp://mail.example/x"],
      ...["smtp://mail.example?tls=off", "smtp://u:%ff@mail.example", "smtp://a b", "smtp://mail.example#x"],
    ])
      expect(namesOf({ ...mail, TESSERA_SMTP_URL: url }), url).to.deep.equal(["TESSERA_SMTP_URL"]);
    for (const from of [
      "tessera",
      "Tessera <a@b.example>",
      "a@b.example,c@d.example",
      "a@b.example\nBcc: c@d",
    ])
      expect(namesOf({ ...mail, TESSERA_MAIL_FROM: from }), from).to.deep.equal(["TESSERA_MAIL_FROM"]);
    for (const url of [
      "smtp://localhost",
      "smtp://[::1]:25",
      "smtp://127.0.0.1:2525",
      "smtps://mail.example/",
    ])
      expect(namesOf({ ...mail, TESSERA_SMTP_URL: url }), url).to.deep.equal([]);
  });

  it("takes empty variables for absent ones", () => {
    const config = parseConfig({ TESSERA_URL: "", TESSERA_PORT: "", TESSERA_SANDBOX: "" });
    expect(config).to.deep.include({ origin: "http://localhost:3000", port: 3000 });
    expect(config.sandbox).not.to.equal(undefined);
  });

  it("listens on the origin's port unless TESSERA_PORT says otherwise", () => {
    expect(parseConfig({ TESSERA_URL: "http://localhost:8080/" })).to.include({
      port: 8080,
      origin: "http://localhost:8080",
    });
    expect(parseConfig({ TESSERA_URL: "http://localhost" }).port).to.equal(80);
    expect(parseConfig({ ...production, TESSERA_PORT: "8080" })).to.include({
      port: 8080,
      origin: "https://tessera.example",
    });
  });

  it("gives holders fourteen days to object, or any number from one to half a year", () => {
    expect(parseConfig({}).appealDays).to.equal(14);
    for (const days of ["1", "180"])
      expect(parseConfig({ TESSERA_APPEAL_DAYS: days }).appealDays).to.equal(Number(days));
  });

  it("can't be changed afterwards", () => {
    const config = parseConfig({}) as unknown as Record<string, unknown>;
    expect(Object.isFrozen(config) && Object.isFrozen(config.sandbox)).to.equal(true);
    expect(() => (config.production = true)).to.throw(TypeError);
  });

  it("prints no database address, which may hold a password", () => {
    const config = parseConfig({ TESSERA_DATABASE: "mongodb://user:hunter2@db.example/tessera" });
    expect(JSON.stringify(config)).not.to.contain("hunter2");
    expect(config.database.reveal()).to.contain("hunter2");
  });

  it("says all faults at once: wrong values, unknown names and contradictions", () => {
    const names = namesOf({
      TESSERA_URL: "http://tessera.example",
      TESSERA_PORT: "many",
      TESSERA_LOG: "loud",
      TESSERA_SANDBOX: "on",
      TESSERA_VC_API: "on",
      TESSERA_DATBASE: "file:x",
    });
    expect(names).to.deep.equal([
      "TESSERA_DATBASE",
      "TESSERA_LOG",
      "TESSERA_PORT",
      "TESSERA_SANDBOX",
      "TESSERA_SECRET_FILE",
      "TESSERA_URL",
      "TESSERA_VC_API",
    ]);
  });

  it("says no fault of a variable that has none because another one is wrong", () => {
    expect(namesOf({ TESSERA_URL: "no url" })).to.deep.equal(["TESSERA_URL"]);
    expect(namesOf({ TESSERA_SANDBOX: "yes" })).to.deep.equal(["TESSERA_SANDBOX"]);
    expect(namesOf({ ...production, TESSERA_SANDBOX: "yes" })).to.deep.equal(["TESSERA_SANDBOX"]);
    expect(namesOf({ TESSERA_PORT: "x" })).to.deep.equal(["TESSERA_PORT"]);
  });

  it("repeats no value in its faults", () => {
    const canary = "hunter2-canary";
    const names = [
      "URL",
      "PORT",
      "DATABASE",
      "SANDBOX",
      "DEMONSTRATION",
      "PROXIES",
      "LOG",
      "STOP_SECONDS",
      "TOKEN",
    ];
    const variables = Object.fromEntries(names.map((name) => [`TESSERA_${name}`, canary]));
    const faults = faultsOf(variables);
    expect(faults).to.have.length(names.length);
    expect(faults.join("\n")).not.to.contain(canary);
    const error = new ConfigError(faults);
    expect(error.message).to.contain(faults[0]!).and.to.contain(faults.at(-1)!);
  });

  it("never breaks in another way than by its own error, whatever the values are", () => {
    const names = fc.constantFrom(
      "URL",
      "PORT",
      "HOST",
      "DATABASE",
      "SANDBOX",
      "PROXIES",
      "LOG",
      "STOP_SECONDS",
    );
    const value = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.integer().map(String),
      fc.constantFrom("on", "http://", "//"),
    );
    fc.assert(
      fc.property(fc.dictionary(names, value), (given) => {
        faultsOf(Object.fromEntries(Object.entries(given).map(([name, text]) => [`TESSERA_${name}`, text])));
      }),
    );
  });

  const refused: [string, Variables, string][] = [
    ["the sandbox in production", { ...production, TESSERA_SANDBOX: "on" }, "TESSERA_SANDBOX"],
    [
      "the sandbox with NODE_ENV=production on this machine",
      { NODE_ENV: "production", TESSERA_SANDBOX: "on", TESSERA_SECRET_FILE: "s" },
      "TESSERA_SANDBOX",
    ],
    ["http outside this machine", { ...production, TESSERA_URL: "http://tessera.example" }, "TESSERA_URL"],
    [
      "http on a name that only looks like this machine",
      { ...production, TESSERA_URL: "http://localhost.evil.example" },
      "TESSERA_URL",
    ],
    ["a path in the origin", { ...production, TESSERA_URL: "https://tessera.example/path" }, "TESSERA_URL"],
    ["a query in the origin", { ...production, TESSERA_URL: "https://tessera.example/?a" }, "TESSERA_URL"],
    [
      "credentials in the origin",
      { ...production, TESSERA_URL: "https://a:b@tessera.example" },
      "TESSERA_URL",
    ],
    ["another scheme", { ...production, TESSERA_URL: "ftp://tessera.example" }, "TESSERA_URL"],
    [
      "production without a secret file",
      { ...production, TESSERA_SECRET_FILE: undefined },
      "TESSERA_SECRET_FILE",
    ],
    [
      "the sandbox beside a tool on 127.0.0.1, its own site",
      { TESSERA_URL: "http://127.0.0.1:3000" },
      "TESSERA_URL",
    ],
    ["a setting that does not exist", { TESSERA_URLL: "x" }, "TESSERA_URLL"],
    ["a setting named like an object's own", { TESSERA_constructor: "x" }, "TESSERA_constructor"],
    ["port 0", { TESSERA_PORT: "0" }, "TESSERA_PORT"],
    ["port 0 in the origin", { TESSERA_URL: "http://localhost:0" }, "TESSERA_URL"],
    ["a port above all", { TESSERA_PORT: "65536" }, "TESSERA_PORT"],
    ["half a port", { TESSERA_PORT: "80.5" }, "TESSERA_PORT"],
    ["a port in hexadecimal", { TESSERA_PORT: "0x50" }, "TESSERA_PORT"],
    ["a blank port", { TESSERA_PORT: " " }, "TESSERA_PORT"],
    [
      "the last port with the sandbox on the next one",
      { TESSERA_URL: "http://localhost:65535" },
      "TESSERA_URL",
    ],
    ["the last port with the sandbox on the next one", { TESSERA_PORT: "65535" }, "TESSERA_PORT"],
    ["another database", { TESSERA_DATABASE: "postgres://x" }, "TESSERA_DATABASE"],
    ["a database without a path", { TESSERA_DATABASE: "file:" }, "TESSERA_DATABASE"],
    ["a negative number of proxies", { TESSERA_PROXIES: "-1" }, "TESSERA_PROXIES"],
    ["no time to object", { TESSERA_APPEAL_DAYS: "0" }, "TESSERA_APPEAL_DAYS"],
    ["more time to object than half a year", { TESSERA_APPEAL_DAYS: "181" }, "TESSERA_APPEAL_DAYS"],
    ["a time to object in parts of a day", { TESSERA_APPEAL_DAYS: "1.5" }, "TESSERA_APPEAL_DAYS"],
    ["a stop without end", { TESSERA_STOP_SECONDS: "Infinity" }, "TESSERA_STOP_SECONDS"],
  ];
  for (const [what, variables, name] of refused) {
    it(`refuses ${what} (${name})`, () => expect(namesOf(variables)).to.deep.equal([name]));
  }

  it("takes the last port when no sandbox needs the next one", () => {
    expect(parseConfig({ TESSERA_URL: "http://localhost:65535", TESSERA_SANDBOX: "off" }).port).to.equal(
      65535,
    );
    expect(parseConfig({ ...production, TESSERA_PORT: "65535" }).port).to.equal(65535);
  });

  it("leaves other programs' variables and those of the tests alone", () => {
    expect(faultsOf({ PATH: "/bin", TESSERA_TEST_MONGODB: "mongodb://x", HOME: "~" })).to.deep.equal([]);
  });
});
