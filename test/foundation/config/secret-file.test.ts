import { expect } from "chai";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ConfigError, readSecretFile } from "../../../src/foundation/config/index.js";

describe("the secret file", () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tessera-secret-"));
    path = join(directory, "data", "secret");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (content: string | Buffer): string => {
    const file = join(directory, "given");
    writeFileSync(file, content);
    return file;
  };
  const read = (file: string): Buffer => readSecretFile(file, { create: false }).reveal();

  it("is made in development, for its owner only, and is then read again", () => {
    const made = readSecretFile(path, { create: true }).reveal();
    expect(made.length).to.be.at.least(32);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(readSecretFile(path, { create: true }).reveal()).to.deep.equal(made);
    expect(readdirSync(join(directory, "data"))).to.deep.equal(["secret"]);
  });

  it("is another one for each installation", () => {
    const one = readSecretFile(path, { create: true }).reveal();
    const other = readSecretFile(`${path}-2`, { create: true }).reveal();
    expect(one.equals(other)).to.equal(false);
  });

  it("is never overwritten", () => {
    const file = write("x".repeat(40));
    chmodSync(file, 0o400);
    expect(readSecretFile(file, { create: true }).reveal().toString()).to.equal("x".repeat(40));
    expect(readFileSync(file, "utf8")).to.equal("x".repeat(40));
  });

  it("is never overwritten when it is too short either", () => {
    const file = write("short");
    expect(() => readSecretFile(file, { create: true })).to.throw(ConfigError, "TESSERA_SECRET_FILE");
    expect(readFileSync(file, "utf8")).to.equal("short");
  });

  it("is the same for processes that start at once", async function () {
    this.timeout(60_000);
    const program = `
      const { readSecretFile } = await import(${JSON.stringify(new URL("../../../src/foundation/config/index.ts", import.meta.url).href)});
      process.stdout.write(readSecretFile(process.argv[1], { create: true }).reveal().toString("hex"));`;
    const run = async (): Promise<string> =>
      (
        await promisify(execFile)(process.execPath, [
          "--import=tsx",
          "--input-type=module",
          "-e",
          program,
          path,
        ])
      ).stdout;
    const read = await Promise.all([run(), run(), run()]);
    expect(new Set(read).size).to.equal(1);
    expect(read[0]).to.equal(readFileSync(path).toString("hex"));
  });

  it("is not made in production", () => {
    expect(() => readSecretFile(path, { create: false })).to.throw(ConfigError, "TESSERA_SECRET_FILE");
    expect(readdirSync(directory)).to.deep.equal([]);
  });

  it("is refused when it can't be made, by the configuration's own error", () => {
    const file = write("a file, no directory");
    expect(() => readSecretFile(join(file, "secret"), { create: true })).to.throw(
      ConfigError,
      "TESSERA_SECRET_FILE",
    );
    expect(() => readSecretFile(directory, { create: true })).to.throw(ConfigError, "TESSERA_SECRET_FILE");
  });

  it("holds 32 bytes at least, a line's end not counted", () => {
    expect(() => read(write("x".repeat(31)))).to.throw(ConfigError, "32 bytes");
    expect(() => read(write(`${"x".repeat(31)}\n`))).to.throw(ConfigError, "32 bytes");
    expect(() => read(write(`${"x".repeat(31)}\r\n`))).to.throw(ConfigError, "32 bytes");
    expect(() => read(write(""))).to.throw(ConfigError, "32 bytes");
    expect(read(write(`${"x".repeat(32)}\n`)).toString()).to.equal("x".repeat(32));
  });

  it("may hold any bytes, and each of them counts", () => {
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0x80]),
      randomBytes(28),
      Buffer.from([0x81]),
    ]);
    expect(read(write(bytes))).to.deep.equal(bytes);
    expect(() => read(write(Buffer.alloc(12, 0xff)))).to.throw(ConfigError, "32 bytes");
  });
});
