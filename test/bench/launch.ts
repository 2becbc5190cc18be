import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent, request } from "undici";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";

const root = fileURLToPath(new URL("../..", import.meta.url));
const clientId = "bench-client";
const deploymentId = "bench-deployment";
/** How many platforms are registered: each a Tessera of its own. */
const platformCounts = (process.env.BENCH_PLATFORMS ?? "1,10,1000").split(",").map(Number);
/** Launches come from so many platforms of one tool in turn, each with keys that are cached after its first. */
const mostActive = 50;
const warmUp = 100;
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const launchesPerRound = Number(process.env.BENCH_LAUNCHES ?? 200);
const concurrency = 8;

interface Peer {
  readonly name: string;
  readonly loginUrl: string;
  readonly launchUrl: string;
  readonly process: ChildProcess;
  /** So many platforms are registered there. */
  readonly platforms: number;
}

/** One server that stands for all platforms: each has an issuer and a key set of its own there. */
interface Platform {
  readonly origin: string;
  readonly key: CryptoKey;
  close(): void;
}

const issuerOf = ({ origin }: Platform, number: number): string => `${origin}/platforms/${String(number)}`;

/**
 * Complete launches a second: login, id_token (RS256, 2048 bits, the same key for all), visit, first page. The tools
 * take turns, each in a process of its own; this process is the platforms and the browsers. ltijs has one platform: it
 * makes a key of 4096 bits for each that it is told of.
 */
export async function bench(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tessera-bench-"));
  const platform = await startPlatform();
  const peers: Peer[] = [];
  try {
    for (const count of platformCounts) peers.push(await startTessera(platform, directory, count));
    peers.push(await startLtijs(platform));
    const figures = new Map<string, Figures>(peers.map(({ name }) => [name, { rates: [], cpuMs: [] }]));
    for (const peer of peers) await launches(peer, platform, warmUp);
    for (let round = 0; round < rounds; round += 1) {
      for (const peer of peers) {
        const before = await cpuMsOf(peer);
        figures.get(peer.name)?.rates.push(await launches(peer, platform, launchesPerRound));
        figures.get(peer.name)?.cpuMs.push(((await cpuMsOf(peer)) - before) / launchesPerRound);
      }
    }
    return table(figures);
  } finally {
    await Promise.all(peers.map(({ process }) => ended(process)));
    platform.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit").then(() => Promise.reject(new Error("a tool ended at its start")));
  if (child.stdout) await Promise.race([once(child.stdout, "data"), ended]);
}

/** A profile that was asked for is written at the end. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, "exit");
  child.kill();
  await end;
}

interface Figures {
  /** Launches per second, a round each. */
  readonly rates: number[];
  /** What a launch cost the tool's own process, a round each. */
  readonly cpuMs: number[];
}

