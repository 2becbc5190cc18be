import { expect } from "chai";
import fc from "fast-check";
import {
  parseJson,
  secure,
  VcError,
  verifyProofs,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import { makeIssuer, sampleCertificate, stockVc, type StockVc } from "../../kit/stock-vc.js";
import { kinds, mutate, mutationsOf, placesIn, type Path } from "./mutations.js";

const issuer = makeIssuer();
const issuedAt = Date.UTC(2027, 2, 14);
const publicKeyOf = (method: string): Promise<Uint8Array | undefined> =>
  Promise.resolve(method === issuer.key.verificationMethod ? issuer.publicKey : undefined);

/** What a caller asks for: both proofs, each valid, and nothing else. */
async function bothValid(document: JsonObject): Promise<boolean> {
  try {
    const verdicts = await verifyProofs(document, publicKeyOf);
    return verdicts.length === 2 && verdicts.every(({ verdict }) => verdict === "valid");
  } catch (error) {
    if (error instanceof VcError) return false;
    throw error;
  }
}

/** Characters at which a reader of JSON has to decide something. */
const edges = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "0",
  "-",
  "e",
  "E",
  ".",
  "x",
  "\u0000",
  "\ud800",
  " ",
];

describe("a secured certificate", function () {
  this.timeout(180_000);
  let secured: JsonObject;
  let stock: StockVc;

  before(async () => {
    secured = await secure(sampleCertificate(), issuer.key, issuedAt);
    stock = await stockVc(issuer, new Date("2027-06-01T00:00:00Z"));
  });

  const changed = async (path: Path, kind: string): Promise<boolean> => {
    const mutation = mutate(secured, kind, path, () => 0);
    return mutation === undefined || !(await bothValid(mutation.document));
  };

  it("is valid as it was issued, and after a way through its text", async () => {
    expect(await bothValid(secured)).to.equal(true);
    expect(await bothValid(parseJson(JSON.stringify(secured, null, 2)))).to.equal(true);
  });

  it("verifies with the stock verifier by each of its proofs alone", async () => {
    const proofs = secured.proof as JsonObject[];
    expect(proofs).to.have.length(2);
    for (const [place, suite] of (["rdfc", "jcs"] as const).entries()) {
      const other = suite === "rdfc" ? "jcs" : "rdfc";
      for (const proof of [proofs[place]!, [proofs[place]!]]) {
        expect(await stock.verifies({ ...secured, proof }, [suite]), suite).to.equal(true);
        expect(await stock.verifies({ ...secured, proof }, [other]), other).to.equal(false);
      }
    }
    expect(await stock.verifies(secured)).to.equal(true);
  });

  it("is read as the stock issuer writes it", async () => {
    for (const suite of ["rdfc", "jcs"] as const) {
      const issued = (await stock.issue(sampleCertificate(), suite)) as JsonObject;
      const verdicts = await verifyProofs(issued, publicKeyOf);
      expect(verdicts.map(({ verdict }) => verdict)).to.deep.equal(["valid"]);
    }
  });

  it("is refused after any one change at any one place", async () => {
    const passed: string[] = [];
    for (const { path } of placesIn(secured)) {
      for (const kind of kinds) {
        if (!(await changed(path, kind))) passed.push(`${kind}: ${path.join("/")}`);
      }
    }
    expect(passed).to.deep.equal([]);
  });

  it("is refused after any two changes", async () => {
    await fc.assert(
      fc.asyncProperty(
        mutationsOf(secured).chain((one) => mutationsOf(one.document)),
        async ({ document }) =>
          JSON.stringify(document) === JSON.stringify(secured) || !(await bothValid(document)),
      ),
      { numRuns: 400 },
    );
  });

  it("is refused with its proofs in other company", async () => {
    const [rdfc, jcs] = secured.proof as [JsonObject, JsonObject];
    const stranger = { ...rdfc, cryptosuite: "ecdsa-rdfc-2019" };
    const sets = {
      swapped: [jcs, rdfc],
      "one dropped": [rdfc],
      "the other dropped": [jcs],
      "one alone, not in a list": jcs,
      none: [],
      "RDFC twice": [rdfc, rdfc, jcs],
      "JCS twice": [rdfc, jcs, jcs],
      "RDFC for JCS": [rdfc, rdfc],
      "with a stranger": [rdfc, jcs, stranger],
      "a stranger for one": [stranger, jcs],
      nested: [[rdfc, jcs]],
      "suites exchanged": [
        { ...rdfc, cryptosuite: "eddsa-jcs-2022" },
        { ...jcs, cryptosuite: "eddsa-rdfc-2022" },
      ],
      "context added to RDFC": [{ ...rdfc, "@context": secured["@context"]! }, jcs],
      "context as a text": [rdfc, { ...jcs, "@context": "https://www.w3.org/ns/credentials/v2" }],
      "purpose changed": [{ ...rdfc, proofPurpose: "authentication" }, jcs],
      "expiry added": [{ ...rdfc, expires: "2030-01-01T00:00:00Z" }, jcs],
      "member added": [{ ...rdfc, note: "x" }, jcs],
      "type as a list": [{ ...rdfc, type: ["DataIntegrityProof"] }, jcs],
      "a day that is none": [{ ...rdfc, created: "2027-02-30T00:00:00Z" }, jcs],
      "a value too long": [{ ...rdfc, proofValue: `${rdfc.proofValue as string}1` }, jcs],
      "a value of another base": [{ ...rdfc, proofValue: `u${"A".repeat(86)}` }, jcs],
      "an empty value": [{ ...rdfc, proofValue: "z" }, jcs],
    };
    for (const [name, proof] of Object.entries(sets)) {
      expect(await bothValid({ ...secured, proof }), name).to.equal(false);
    }
  });

  it("is refused after any change of its text that is not mere spacing", async () => {
    const text = JSON.stringify(secured);
    const inText = fc.nat(text.length - 1);
    const edits = fc.oneof(
      fc
        .tuple(inText, fc.constantFrom(...edges))
        .map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
      fc
        .tuple(inText, fc.integer({ min: 1, max: 60 }))
        .map(([at, n]) => text.slice(0, at) + text.slice(at + n)),
      fc
        .tuple(inText, fc.integer({ min: 1, max: 60 }))
        .map(([at, n]) => text.slice(0, at + n) + text.slice(at, at + n) + text.slice(at + n)),
    );
    let readable = 0;
    await fc.assert(
      fc.asyncProperty(edits, async (edited) => {
        let document: JsonObject;
        try {
          document = parseJson(edited);
        } catch (error) {
          return error instanceof VcError;
        }
        readable += 1;
        return JSON.stringify(document) === text || !(await bothValid(document));
      }),
      { numRuns: 1_500 },
    );
    expect(readable).to.be.greaterThan(100);
  });

  it("is refused when a member stands in its text twice, even with the same value", () => {
    const text = JSON.stringify(secured);
    for (const [name, value] of Object.entries(secured)) {
      const again = `{${JSON.stringify(name)}:${JSON.stringify(value)},${text.slice(1)}`;
      expect(() => parseJson(again), name)
        .to.throw(VcError)
        .with.property("code", "vc_json_repeated_key");
      const escaped = `{"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":0,${text.slice(1)}`;
      expect(() => parseJson(escaped), name)
        .to.throw(VcError)
        .with.property("code", "vc_json_repeated_key");
    }
  });

  /**
   * Of each kind of change, whether the stock verifier lets any of those tried through: in what the certificate says, and
   * in its proofs, of which one that fits is enough for it. None of what passes changes what the certificate says in RDF.
   */
  const passesStock: Readonly<Record<string, readonly [says: boolean, proofs: boolean]>> = {
    "change a text": [false, true],
    "change a value's kind": [false, true],
    "make it null": [false, true],
    "drop a member": [false, true],
    "drop an item": [false, true],
    "add an unknown member": [false, true],
    "add a known member": [false, true],
    "add a null member": [true, true],
    "add an empty list": [true, true],
    "move items about": [true, true],
    "move into a list": [true, true],
    "move out of a list": [true, false],
    "move a member up": [false, false],
    "duplicate an item": [true, true],
  };

  it("passes the stock verifier after these kinds of change, and this one after none", async () => {
    const rows: Row[] = [];
    for (const kind of kinds) {
      for (const inProofs of [false, true]) {
        const fitting = placesIn(secured)
          .filter(({ path }) => (path[0] === "proof") === inProofs)
          .flatMap(({ path }) => mutate(secured, kind, path, () => 0) ?? []);
        const row = { kind, inProofs, tried: 0, stock: 0, ours: 0 };
        for (const { document } of spread(fitting, 10)) {
          row.tried += 1;
          if (await stock.verifies(document)) row.stock += 1;
          if (await bothValid(document)) row.ours += 1;
        }
        rows.push(row);
      }
    }
    console.log(tableOf(rows));
    const found = Object.fromEntries(
      kinds.map((kind) => [kind, rows.filter((row) => row.kind === kind).map((row) => row.stock > 0)]),
    );
    expect(rows.filter(({ ours }) => ours > 0)).to.deep.equal([]);
    expect(found).to.deep.equal(passesStock);
  });
});

interface Row {
  readonly kind: string;
  readonly inProofs: boolean;
  tried: number;
  stock: number;
  ours: number;
}

/** So many of them at most, evenly. */
function spread<T>(list: readonly T[], most: number): T[] {
  const step = Math.max(1, list.length / most);
  return Array.from({ length: Math.min(most, list.length) }, (_, place) => list[Math.floor(place * step)]!);
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ kind, inProofs, tried, stock, ours }) =>
    [
      kind.padEnd(21),
      inProofs ? "proofs" : "says  ",
      ...[tried, stock, ours].map((n) => String(n).padStart(5)),
    ].join(" | "),
  );
  return ["change                | in     | tried | stock | ours ", ...lines]
    .map((line) => `      ${line}`)
    .join("\n");
}
