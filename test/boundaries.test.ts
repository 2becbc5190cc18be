import { expect } from "chai";
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const configuration = join(root, ".dependency-cruiser.cjs");
const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

const { forbidden } = createRequire(import.meta.url)(configuration) as { forbidden: { name: string }[] };

/** Every breach within a tree, as `rule: from -> to`. */
async function breaches(tree: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, "--config", configuration, "--output-type", "json", "src"],
    { cwd: tree, maxBuffer: 64 * 2 ** 20 },
  ).catch((failed: unknown) => failed as { stdout: string });
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { from: string; to: string; rule: { name: string } }[] };
  };
  expect(summary.totalCruised).to.be.greaterThan(10);
  return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`).sort();
}

/** What stands in the seeded tree beside its wrong imports: rooms with a door, and imports that are right. */
const sound: Readonly<Record<string, string>> = {
  "foundation/kernel/index.ts": 'export const kernel = 1; export type { Id } from "./ids.js";',
  "foundation/kernel/ids.ts": "export type Id = string; export const id = 1;",
  "foundation/config/index.ts": "export const config = 1;",
  // The other halves of the seeded cycles, each of which is reported once.
  "foundation/events/two.ts": 'import { one } from "./one.js"; export const two = () => one;',
  "foundation/events/type-two.ts":
    'import type { One } from "./type-one.js"; export type Two = { one: One };',
  "foundation/events/index.ts": "export const events = 1;",
  "foundation/keys/index.ts": 'export const keys = 1; export { kernel } from "../kernel/index.js";',
  "foundation/web/index.ts":
    'import { keys } from "../keys/index.js"; export type Visit = string; export const web = keys;',
  "standards/lti/index.ts":
    'import type { Visit } from "../../foundation/web/index.js"; export type Lti = Visit;',
  "training/learning/index.ts":
    'export { web } from "../../foundation/web/index.js"; export type Attempt = string;',
  "training/evidence/index.ts": 'export type { Attempt } from "../learning/index.js";',
  "storage/index.ts":
    'import type { Attempt } from "../training/learning/index.js"; import { kernel } from "../foundation/kernel/index.js"; export const storage: Attempt = String(kernel);',
  "sandbox/index.ts": 'export { web } from "../foundation/web/index.js";',
  "app.ts":
    'import { storage } from "./storage/index.js"; import * as learning from "./training/learning/index.js"; export const app = [storage, learning];',
};

/** Wrong imports: the rule that each breaks, the file it stands in, what it says, and what it reaches. */
const wrong: readonly [rule: string, file: string, text: string, to: string][] = [
  [
    "order-of-rooms: foundation/kernel",
    "foundation/kernel/later.ts",
    'import { web } from "../web/index.js"; export default web;',
    "foundation/web/index.ts",
  ],
  [
    "order-of-rooms: foundation/keys",
    "foundation/keys/later-type.ts",
    'import type { Visit } from "../web/index.js"; export type A = Visit;',
    "foundation/web/index.ts",
  ],
  [
    "order-of-rooms: foundation/keys",
    "foundation/keys/later-inline-type.ts",
    'import { type Visit } from "../web/index.js"; export type A = Visit;',
    "foundation/web/index.ts",
  ],
  [
    "order-of-rooms: foundation/keys",
    "foundation/keys/later-export.ts",
    'export type { Visit } from "../web/index.js";',
    "foundation/web/index.ts",
  ],
  [
    "order-of-rooms: foundation/keys",
    "foundation/keys/later-dynamic.ts",
    'export const a = () => import("../web/index.js");',
    "foundation/web/index.ts",
  ],
  [
    "order-of-rooms: foundation/keys",
    "foundation/keys/later-import-type.ts",
    'export type A = import("../web/index.js").Visit;',
    "foundation/web/index.ts",
  ],
  [
    "order-of-rooms: standards/lti",
    "standards/lti/floor.ts",
    'import type { Attempt } from "../../training/learning/index.js"; export type A = Attempt;',
    "training/learning/index.ts",
  ],
  [
    "order-of-rooms: training/learning",
    "training/learning/composes.ts",
    'export { app } from "../../app.js";',
    "app.ts",
  ],
  [
    "order-of-rooms: training/learning",
    "training/learning/stores.ts",
    'import type { storage } from "../../storage/index.js"; export type A = typeof storage;',
    "storage/index.ts",
  ],
  [
    "door: foundation/kernel",
    "foundation/web/past-door.ts",
    'export { id } from "../kernel/ids.js";',
    "foundation/kernel/ids.ts",
  ],
  [
    "door: foundation/kernel",
    "foundation/web/past-door-type.ts",
    'export type { Id } from "../kernel/ids.js";',
    "foundation/kernel/ids.ts",
  ],
  [
    "door: foundation/kernel",
    "main.ts",
    'export { id } from "./foundation/kernel/ids.js";',
    "foundation/kernel/ids.ts",
  ],
  [
    "door: foundation/kernel",
    "storage/past-door.ts",
    'export { id } from "../foundation/kernel/ids.js";',
    "foundation/kernel/ids.ts",
  ],
  [
    "storage-takes-types",
    "storage/value.ts",
    'export { web } from "../foundation/web/index.js";',
    "foundation/web/index.ts",
  ],
  [
    "only-the-edge-composes",
    "storage/composes.ts",
    'import type { app } from "../app.js"; export type A = typeof app;',
    "app.ts",
  ],
  [
    "sandbox-knows-no-training",
    "sandbox/training.ts",
    'import type { Attempt } from "../training/learning/index.js"; export type A = Attempt;',
    "training/learning/index.ts",
  ],
  [
    "sandbox-knows-no-training",
    "sandbox/configured.ts",
    'export { config } from "../foundation/config/index.js";',
    "foundation/config/index.ts",
  ],
  [
    "sandbox-knows-no-training",
    "sandbox/stores.ts",
    'export { storage } from "../storage/index.js";',
    "storage/index.ts",
  ],
  [
    "no-cycles",
    "foundation/events/one.ts",
    'import { two } from "./two.js"; export const one = () => two;',
    "foundation/events/two.ts",
  ],
  [
    "no-cycles",
    "foundation/events/type-one.ts",
    'import type { Two } from "./type-two.js"; export type One = { two: Two };',
    "foundation/events/type-two.ts",
  ],
  ["nothing-unresolved", "foundation/web/lost.ts", 'import "./nowhere.js";', "./nowhere.js"],
  [
    "no-dev-dependency-in-the-product",
    "foundation/web/tests.ts",
    'import "only-for-tests";',
    "node_modules/only-for-tests/index.js",
  ],
];

describe("the boundary check", function () {
  this.timeout(60_000);

  it("finds nothing wrong in this tree", async () => {
    expect(await breaches(root)).to.deep.equal([]);
  });

  it("knows every room there is", () => {
    const rooms = ["foundation", "standards", "training", "trust"]
      .filter((floor) => existsSync(join(root, "src", floor)))
      .flatMap((floor) => readdirSync(join(root, "src", floor)).map((room) => `door: ${floor}/${room}`));
    expect(forbidden.map(({ name }) => name)).to.include.members(rooms);
  });

  describe("in a tree with wrong imports", () => {
    let found: string[];
    before(async () => {
      const tree = mkdtempSync(join(tmpdir(), "tessera-rooms-"));
      const write = (path: string, text: string): void => {
        mkdirSync(dirname(join(tree, path)), { recursive: true });
        writeFileSync(join(tree, path), text);
      };
      try {
        for (const [file, text] of Object.entries(sound)) write(`src/${file}`, text);
        for (const [, file, text] of wrong) write(`src/${file}`, text);
        write(
          "package.json",
          JSON.stringify({ type: "module", devDependencies: { "only-for-tests": "1.0.0" } }),
        );
        write(
          "node_modules/only-for-tests/package.json",
          JSON.stringify({ name: "only-for-tests", main: "index.js" }),
        );
        write("node_modules/only-for-tests/index.js", "");
        copyFileSync(join(root, "tsconfig.json"), join(tree, "tsconfig.json"));
        found = await breaches(tree);
      } finally {
        rmSync(tree, { recursive: true, force: true });
      }
    });

    for (const [rule, file, , to] of wrong) {
      const target = /^(\.|node_modules)/.test(to) ? to : `src/${to}`;
      it(`reports ${file} by the rule “${rule}”`, () => {
        expect(found.filter((breach) => breach.includes(`: src/${file} -> `))).to.deep.equal([
          `${rule}: src/${file} -> ${target}`,
        ]);
      });
    }

    it("reports none of the right ones", () => {
      const files = wrong.map(([, file]) => `: src/${file} -> `);
      expect(found.filter((breach) => !files.some((file) => breach.includes(file)))).to.deep.equal([]);
    });

    it("has an example of every rule", () => {
      const kind = (name: string): string => name.split(":")[0] ?? name;
      const kinds = new Set(forbidden.map(({ name }) => kind(name)));
      expect([...new Set(wrong.map(([rule]) => kind(rule)))].sort()).to.deep.equal([...kinds].sort());
    });
  });
});