function table(figures: ReadonlyMap<string, Figures>): string {
  const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const peer = figures.get("ltijs 5.9.9") ?? { rates: [], cpuMs: [] };
  const rows = [...figures].map(([name, { rates, cpuMs }]) =>
    [
      name.padEnd(26),
      `${Math.min(...rates).toFixed(0)} / ${median(rates).toFixed(0)} / ${Math.max(...rates).toFixed(0)}`,
      `${(median(rates) / median(peer.rates)).toFixed(2)} ×`,
      median(cpuMs).toFixed(2),
      `${(median(peer.cpuMs) / median(cpuMs)).toFixed(2)} ×`,
    ].join(" | "),
  );
  return [
    `launch: ${String(rounds)} rounds of ${String(launchesPerRound)} complete launches, ${String(concurrency)} at once. The rate counts the platform and the`,
    "browsers too (this process); the CPU time is the tool's own process alone.",
    "| tool | launches/s: least / median / most | to ltijs | CPU ms a launch | launches per CPU second, to ltijs |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** User and system time of a tool's process so far, in milliseconds (Linux; elsewhere 0). */
async function cpuMsOf({ process: child }: Peer): Promise<number> {
  const stat = await readFile(`/proc/${String(child.pid)}/stat`, "utf8").catch(() => "");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

/** Runs so many launches, some at once; returns how many a second. */
async function launches(peer: Peer, platform: Platform, count: number): Promise<number> {
  const agent = new Agent({ connections: concurrency });
  const begun = process.hrtime.bigint();
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await launchOnce(peer, platform, agent, left);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await agent.close();
  return count / (Number(process.hrtime.bigint() - begun) / 1e9);
}

/** One browser that was never here before, from the platform's link to the first page. */
async function launchOnce(peer: Peer, platform: Platform, agent: Agent, user: number): Promise<void> {
  const cookies = new Map<string, string>();
  const ask = async (
    url: string,
    body?: URLSearchParams,
  ): Promise<{ status: number; location?: string; text: string }> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await request(url, {
      dispatcher: agent,
      method: body ? "POST" : "GET",
      headers: {
        accept: "text/html",
        ...(cookie ? { cookie } : {}),
        ...(body ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      },
      ...(body ? { body: body.toString() } : {}),
    });
    for (const set of [answer.headers["set-cookie"] ?? []].flat()) {
      const [pair = ""] = set.split(";");
      cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const location = [answer.headers.location ?? []].flat()[0];
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      text,
      ...(location ? { location: new URL(location, url).href } : {}),
    };
  };

  const active = Math.min(peer.platforms, mostActive);
  const issuer = issuerOf(platform, (user % active) * Math.floor(peer.platforms / active));
  const login = new URLSearchParams({
    iss: issuer,
    login_hint: String(user),
    target_link_uri: peer.launchUrl,
    client_id: clientId,
  });
  let answer = await ask(`${peer.loginUrl}?${login.toString()}`);
  while (answer.location && !answer.location.startsWith(platform.origin)) answer = await ask(answer.location);
  const authorisation = new URL(answer.location ?? "", platform.origin).searchParams;
  const nonce = authorisation.get("nonce") ?? "";
  const token = await idToken({ issuer, key: platform.key, nonce, target: peer.launchUrl, user });
  answer = await ask(
    authorisation.get("redirect_uri") ?? "",
    new URLSearchParams({ id_token: token, state: authorisation.get("state") ?? "" }),
  );
  while (answer.location) answer = await ask(answer.location);
  if (answer.status !== 200 || !answer.text.includes("<h1")) {
    throw new Error(
      `${peer.name}: a launch ended with ${String(answer.status)}: ${answer.text.slice(0, 300)}`,
    );
  }
}

interface Wanted {
  readonly issuer: string;
  readonly key: CryptoKey;
  readonly nonce: string;
  readonly target: string;
  readonly user: number;
}

function idToken({ issuer, key, nonce, target, user }: Wanted): Promise<string> {
  const grades = "https://purl.imsglobal.org/spec/lti-ags";
  const claim = (name: string): string => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    nonce,
    [claim("message_type")]: "LtiResourceLinkRequest",
    [claim("version")]: "1.3.0",
    [claim("deployment_id")]: deploymentId,
    [claim("target_link_uri")]: target,
    [claim("roles")]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    [claim("resource_link")]: { id: "link-1", title: "Module" },
    [claim("context")]: { id: "course-1", label: "C1", title: "Course", type: ["CourseSection"] },
    [claim("custom")]: { module: "M01" },
    [`${grades}/claim/endpoint`]: { scope: [`${grades}/scope/score`], lineitem: `${issuer}/lineitems/1` },
  })
    .setProtectedHeader({ alg: "RS256", kid: "bench" })
    .setIssuer(issuer)
    .setAudience(clientId)
    .setSubject(`user-${String(user)}`)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(key);
}

async function startPlatform(): Promise<Platform> {
  const pair = await generateKeyPair("RS256", { modulusLength: 2048 });
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(pair.publicKey)), kid: "bench", alg: "RS256", use: "sig" }],
  });
  const server = createServer((_req, res) => res.setHeader("content-type", "application/json").end(jwks));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { origin, key: pair.privateKey, close: () => server.close() };
}

async function startTessera(platform: Platform, parent: string, platforms: number): Promise<Peer> {
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

async function startLtijs(platform: Platform): Promise<Peer> {
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
