import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair, type CryptoKey } from "jose";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const clientId = "bench-client";
export const deploymentId = "bench-deployment";

export interface Peer {
  readonly name: string;
  readonly loginUrl: string;
  readonly launchUrl: string;
  readonly process: ChildProcess;
  /** So many platforms are registered there. */
  readonly platforms: number;
}

/** One server that stands for all platforms: each has an issuer and a key set of its own there. */
export interface Platform {
  readonly origin: string;
  readonly key: CryptoKey;
  close(): void;
}

export const issuerOf = ({ origin }: Platform, number: number): string =>
  `${origin}/platforms/${String(number)}`;

export async function startPlatform(): Promise<Platform> {
  const pair = await generateKeyPair("RS256", { modulusLength: 2048 });
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(pair.publicKey)), kid: "bench", alg: "RS256", use: "sig" }],
  });
  const server = createServer((_req, res) => res.setHeader("content-type", "application/json").end(jwks));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { origin, key: pair.privateKey, close: () => server.close() };
}

export async function startTessera(platform: Platform, parent: string, platforms: number): Promise<Peer> {
  const port = await freePort();
  const directory = join(parent, `platforms-${String(platforms)}`);
  const ltiConfig = join(directory, "lti-config");
  await mkdir(join(ltiConfig, "platforms"), { recursive: true });
  for (let number = 0; number < platforms; number += 1) {
    const issuer = issuerOf(platform, number);
    const registration = {
      name: `bench ${String(number)}`,
      academy: "northgate",
      issuer,
      clientId,
      deployments: [deploymentId],
      authorizationUrl: `${issuer}/auth`,
      tokenUrl: `${issuer}/token`,
      jwksUrl: `${issuer}/jwks`,
    };
    await writeFile(
      join(ltiConfig, "platforms", `bench-${String(number)}.json`),
      JSON.stringify(registration),
    );
  }
  // A folder for the profiles of the tools: node --cpu-prof.
  const profiles = process.env.BENCH_PROFILES;
  const profiling = profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`];
  const child = spawn(process.execPath, [...profiling, "--import=tsx", "src/main.ts"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      TESSERA_URL: `http://localhost:${String(port)}`,
      TESSERA_DATABASE: `file:${join(directory, "tessera.db")}`,
      TESSERA_SANDBOX: "off",
      TESSERA_LTI_CONFIG: ltiConfig,
      // Counted as ever, and never too many.
      TESSERA_LOGINS_A_MINUTE: "999999",
      TESSERA_LOG: "error",
    },
  });
  await ready(child);
  const origin = `http://localhost:${String(port)}`;
  return {
    name: `Tessera, ${String(platforms)} platform${platforms === 1 ? "" : "s"}`,
    platforms,
    loginUrl: `${origin}/lti/login`,
    launchUrl: `${origin}/lti/launch`,
    process: child,
  };
}

export async function startLtijs(platform: Platform): Promise<Peer> {
  const port = await freePort();
  const origin = `http://localhost:${String(port)}`;
  const issuer = issuerOf(platform, 0);
  const script = fileURLToPath(new URL("ltijs-tool.cjs", import.meta.url));
  const child = spawn(
    process.execPath,
    [script, String(port), issuer, clientId, `${issuer}/jwks`, `${issuer}/auth`],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  await ready(child);
  const urls = { loginUrl: `${origin}/login`, launchUrl: `${origin}/` };
  return { name: "ltijs 5.9.9", ...urls, process: child, platforms: 1 };
}

async function ready(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit").then(() => Promise.reject(new Error("a tool ended at its start")));
  if (child.stdout) await Promise.race([once(child.stdout, "data"), ended]);
}

/** A profile that was asked for is written at the end. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, "exit");
  child.kill();
  await end;
}

/** User and system time of a tool's process so far, in milliseconds (Linux; elsewhere 0). */
export async function cpuMsOf({ process: child }: Peer): Promise<number> {
  const stat = await readFile(`/proc/${String(child.pid)}/stat`, "utf8").catch(() => "");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
