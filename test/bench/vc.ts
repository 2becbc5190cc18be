import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { bundledContexts } from "../../src/standards/vc/contexts.js";
import { createDataIntegrity, type ProofVerdict } from "../../src/standards/vc/data-integrity.js";
import { makeIssuer, sampleCertificate, stockVc, type TestIssuer } from "../kit/stock-vc.js";

const rounds = 9;
const msPerRound = 250;
const now = new Date("2027-06-01T00:00:00Z");

/** One thing that is measured; `act` does it once. */
interface Contestant {
  readonly name: string;
  readonly verb: "issue" | "verify";
  act(): Promise<unknown>;
}

/**
 * Certificates issued and verified a second, one thread, one at a time: ours, Digital Bazaar's stack and raw Ed25519 over
 * the 64 bytes that a proof signs. All take the same certificate and the same key, and take turns.
 */
export async function bench(): Promise<string> {
  const contestants = await makeContestants();
  const rates = new Map<Contestant, number[]>(contestants.map((one) => [one, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of contestants) {
      const rate = await measure(one);
      // The first round warms up.
      if (round > 0) rates.get(one)?.push(rate);
    }
  }
  return table(rates);
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

async function measure(one: Contestant): Promise<number> {
  const begun = performance.now();
  let count = 0;
  while (performance.now() - begun < msPerRound) {
    await one.act();
    count += 1;
  }
  return (count * 1_000) / (performance.now() - begun);
}

function table(rates: ReadonlyMap<Contestant, readonly number[]>): string {
  const medians = new Map(
    [...rates].map(([{ name, verb }, values]) => [
      `${name} ${verb}`,
      [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0,
    ]),
  );
  const of = (name: string, verb: string): number => medians.get(`${name} ${verb}`) ?? 0;
  const names = [...new Set([...rates.keys()].map(({ name }) => name))];
  const cells = (name: string, verb: string): string[] => [
    of(name, verb).toFixed(0),
    `${(of(name, verb) / of("stock rdfc", verb)).toFixed(1)} ×`,
    `${((100 * of(name, verb)) / of("raw Ed25519", verb)).toFixed(0)} %`,
  ];
  const rows = names.map((name) =>
    [name.padEnd(11), ...cells(name, "issue"), ...cells(name, "verify")].join(" | "),
  );
  return [
    `vc: medians of ${rounds} rounds of ${msPerRound} ms each, in turns; a certificate of ${JSON.stringify(sampleCertificate()).length} bytes, one thread.`,
    "| | issues/s | to stock rdfc | of raw | verifies/s | to stock rdfc | of raw |",
    "|---|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}
