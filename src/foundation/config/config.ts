import { z } from "zod";
import { KnownError, Secret, type LogLevel } from "../kernel/index.js";

/** Everything that an installation can be told from outside, checked once, then frozen. */
export interface Config {
  /** The public origin, without a slash at its end: `https://tessera.example`. */
  readonly origin: string;
  /** Where it listens, on loopback unless `host` says otherwise. */
  readonly port: number;
  readonly host: string;
  /** A public origin or NODE_ENV=production: no sandbox, no private addresses, no unreviewed content. */
  readonly production: boolean;
  /** `file:PATH` or `mongodb://…` (which may hold a password). */
  readonly database: Secret<string>;
  /** The test platform's own site, when it runs beside the tool. */
  readonly sandbox: { readonly origin: string; readonly port: number } | undefined;
  /** The invented jurisdictions and their overlays. */
  readonly demonstration: boolean;
  /** Undefined in development: then one is made and kept beside the database. */
  readonly secretFile: string | undefined;
  /** The folder of platform registrations that are read at start. */
  readonly ltiConfig: string;
  /** Reverse proxies in front of the tool (Express's `trust proxy`). */
  readonly proxies: number;
  readonly logLevel: LogLevel;
  /** How long a stop may take before what is left is cut off, in milliseconds. */
  readonly stopDeadlineMs: number;
}

export class ConfigError extends KnownError {
  /** One sentence a fault, naming the variable; values that may be secret are left out. */
  constructor(readonly faults: readonly string[]) {
    super("config_invalid", 500, { faults });
    this.message = `The configuration has ${String(faults.length)} fault(s):\n  ${faults.join("\n  ")}`;
  }
}

const onOff = z.enum(["on", "off"], "must be on or off");
const port = z.coerce.number().int().min(1).max(65534);

const environment = z.object({
  TESSERA_URL: z
    .url({ protocol: /^https?$/, error: "must be an http(s) URL" })
    .refine((url) => new URL(url).href === `${new URL(url).origin}/`, "must be an origin, without a path")
    .default("http://localhost:3000"),
  TESSERA_PORT: port.optional(),
  TESSERA_HOST: z.string().min(1).default("127.0.0.1"),
  TESSERA_DATABASE: z
    .string()
    .regex(/^(file:.+|mongodb(\+srv)?:\/\/.+)$/, "must be file:PATH or mongodb://…")
    .default("file:data/tessera.db"),
  TESSERA_SANDBOX: onOff.optional(),
  TESSERA_DEMONSTRATION: onOff.optional(),
  TESSERA_SECRET_FILE: z.string().min(1).optional(),
  TESSERA_LTI_CONFIG: z.string().min(1).default("lti-config"),
  TESSERA_PROXIES: z.coerce.number().int().min(0).max(8).default(0),
  TESSERA_LOG: z.enum(["info", "warn", "error", "silent"]).default("info"),
  TESSERA_STOP_SECONDS: z.coerce.number().min(1).max(300).default(20),
  NODE_ENV: z.string().optional(),
});

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Reads the configuration from environment variables (`docs/operations.md` lists them).
 * @throws ConfigError with all faults at once.
 */
export function parseConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  }
  const settings = derive(parsed.data);
  const faults = [...unknownNames(given), ...contradictions(parsed.data, settings)];
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(settings);
}

type Environment = z.infer<typeof environment>;

function derive(env: Environment): Config {
  const url = new URL(env.TESSERA_URL);
  const production = env.NODE_ENV === "production" || !loopbackNames.has(url.hostname);
  const byMode = (setting: "on" | "off" | undefined): boolean =>
    (setting ?? (production ? "off" : "on")) === "on";
  const listen = env.TESSERA_PORT ?? (Number(url.port) || (url.protocol === "https:" ? 443 : 80));
  const beside = { origin: `http://127.0.0.1:${String(listen + 1)}`, port: listen + 1 };
  return {
    origin: url.origin,
    port: listen,
    host: env.TESSERA_HOST,
    production,
    database: new Secret(env.TESSERA_DATABASE),
    sandbox: byMode(env.TESSERA_SANDBOX) ? Object.freeze(beside) : undefined,
    demonstration: byMode(env.TESSERA_DEMONSTRATION),
    secretFile: env.TESSERA_SECRET_FILE,
    ltiConfig: env.TESSERA_LTI_CONFIG,
    proxies: env.TESSERA_PROXIES,
    logLevel: env.TESSERA_LOG,
    stopDeadlineMs: env.TESSERA_STOP_SECONDS * 1000,
  };
}

function unknownNames(given: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith("TESSERA_") && !name.startsWith("TESSERA_TEST_"))
    .filter((name) => !(name in environment.shape))
    .map((name) => `${name}: there is no such setting`);
}

function contradictions(env: Environment, settings: Config): string[] {
  const { hostname, protocol } = new URL(env.TESSERA_URL);
  const rules: [boolean, string][] = [
    [
      settings.production && settings.sandbox !== undefined,
      "TESSERA_SANDBOX: the sandbox LMS can't run in production",
    ],
    [
      !loopbackNames.has(hostname) && protocol !== "https:",
      "TESSERA_URL: must be https outside this machine",
    ],
    [settings.production && !env.TESSERA_SECRET_FILE, "TESSERA_SECRET_FILE: must be set in production"],
    [
      settings.sandbox !== undefined && hostname !== "localhost",
      "TESSERA_URL: the sandbox needs the tool on http://localhost, so that the two are two sites",
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence);
}
