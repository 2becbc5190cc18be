import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect } from "chai";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import type { StatementQuery, StatementStore } from "../../src/standards/lrs/index.js";
import { openStorage } from "../../src/storage/index.js";
import { migrateSqlite } from "../../src/storage/sqlite/migrations.js";
import { firstSchema } from "../../src/storage/sqlite/schema-0001.js";
import { secondHalfSchema } from "../../src/storage/sqlite/schema-0003.js";
import { advantageSchema } from "../../src/storage/sqlite/schema-0004.js";
import { attachmentSchema } from "../../src/storage/sqlite/schema-0005-attachments.js";
import { documentsSchema } from "../../src/storage/sqlite/schema-0006.js";
import { inheritanceSchema } from "../../src/storage/sqlite/schema-0007-inheritance.js";
import { statementSchema } from "../../src/storage/sqlite/statements-schema.js";
import { aBatch, aQuery, aStatement } from "./contract/statements.js";

const tenants = [
  { academyId: "academy-1", jurisdictionId: "XA" },
  { academyId: "academy-2", jurisdictionId: "XA" },
] as const;
const stored = Date.UTC(2026, 10, 1);
const registration = "11111111-1111-4111-8111-111111111111";
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const bytes = (one: string): Buffer => Buffer.from(one.replaceAll("-", ""), "hex");
const key = (term: string): Buffer => hash("sha256", term, "buffer").subarray(0, 16);

interface Before {
  readonly n: number;
  readonly owner?: number;
  readonly formative?: boolean;
  readonly refersTo?: number;
  readonly voids?: boolean;
  readonly voided?: boolean;
  readonly terms: readonly string[];
}

const common = ["verb did", "relatedAgent authority", "authority authority"];
const rows: readonly Before[] = [
  { n: 1, terms: [...common, "agent trainee", "activity page", "relatedActivity course"] },
  { n: 2, terms: [...common, "agent other", `registration ${registration}`], formative: true },
  { n: 3, terms: [...common, "agent assessor"], refersTo: 1 },
  { n: 4, terms: [...common, "agent trainee"], voided: true },
  { n: 5, terms: ["verb voided", "agent assessor", "authority authority"], refersTo: 4, voids: true },
  { n: 1, owner: 2, terms: [...common, "agent trainee"] },
];

/** A file as the release before migration 8 left it. */
function fileFromBefore(path: string): void {
  const db = new Database(path);
  const schemas = [firstSchema, statementSchema, secondHalfSchema, advantageSchema];
  const all = [...schemas, attachmentSchema, documentsSchema, inheritanceSchema];
  migrateSqlite(
    db,
    systemClock,
    all.map((sql, index) => ({ number: index + 1, name: "before", up: () => void db.exec(sql) })),
  );
  const addOwner = db.prepare("INSERT INTO statement_owners (academyId, jurisdictionId) VALUES (?, ?)");
  for (const { academyId, jurisdictionId } of tenants) addOwner.run(academyId, jurisdictionId);
  const add = db.prepare(`INSERT INTO statements VALUES (${Array.from({ length: 12 }, () => "?").join()})`);
  const addKey = db.prepare("INSERT INTO statement_keys VALUES (?, ?, ?, ?, ?)");
  const positions = rows.map((_, index) => (stored + index) * 1024);
  rows.forEach(({ n, owner = 1, refersTo, terms, ...is }, index) => {
    const [position, at] = [positions[index], stored + index];
    const target = refersTo === undefined ? null : bytes(id(refersTo));
    const flags = [Number(is.voided ?? false), Number(is.voids ?? false)];
    const keys = terms.map(key);
    const text = `text ${String(owner)}.${String(n)} é`;
    const [statementClass, joined] = [Number(is.formative ?? false), Buffer.concat(keys)];
    add.run(position, owner, bytes(id(n)), statementClass, at, "b", ...flags, target, "f", joined, text);
    for (const one of keys) addKey.run(owner, one, statementClass, position, position);
    if (refersTo !== undefined)
      for (const one of rows[refersTo - 1]?.terms ?? [])
        addKey.run(owner, key(one), statementClass, position, positions[refersTo - 1]);
  });
  db.close();
}

describe("statements of a file from before they were kept in less room", () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-before-"));
  let store: StatementStore;
  let close: () => Promise<void>;

  before(async () => {
    const path = join(folder, "before.db");
    fileFromBefore(path);
    const deps = { clock: systemClock, newId: createNewId(systemClock), logger: createLogger("silent") };
    const storage = await openStorage(`file:${path}`, { ...deps, serving: true });
    store = storage.statements;
    close = () => storage.close();
  });
  after(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  const found = async (changes: Partial<StatementQuery>): Promise<string[]> =>
    (await store.queryStatements(aQuery({ ...tenants[0], ...changes }))).map(({ text }) => text);
  const texts = (...numbers: number[]): string[] => numbers.map((n) => `text 1.${String(n)} é`);

  it("are found by all that they were found by", async () => {
    expect(await found({})).to.deep.equal(texts(1, 3, 5));
    expect(await found({ agent: "trainee" })).to.deep.equal(texts(1, 3, 5));
    expect(await found({ agent: "assessor" })).to.deep.equal(texts(3, 5));
    expect(await found({ agent: "authority" })).to.deep.equal([]);
    expect(await found({ agent: "authority", relatedAgents: true })).to.deep.equal(texts(1, 3, 5));
    expect(await found({ activity: "page", verb: "did", agent: "trainee" })).to.deep.equal(texts(1, 3));
    expect(
      await found({ activity: "course", relatedActivities: true, authority: "authority" }),
    ).to.deep.equal(texts(1, 3));
    expect(await found({ registration, classes: ["formative"] })).to.deep.equal(texts(2));
    expect(await found({ since: stored + 1, until: stored + 2 })).to.deep.equal(texts(3));
    expect(await found({ ...tenants[1], agent: "trainee" })).to.deep.equal(["text 2.1 é"]);
  });

  it("are told from others with their ids, and stay voided", async () => {
    const repeat = (isSame: (text: string) => boolean) =>
      store.appendStatements(aBatch([aStatement({ id: id(1), isSame })], tenants[0]));
    expect(await repeat((text) => text === "text 1.1 é")).to.deep.equal({ kind: "stored" });
    expect(await repeat(() => false)).to.deep.equal({ kind: "conflict", statementId: id(1) });
    const options = { voided: true, classes: ["evidence"], authority: "authority" } as const;
    expect((await store.findStatement(tenants[0], id(4), options))?.text).to.equal("text 1.4 é");
  });

  it("take new ones beside them, and lose those that are formative", async () => {
    const keys = { verb: "did", agents: ["trainee"], relatedAgents: ["trainee", "authority"] };
    const [made] = [aStatement({ id: id(9), text: "new", keys: { ...keys, authority: "authority" } })];
    await store.appendStatements(aBatch([made], tenants[0]));
    expect(await found({ agent: "trainee", verb: "did" })).to.deep.equal([...texts(1, 3, 5), "new"]);
    expect(await store.removeFormative(tenants[0], registration)).to.equal(1);
    expect(await found({ classes: ["evidence", "formative"], agent: "other" })).to.deep.equal([]);
  });
});
