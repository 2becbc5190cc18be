import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { bundledContexts } from "../../src/standards/vc/contexts.js";
import { createDataIntegrity, type ProofVerdict } from "../../src/standards/vc/data-integrity.js";
import { benchBulk } from "./vc-bulk.js";
import { makeIssuer, sampleCertificate, stockVc, type TestIssuer } from "../kit/stock-vc.js";

const rounds = 40;
const msPerTurn = 60;
/** Of each turn, before it is measured: nobody pays for the garbage and the cold caches that another left. */
const msOfLeadIn = 30;
const warmUps = 5;
const now = new Date("2027-06-01T00:00:00Z");

/** One thing that is measured; `act` does it once. */
interface Contestant {
  readonly name: string;
  readonly verb: "issue" | "verify";
  act(): Promise<unknown>;
}

/** What one contestant did in each round, an operation's CPU time in microseconds. */
type Times = ReadonlyMap<string, readonly number[]>;

/**
 * Certificates issued and verified a second, one at a time: ours, Digital Bazaar's stack and raw Ed25519 over the 64
 * bytes that a proof signs. All take the same certificate and the same key, and short turns. What counts is the CPU time
 * of the whole process, so that others on the same machine matter little; ratios are taken within a round.
 */
export async function bench(): Promise<string> {
  const contestants = await makeContestants();
  const times = new Map<string, number[]>(contestants.map((one) => [keyOf(one), []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    // In another order each time, so that nobody always comes after the same one.
    for (const one of rotated(contestants, round * 5)) {
      await turn(one, msOfLeadIn);
      const time = await turn(one, msPerTurn);
      if (round >= 0) times.get(keyOf(one))?.push(time);
    }
  }
  const compared = table([...new Set(contestants.map(({ name }) => name))], times);
  return `${compared}\n\n${await benchBulk()}`;
}

function keyOf({ name, verb }: Pick<Contestant, "name" | "verb">): string {
  return `${name} ${verb}`;
}

async function makeContestants(): Promise<Contestant[]> {
  const issuer = makeIssuer();
  const stock = await stockVc(issuer, now);
  const ours = createDataIntegrity(bundledContexts);
  const sample = sampleCertificate();
  const at = now.getTime();
  const publicKeyOf = (): Promise<Uint8Array> => Promise.resolve(issuer.publicKey);
  const issuing = {
    both: () => ours.secure(sample, issuer.key, at),
    rdfc: () => ours.sealRdf(sample, issuer.key, at),
    jcs: () => Promise.resolve(ours.sealJson(sample, issuer.key, at)),
  };
  const contestants = rawContestants(issuer);
  for (const suite of ["rdfc", "jcs"] as const) {
    const issued = await stock.issue(sample, suite);
    contestants.push(
      { name: `stock ${suite}`, verb: "issue", act: () => stock.issue(sample, suite) },
      {
        name: `stock ${suite}`,
        verb: "verify",
        act: async () => mustHold(await stock.verifies(issued, [suite])),
      },
    );
  }
  for (const suite of ["rdfc", "jcs", "both"] as const) {
    const issued = await issuing[suite]();
    contestants.push(
      { name: `ours ${suite}`, verb: "issue", act: issuing[suite] },
      {
        name: `ours ${suite}`,
        verb: "verify",
        act: async () => mustHold(allValid(await ours.verifyProofs(issued, publicKeyOf))),
      },
    );
  }
  return contestants;
}

function rawContestants({ seed, publicKey }: TestIssuer): Contestant[] {
  const d = Buffer.from(seed).toString("base64url");
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
  const privateKey = createPrivateKey({ key: { ...jwk, d }, format: "jwk" });
  const opened = createPublicKey({ key: jwk, format: "jwk" });
  const hash = randomBytes(64);
  const signature = sign(null, hash, privateKey);
  return [
    { name: "raw Ed25519", verb: "issue", act: () => Promise.resolve(sign(null, hash, privateKey)) },
    {
      name: "raw Ed25519",
      verb: "verify",
      act: () => Promise.resolve(mustHold(verify(null, hash, opened, signature))),
    },
  ];
}

function allValid(verdicts: readonly ProofVerdict[]): boolean {
  return verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === "valid");
}

function mustHold(holds: boolean): true {
  if (holds) return true;
  throw new Error("a bench that verifies nothing measures nothing");
}

function rotated<T>(list: readonly T[], by: number): T[] {
  return list.map((_, place) => list[(((place + by) % list.length) + list.length) % list.length] as T);
}

/** For so many milliseconds; gives the CPU time of one, in microseconds. */
async function turn(one: Contestant, ms: number): Promise<number> {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  let count = 0;
  while (performance.now() - begun < ms) {
    await one.act();
    count += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function table(names: readonly string[], times: Times): string {
  const of = (name: string, verb: Contestant["verb"]): readonly number[] =>
    times.get(keyOf({ name, verb })) ?? [];
  /** How many times as fast as another, in the middle of all rounds. */
  const ratio = (name: string, other: string, verb: Contestant["verb"]): number =>
    median(of(name, verb).map((time, round) => (of(other, verb)[round] ?? NaN) / time));
  const cells = (name: string, verb: Contestant["verb"]): string[] => [
    (1_000_000 / median(of(name, verb))).toFixed(0),
    `${ratio(name, "stock rdfc", verb).toFixed(1)} ×`,
    `${(100 * ratio(name, "raw Ed25519", verb)).toFixed(0)} %`,
  ];
  const rows = names.map((name) =>
    [name.padEnd(11), ...cells(name, "issue"), ...cells(name, "verify")].join(" | "),
  );
  return [
    `vc: medians of ${rounds} rounds, each ${msPerTurn} ms in turns; a second of CPU time; a certificate of ${JSON.stringify(sampleCertificate()).length} bytes.`,
    "| | issues/s | to stock rdfc | of raw | verifies/s | to stock rdfc | of raw |",
    "|---|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}
